import { formatIp, isLoopback, sameIp } from '../addr/ip.ts';
import { isZeroNet } from '../linux/ip-kinds.ts';
import type { Passage } from '../linux/passage.ts';
import { deviceSetting } from '../linux/sysctl.ts';
import type { Arrival } from './arrival.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import { firewallSource } from './firewall-cause.ts';

/**
 * A loopback or zero address of what came in from outside (ip_route_input_slow): no table is asked for it. The host's own
 * translation may have written it. Null where it is none of these.
 */
export function impossibleAddress(arrival: Arrival, { decision, packet, changes }: Passage): Cause | null {
  if (decision?.kind !== 'no-route' || decision.filter !== null) return null;
  const end =
    decision.reason === 'martian-destination' && isImpossible(packet.destination)
      ? 'destination'
      : decision.reason === 'martian-source' && isImpossible(packet.source)
        ? 'source'
        : null;
  if (!end) return null;
  const { state, device, what } = arrival;
  const address = packet[end];
  const written = sameIp(address, arrival.packet[end])
    ? undefined
    : changes.findLast((one) => one.what.kind === end);
  const localnet = isLoopback(address) ? deviceSetting(state, 4, 'route_localnet', device) : null;
  const because = localnet
    ? `a loopback address must not come in by ${device} while route_localnet is 0`
    : 'no packet from outside may bear such an address';
  const said = written
    ? `whose ${end} its own rule changes to ${formatIp(address)}`
    : `${end === 'source' ? 'from' : 'to'} ${formatIp(address)}`;
  return causeOf({
    kind: 'martian-source',
    host: state.name,
    confidence: localnet && localnet.missing.length > 0 ? 'likely' : 'certain',
    sentence: `${state.name} drops ${what}, ${said}, at ${device}: ${because} (martian ${end})`,
    sources: [
      ...(written ? [firewallSource(written.rule, `writes the ${end}`)] : []),
      ...(localnet?.sysctls ?? []).map(
        ({ span }): CauseSource => ({ span, mark: 'decides', label: '1 here would let it in', where: null }),
      ),
    ],
    notes: ['a capture is made before this test, so the packet is seen and still never reaches the program'],
    decision,
    missing: localnet?.missing ?? [],
  });
}

function isImpossible(address: Parameters<typeof isLoopback>[0]): boolean {
  return isLoopback(address) || isZeroNet(address);
}
