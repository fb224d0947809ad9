import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { Arrival } from './arrival.ts';
import { arrive } from './arrival-step.ts';
import type { Cause } from './cause.ts';
import { causeOf } from './draft.ts';
import { firewallCause } from './firewall-cause.ts';

/** A request that came in fragments is shown by its first one; the others bear no identifier. */
function firstFragment({ examples, responder }: Finding): Sighting | undefined {
  const came = examples
    .flatMap((one) => one.requests)
    .filter((one) => one.host === responder && one.direction !== 'out');
  return came.every((one) => one.fragment) ? came[0] : undefined;
}

/** The responder's own rules drop the later fragments, so that it never puts the request together. */
export function fragmentsDropped(finding: Finding, arrival: Arrival): Cause | null {
  const first = firstFragment(finding);
  if (!first) return null;
  const packet = { ...arrival.packet, fragmentOffset: first.payloadLength >>> 3 };
  const { outcome } = arrive({ ...arrival, packet });
  if (outcome.kind !== 'dropped' && outcome.kind !== 'rejected') return null;
  return firewallCause(arrival.state.name, outcome, 'the later fragments of the request');
}

/** Nothing says that all of the request came: then a silence needs no other reason. */
export function unlessInPart(cause: Cause, finding: Finding): Cause {
  const first = firstFragment(finding);
  if (!first || (cause.kind !== 'unexplained' && cause.kind !== 'not-enough-information')) return cause;
  const filter = first.src.family === 4 ? 'ip[6:2] & 0x1fff != 0' : 'ip6 proto 44';
  const what = `the later fragments (tcpdump '${filter}'), or IpReasmFails of nstat -az (on ${first.host})`;
  return causeOf({
    ...cause,
    kind: 'not-enough-information',
    host: null,
    sentence: `the first fragment of the request came to ${first.host}; whether the others came is not told, and without them it has nothing to answer`,
    missing: [{ kind: 'unmodelled', what }, ...cause.missing],
  });
}
