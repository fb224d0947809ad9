import type { Ip } from '../addr/ip.ts';
import { routesContaining } from './fib-table.ts';
import type { HostIndex } from './host-index.ts';
import { type NextHop, type Route, TABLE_LOCAL, TABLE_MAIN } from './host-state.ts';
import { SCOPE_HOST, SCOPE_LINK } from './scope.ts';

/**
 * The gateways a packet may be handed to, as a rule one. A gateway that a route of scope host leads to, as to the host's
 * own addresses, has that scope (fib_check_nh), and rt_set_nexthop then uses none: the destination itself is asked for on
 * the link. The kernel found that out when the route was added, and nothing tells which other routes there were by then:
 * where equal routes or the route's own table disagree, both are possible.
 */
export function gatewaysOf(index: HostIndex, route: Route, hop: NextHop): readonly (Ip | null)[] {
  const { gateway } = hop;
  if (!gateway || gateway.family === 6 || hop.onlink) return [gateway];
  const key = route.table * 256 + route.scope;
  const known = knownFor(index, hop);
  let gateways = known.get(key);
  if (!gateways) {
    gateways = findGateways(index, route, hop);
    known.set(key, gateways);
  }
  return gateways;
}

function findGateways(index: HostIndex, route: Route, hop: NextHop): readonly (Ip | null)[] {
  const { gateway } = hop;
  const isCustom = route.table !== TABLE_MAIN && route.table !== TABLE_LOCAL;
  const usual = scopesIn(index, [TABLE_LOCAL, TABLE_MAIN], route, hop);
  const scopes = isCustom ? [...usual, ...scopesIn(index, [route.table], route, hop)] : usual;
  if (scopes.length === 0) return [gateway];
  return [...new Set(scopes.map((scope) => (scope === SCOPE_HOST ? null : gateway)))];
}

/** By next hop, table and scope: the many routes of a large table share a few next hops. */
const found = new WeakMap<HostIndex, WeakMap<NextHop, Map<number, readonly (Ip | null)[]>>>();

function knownFor(index: HostIndex, hop: NextHop): Map<number, readonly (Ip | null)[]> {
  let hops = found.get(index);
  if (!hops) {
    hops = new WeakMap();
    found.set(index, hops);
  }
  let known = hops.get(hop);
  if (!known) {
    known = new Map();
    hops.set(hop, known);
  }
  return known;
}

/**
 * fib_check_nh_v4_gw: the scopes of the longest routes to the gateway by the device of the hop. A route of the kernel's
 * own was there before; one that somebody added may have come later, so that the next shorter ones count as well.
 */
function scopesIn(index: HostIndex, tables: readonly number[], { scope }: Route, hop: NextHop): number[] {
  const routes = tables.flatMap((id) => routesToGateway(index, id, Math.max(SCOPE_LINK, scope + 1), hop));
  routes.sort((a, b) => b.destination.length - a.destination.length);
  const sure = routes.find((route) => route.protocol === 'kernel')?.destination.length ?? 0;
  return routes.filter((route) => route.destination.length >= sure).map((route) => route.scope);
}

/** Only what is nearer than the route itself leads to its gateway. */
function routesToGateway(
  index: HostIndex,
  table: number,
  scope: number,
  { gateway, device }: NextHop,
): Route[] {
  const own = index.families[4].tables.get(table);
  if (!own || !gateway) return [];
  return routesContaining(own, gateway).filter(
    (route) => route.tos === 0 && route.scope >= scope && route.nextHops.some((hop) => hop.device === device),
  );
}
