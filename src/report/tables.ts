import type { Family } from '../addr/ip.ts';
import { groupBy, indexOf } from '../linux/host-index.ts';
import { type HostState, type Route, type Rule, TABLE_LOCAL } from '../linux/host-state.ts';
import { type FilterMode, filterModes } from '../linux/lint/filter-modes.ts';
import type { Lint } from '../linux/lint/lint.ts';
import { lintOf } from '../linux/lint/lint-of.ts';

/** Rules and tables of a host as one picture: what the renderers of `route table` are given. */
export interface Tables {
  readonly state: HostState;
  readonly families: readonly FamilyTables[];
  readonly filters: readonly FilterMode[];
  readonly lint: readonly Lint[];
}

export interface FamilyTables {
  readonly family: Family;
  readonly rules: readonly Rule[];
  /** No file listed rules: these are the ones that every Linux has. */
  readonly rulesAssumed: boolean;
  /** In the order in which rules look them up, then those that none does. The local table is left out: nobody writes it. */
  readonly tables: readonly Table[];
}

export interface Table {
  readonly id: number;
  readonly rules: readonly Rule[];
  readonly routes: readonly Route[];
}

export function tablesOf(state: HostState): Tables {
  const families = ([4, 6] as const).map((family) => familyTables(state, family));
  return {
    state,
    families: families.filter((one) => !one.rulesAssumed || one.tables.length > 0),
    filters: filterModes(state),
    lint: lintOf(state),
  };
}

function familyTables(state: HostState, family: Family): FamilyTables {
  const { rules, assumed } = indexOf(state).families[family];
  const routes = groupBy(
    state.routes.filter((one) => one.destination.address.family === family && one.table !== TABLE_LOCAL),
    (one) => one.table,
  );
  const asked = rules.flatMap(({ action }) => (action.kind === 'lookup' ? [action.table] : []));
  const ids = [...new Set([...asked.filter((id) => routes.has(id)), ...routes.keys()])];
  return {
    family,
    rules,
    rulesAssumed: assumed.length > 0,
    tables: ids.map((id) => ({ id, rules: rulesTo(rules, id), routes: routes.get(id) ?? [] })),
  };
}

function rulesTo(rules: readonly Rule[], id: number): Rule[] {
  return rules.filter(({ action }) => action.kind === 'lookup' && action.table === id);
}

/** What is wrong with one rule or route, for its place in the picture. */
export function lintAt(lint: readonly Lint[], entry: Rule | Route): Lint[] {
  return lint.filter(
    (one) =>
      ('rule' in one && one.rule === entry) || (one.kind === 'gateway-off-link' && one.route === entry),
  );
}
