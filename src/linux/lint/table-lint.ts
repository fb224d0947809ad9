import type { Family } from '../../addr/ip.ts';
import { groupBy, indexOf } from '../host-index.ts';
import { type HostState, TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from '../host-state.ts';
import type { Lint } from './lint.ts';

/** Is it known to hold no route? `default` is empty on every host whose administrator did not fill it. */
export function tableIsEmpty(state: HostState, family: Family, table: number): boolean {
  if (table === TABLE_DEFAULT || table === TABLE_LOCAL || table === TABLE_MAIN) return false;
  return state.given.has(`all-tables${family}`) && !indexOf(state).families[family].tables.has(table);
}

/** Tables that somebody filled and no rule leads to. */
export function tableLint(state: HostState): Lint[] {
  const families: readonly Family[] = [4, 6];
  return families.flatMap((family) => unused(state, family));
}

function unused(state: HostState, family: Family): Lint[] {
  if (!state.given.has(`rules${family}`)) return [];
  const asked = new Set(state.rules.flatMap((rule) => (rule.family === family ? tablesOf(state, rule) : [])));
  const routes = state.routes.filter((route) => route.destination.address.family === family);
  return [...groupBy(routes, (route) => route.table)]
    .filter(([table]) => !asked.has(table) && table !== TABLE_LOCAL && table !== 0)
    .map(([table, own]) => ({ kind: 'table-unused', table, family, routes: own.length, first: own[0] }));
}

/** An `l3mdev` rule looks up the table of whatever VRF the packet is in. */
function tablesOf(state: HostState, rule: HostState['rules'][number]): number[] {
  const vrfs = state.links.flatMap((link) => (link.vrfTable === undefined ? [] : [link.vrfTable]));
  return [...(rule.action.kind === 'lookup' ? [rule.action.table] : []), ...(rule.l3mdev ? vrfs : [])];
}
