import { type Ip, isLinkLocal, sameIp } from '../../addr/ip.ts';
import { contains } from '../../addr/prefix.ts';
import { groupBy, indexOf } from '../host-index.ts';
import type { HostState, NextHop, Route } from '../host-state.ts';
import { nextHopsOf } from '../next-hop.ts';
import type { Lint } from './lint.ts';

/**
 * Gateways in no network of their device. The kernel refuses such a route (fib_check_nh, "Nexthop has invalid gateway")
 * unless `onlink` forces it, or the address went away later. Each gateway once: a full table has a million routes.
 */
export function gatewayLint(state: HostState): Lint[] {
  if (!state.given.has('addresses')) return [];
  const linkRoutes = groupBy(state.routes.filter(isLinkRoute), (route) => route.nextHops[0].device);
  const seen = new Set<NextHop>();
  const out: Lint[] = [];
  for (const route of state.routes) {
    for (const hop of nextHopsOf(indexOf(state), route)) {
      if (seen.has(hop)) continue;
      seen.add(hop);
      const { gateway, device, onlink } = hop;
      if (!gateway || !device || reaches(state, hop, linkRoutes.get(device) ?? [])) continue;
      out.push({ kind: 'gateway-off-link', route, gateway, device, onlink });
    }
  }
  return out;
}

/** `10.9.0.1 dev eth0 scope link`: a network that is on the link although no address says so. */
function isLinkRoute(route: Route): boolean {
  const [hop] = route.nextHops;
  return (
    route.type === 'unicast' && route.destination.length > 0 && hop?.gateway === null && hop.device !== null
  );
}

/** Forced there, and somebody has answered for it: an address beside the gateway's network is no fault then. */
function isAnswered({ neighbours }: HostState, gateway: Ip, device: string | null): boolean {
  return neighbours.some(
    (one) =>
      one.device === device && sameIp(one.address, gateway) && one.mac !== null && !one.states.has('FAILED'),
  );
}

function reaches(
  state: HostState,
  { gateway, device, onlink }: NextHop,
  linkRoutes: readonly Route[],
): boolean {
  if (!gateway || isLinkLocal(gateway)) return true;
  if (onlink && isAnswered(state, gateway, device)) return true;
  const own = indexOf(state).addresses.get(device ?? '') ?? [];
  return (
    own.some((one) => contains(one.prefix, gateway) || (one.peer !== null && contains(one.peer, gateway))) ||
    linkRoutes.some((route) => contains(route.destination, gateway))
  );
}
