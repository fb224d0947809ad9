import type { Ip } from '../../addr/ip.ts';
import type { HostState } from '../../linux/host-state.ts';
import type { Way } from './leave.ts';
import { deviceBearing, isInner, shareLink } from './link.ts';

/** More ways into a host than this are not followed one by one. */
const MOST_DOORS = 8;

/**
 * The interfaces a packet may come in by. The network delivers to the one that bears the address; a link that both hosts
 * share delivers to the interface on it. An address on a loopback device may be reached by any interface.
 */
export function doorsOf(receiver: HostState, address: Ip, sender: HostState, way: Way): readonly string[] {
  const bearing = deviceBearing(receiver, address);
  const shared = outerDevices(receiver).filter((device) => shareLink(sender, way.device, receiver, device));
  if (way.gateway === null) return shared.includes(bearing ?? '') && bearing ? [bearing] : shared.slice(0, 1);
  const byGateway = deviceBearing(receiver, way.gateway);
  if (byGateway) return [byGateway];
  if (bearing && !isInner(receiver, bearing)) return [bearing];
  return outerDevices(receiver).slice(0, MOST_DOORS);
}

function outerDevices(state: HostState): string[] {
  const all = [...new Set(state.addresses.map((one) => one.device))];
  return all.filter((device) => !isInner(state, device));
}
