import { type Family, type Ip, sameIp } from '../addr/ip.ts';
import { routesContaining } from './fib-table.ts';
import type { HostIndex } from './host-index.ts';
import { type NextHop, type NextHopObject, type Route, TABLE_LOCAL, TABLE_MAIN } from './host-state.ts';
import { SCOPE_LINK } from './scope.ts';
import { deviceSetting } from './sysctl.ts';

/** The next hops of a route, a nexthop object (`nhid`) resolved where the listing does not print them itself. */
export function nextHopsOf(index: HostIndex, route: Route): readonly NextHop[] {
  if (route.nextHops.length > 0 || route.nextHopId === null) return route.nextHops;
  return objectHops(index, index.objects.get(route.nextHopId));
}

function objectHops(index: HostIndex, object: NextHopObject | undefined): NextHop[] {
  if (!object) return [];
  if (object.nextHop) return [object.nextHop];
  const members = object.group.map((member) => ({ member, of: index.objects.get(member.id) }));
  return members.flatMap(({ member, of }) => (of?.nextHop ? [{ ...of.nextHop, weight: member.weight }] : []));
}

export function isBlackholeObject(index: HostIndex, route: Route): boolean {
  return route.nextHopId !== null && index.objects.get(route.nextHopId)?.blackhole === true;
}

/**
 * Not dead, and with carrier where the device is told to ignore routes without it (fib_lookup_good_nhc, find_match).
 * Where the sysctl is not known the listing tells: it prints `dead linkdown` when it is set.
 */
export function isAlive(index: HostIndex, family: Family, hop: NextHop): boolean {
  if (hop.dead) return false;
  if (!hop.linkdown || hop.device === null) return true;
  return deviceSetting(index.state, family, 'ignore_routes_with_linkdown', hop.device).value === 0;
}

/**
 * The gateways a packet may be handed to, as a rule one. A gateway that is an address of this host on that device has
 * scope host (fib_check_nh), and rt_set_nexthop then uses none: the destination itself is asked for on the link. Only if
 * the route's own table already held a route to the gateway when the route was added does it count as a neighbour, and
 * nothing tells the order in which they were added.
 */
export function gatewaysOf(index: HostIndex, route: Route, hop: NextHop): readonly (Ip | null)[] {
  const { gateway } = hop;
  if (!gateway || gateway.family === 6 || hop.onlink) return [gateway];
  const own = index.addresses.get(hop.device ?? '') ?? [];
  if (!own.some((address) => sameIp(address.prefix.address, gateway))) return [gateway];
  return resolvesInOwnTable(index, route, hop) ? [null, gateway] : [null];
}

/** fib_check_nh_v4_gw asks the route's own table first (main has none of its own here), and only then all of them. */
function resolvesInOwnTable(index: HostIndex, route: Route, hop: NextHop): boolean {
  if (route.table === TABLE_MAIN || route.table === TABLE_LOCAL || !hop.gateway) return false;
  const table = index.families[4].tables.get(route.table);
  if (!table) return false;
  return routesContaining(table, hop.gateway).some(
    (other) => other.scope >= SCOPE_LINK && other.nextHops.some((one) => one.device === hop.device),
  );
}
