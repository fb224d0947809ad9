import type { Family } from '../../addr/ip.ts';
import {
  type Gap,
  type Given,
  type Route,
  type Rule,
  type StateProblem,
  TABLE_DEFAULT,
  TABLE_LOCAL,
  TABLE_MAIN,
} from '../host-state.ts';
import { contradictions } from './contradictions.ts';
import type { RouteListing } from './told.ts';

export interface MergedRoutes {
  readonly routes: readonly Route[];
  readonly gaps: readonly Gap[];
  readonly given: readonly Given[];
  readonly problems: readonly StateProblem[];
}

/**
 * Each table of each family is taken from one listing, the first that lists all tables, else the first that lists that
 * one; `listings` come richest form first. The others only serve to find contradictions.
 */
export function mergeRoutes(listings: readonly RouteListing[], rules: readonly Rule[]): MergedRoutes {
  const merged = ([4, 6] as const).map((family) => mergeFamily(listings, family, namesTables(rules, family)));
  return {
    routes: concat(merged.map(({ routes }) => routes)),
    gaps: merged.flatMap(({ gaps }) => gaps),
    given: merged.flatMap(({ given }) => given),
    problems: merged.flatMap(({ problems }) => problems),
  };
}

function mergeFamily(
  listings: readonly RouteListing[],
  family: Family,
  severalTables: boolean,
): MergedRoutes {
  const those = listings.filter(({ families }) => families.has(family)).toSorted(byCompleteness);
  const all = those.find(({ table, limited }) => table === 'all' && !limited);
  const chosen = all ? [all] : firstOfEachTable(those);
  const main = chosen.find(({ table }) => table === 'all' || table === TABLE_MAIN);
  const given: Given[] = [];
  if (main && !main.limited) given.push(`routes${family}`);
  if (all && !all.limited) given.push(`all-tables${family}`);
  const problems = main
    ? those
        .filter((other) => other !== main && !other.limited && holdsMain(other))
        .flatMap((other) => contradictions(main, other, family))
    : [];
  const gaps = chosen.flatMap((listing) => gapsOf(listing, family));
  return {
    routes: concat(chosen.map((listing) => ofFamily(routesOf(listing, severalTables), family))),
    gaps,
    given,
    problems,
  };
}

/** Whether the host uses tables besides those that every Linux has. */
function namesTables(rules: readonly Rule[], family: Family): boolean {
  return rules.some(
    (rule) =>
      rule.family === family &&
      rule.action.kind === 'lookup' &&
      !(rule.action.table >= TABLE_DEFAULT && rule.action.table <= TABLE_LOCAL),
  );
}

/** Where a listing mixes tables, and there are several, each route of main may be one of another. */
function routesOf({ mixed, routes }: RouteListing, severalTables: boolean): readonly Route[] {
  if (!mixed || !severalTables) return routes;
  return routes.map((route) =>
    route.table === TABLE_MAIN ? { ...route, unmodelled: [...route.unmodelled, 'table'] } : route,
  );
}

function byCompleteness(a: RouteListing, b: RouteListing): number {
  return Number(a.limited) - Number(b.limited);
}

/** Of a listing that shows a part of a table, all that it does not show is a gap as well. */
function gapsOf(listing: RouteListing, family: Family): Gap[] {
  const own = listing.gaps.filter((gap) => gap.family === null || gap.family === family);
  if (!listing.limited) return own;
  const table = listing.table === 'all' ? TABLE_MAIN : listing.table;
  return [...own, { kind: 'route', family, table, destination: null, device: null, span: listing.span }];
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
