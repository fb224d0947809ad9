import type { Missing, ReversePathVerdict } from './decision.ts';
import type { HostState } from './host-state.ts';
import { possibleModes } from './rp-filter.ts';
import { type Arriving, validateSource } from './validate-source.ts';

export type { Arriving } from './validate-source.ts';

/** fib_validate_source: may a packet with this source come in by this device? */
export function reversePath(state: HostState, packet: Arriving): ReversePathVerdict {
  if (packet.source.family === 6) return withoutFilter();
  const { modes, sysctls, missing } = possibleModes(state, packet.inputDevice);
  const verdicts = modes.map((mode) => validateSource(state, packet, mode, sysctls));
  if (verdicts.every((one) => one.kind === verdicts[0].kind)) return mostTelling(verdicts);
  return undecidedBy(verdicts, missing);
}

/** IPv6 has no such sysctl: only a firewall (`rpfilter`, nft `fib`) can do the like. */
function withoutFilter(): ReversePathVerdict {
  return {
    kind: 'accepted',
    mode: 0,
    because: 'family-without-filter',
    back: null,
    sysctls: [],
    assumed: [],
  };
}

function undecidedBy(
  verdicts: readonly ReversePathVerdict[],
  missing: readonly Missing[],
): ReversePathVerdict {
  const more = verdicts.flatMap((one) => (one.kind === 'cannot-tell' ? one.missing : []));
  const back = verdicts.find((one) => one.back)?.back ?? null;
  return { kind: 'cannot-tell', missing: [...missing, ...more], back };
}

/** Where all modes agree, the strict one has looked closest. */
function mostTelling(verdicts: readonly ReversePathVerdict[]): ReversePathVerdict {
  return verdicts.find((one) => one.kind !== 'cannot-tell' && one.mode === 1) ?? verdicts[0];
}
