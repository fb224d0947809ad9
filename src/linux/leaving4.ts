import { type Ip, isLimitedBroadcast, isLoopback, isMulticast, isUnspecified } from '../addr/ip.ts';
import type { RouteDecision, RouteFound } from './decision.ts';
import type { Flow } from './flow.ts';
import type { HostIndex } from './host-index.ts';
import { isZeroNet } from './ip-kinds.ts';
import { deviceSetting } from './sysctl.ts';
import { noRoute, type Walk } from './walk.ts';

/** __mkroute_output: loopback sources stay inside, and a multicast packet on a default route uses no gateway. */
export function leaving(walk: Walk, flow: Flow, source: Ip | null, found: RouteFound): RouteDecision {
  const { destination } = flow;
  if (source && isLoopback(source) && !mayCarryLoopback(walk.index, found.device))
    return noRoute(walk, 'EINVAL', 'martian-source');
  if (isZeroNet(destination) && !isUnspecified(destination))
    return noRoute(walk, 'EINVAL', 'martian-destination');
  if (isLimitedBroadcast(destination)) return { ...withoutGateway(found), type: 'broadcast' };
  if (!isMulticast(destination)) return found;
  const wide = (found.route?.destination.length ?? 0) < 4;
  return { ...(wide ? withoutGateway(found) : found), type: 'multicast' };
}

function mayCarryLoopback(index: HostIndex, device: string): boolean {
  return device === index.loopback || deviceSetting(index.state, 4, 'route_localnet', device).value !== 0;
}

function withoutGateway(found: RouteFound): RouteFound {
  const candidates = found.candidates.map((one) => ({ ...one, gateway: null }));
  return { ...found, gateway: null, candidates };
}
