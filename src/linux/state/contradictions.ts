import type { Family } from '../../addr/ip.ts';
import { formatIp } from '../../addr/ip.ts';
import { formatPrefix } from '../../addr/prefix.ts';
import { type NextHop, type Route, type StateProblem, TABLE_MAIN } from '../host-state.ts';
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
  return [...lacking(a, b, other), ...lacking(b, a, chosen)].slice(0, MOST);
}

interface MainRoutes {
  readonly routes: readonly Route[];
  /** Destination, gateway and device of every next hop. */
  readonly keys: ReadonlySet<string>;
  readonly byDestination: ReadonlyMap<string, Route>;
}

/** Routes of one listing that the other does not have. */
function lacking(these: MainRoutes, those: MainRoutes, listing: RouteListing): StateProblem[] {
  const problems: StateProblem[] = [];
  for (const route of these.routes) {
    const to = formatPrefix(route.destination);
    const rival = those.byDestination.get(to);
    if (those.keys.has(keyOf(to, route.nextHops[0])) || (rival && (isVague(route) || isVague(rival))))
      continue;
    problems.push({
      kind: 'contradiction',
      what: `route ${to}`,
      first: route.span,
      second: rival?.span ?? listing.span,
    });
    if (problems.length === MOST) break;
  }
  return problems;
}

function mainRoutes(listing: RouteListing, family: Family): MainRoutes {
  const routes: Route[] = [];
  const keys = new Set<string>();
  const byDestination = new Map<string, Route>();
  for (const route of listing.routes) {
    if (route.table !== TABLE_MAIN || route.destination.address.family !== family) continue;
    const to = formatPrefix(route.destination);
    routes.push(route);
    for (const hop of route.nextHops) keys.add(keyOf(to, hop));
    byDestination.set(to, route);
  }
  return { routes, keys, byDestination };
}

function keyOf(to: string, hop: NextHop | undefined): string {
  return `${to} ${hop?.gateway ? formatIp(hop.gateway) : ''} ${hop?.device ?? ''}`;
}

/** Whether the forms show the route so differently that only its destination can be compared. */
function isVague(route: Route): boolean {
  const family = route.destination.address.family;
  return (
    route.type !== 'unicast' ||
    route.unmodelled.length > 0 ||
    route.nextHopId !== null ||
    route.nextHops.some(({ gateway }) => gateway !== null && gateway.family !== family)
  );
}
