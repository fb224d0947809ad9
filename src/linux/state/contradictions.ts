import type { Family } from '../../addr/ip.ts';
import { formatIp } from '../../addr/ip.ts';
import { formatPrefix } from '../../addr/prefix.ts';
import { type Route, type StateProblem, TABLE_MAIN } from '../host-state.ts';
import type { RouteListing } from './told.ts';

/** One difference may be a misread listing; a hundred of them say no more than ten. */
const MOST = 10;

/**
 * Routes of the main table that one listing has and the other has not. Compared is only what every form prints: where
 * to, by which gateway and device. What `route -n` cannot show (which kind of refusal, all but the first next hop) is not.
 */
export function contradictions(chosen: RouteListing, other: RouteListing, family: Family): StateProblem[] {
  const a = mainRoutes(chosen, family);
  const b = mainRoutes(other, family);
  const problems: StateProblem[] = [];
  for (const [key, route] of a) if (!b.has(key)) problems.push(lacking(route, other, b));
  for (const [key, route] of b) if (!a.has(key)) problems.push(lacking(route, chosen, a));
  return problems.slice(0, MOST);
}

function lacking(route: Route, listing: RouteListing, routes: ReadonlyMap<string, Route>): StateProblem {
  const to = formatPrefix(route.destination);
  const rival = [...routes.values()].find((one) => formatPrefix(one.destination) === to);
  return {
    kind: 'contradiction',
    what: `route ${to}`,
    first: route.span,
    second: rival?.span ?? listing.span,
  };
}

function mainRoutes(listing: RouteListing, family: Family): Map<string, Route> {
  const routes = new Map<string, Route>();
  for (const route of listing.routes) {
    if (route.table === TABLE_MAIN && route.destination.address.family === family)
      routes.set(keyOf(route), route);
  }
  return routes;
}

function keyOf(route: Route): string {
  const to = formatPrefix(route.destination);
  if (isRefusal(route)) return `${to} refused`;
  const hop = route.nextHops[0];
  return `${to} ${hop?.gateway ? formatIp(hop.gateway) : ''} ${hop?.device ?? ''}`;
}

function isRefusal({ type }: Route): boolean {
  return type === 'blackhole' || type === 'unreachable' || type === 'prohibit' || type === 'throw';
}
