import type { Family } from '../../addr/ip.ts';
import { type Given, type Route, type StateProblem, TABLE_MAIN } from '../host-state.ts';
import { contradictions } from './contradictions.ts';
import type { RouteListing } from './told.ts';

export interface MergedRoutes {
  readonly routes: readonly Route[];
  readonly given: readonly Given[];
  readonly problems: readonly StateProblem[];
}

/**
 * Each table of each family is taken from one listing, the first that lists all tables, else the first that lists that
 * one; `listings` come richest form first. The others only serve to find contradictions.
 */
export function mergeRoutes(listings: readonly RouteListing[]): MergedRoutes {
  const merged = ([4, 6] as const).map((family) => mergeFamily(listings, family));
  return {
    routes: merged.length === 1 ? merged[0].routes : concat(merged.map(({ routes }) => routes)),
    given: merged.flatMap(({ given }) => given),
    problems: merged.flatMap(({ problems }) => problems),
  };
}

function mergeFamily(listings: readonly RouteListing[], family: Family): MergedRoutes {
  const those = listings.filter(({ families }) => families.has(family));
  const all = those.find(({ table }) => table === 'all');
  const chosen = all ? [all] : firstOfEachTable(those);
  const main = chosen.find(({ table }) => table === 'all' || table === TABLE_MAIN);
  const given: Given[] = [];
  if (main) given.push(`routes${family}`);
  if (all) given.push(`all-tables${family}`);
  const problems = main
    ? those
        .filter((other) => other !== main && holdsMain(other))
        .flatMap((other) => contradictions(main, other, family))
    : [];
  return { routes: concat(chosen.map(({ routes }) => ofFamily(routes, family))), given, problems };
}

function holdsMain({ table }: RouteListing): boolean {
  return table === 'all' || table === TABLE_MAIN;
}

function firstOfEachTable(listings: readonly RouteListing[]): readonly RouteListing[] {
  const byTable = new Map<number | 'all', RouteListing>();
  for (const listing of listings) if (!byTable.has(listing.table)) byTable.set(listing.table, listing);
  return [...byTable.values()];
}

function ofFamily(routes: readonly Route[], family: Family): readonly Route[] {
  const other = routes.some((route) => route.destination.address.family !== family);
  return other ? routes.filter((route) => route.destination.address.family === family) : routes;
}

/** Without spreading arguments: a full table is longer than the stack. */
function concat(lists: readonly (readonly Route[])[]): readonly Route[] {
  const full = lists.filter((list) => list.length > 0);
  return full.length === 1 ? full[0] : ([] as readonly Route[]).concat(...full);
}
