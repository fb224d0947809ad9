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
  const askers = groupBy(rules, tableOf);
  const asked = [...askers.keys()].filter((id) => id !== null);
  const ids = [...new Set([...asked.filter((id) => routes.has(id)), ...routes.keys()])];
  return {
    family,
    rules,
    rulesAssumed: assumed.length > 0,
    tables: ids.map((id) => ({ id, rules: askers.get(id) ?? [], routes: routes.get(id) ?? [] })),
  };
}

function tableOf({ action }: Rule): number | null {
  return action.kind === 'lookup' ? action.table : null;
}

/** What is wrong with one rule or route, for its place in the picture. */
export function lintAt(lint: readonly Lint[], entry: Rule | Route): readonly Lint[] {
  const known = byEntry.get(lint) ?? lintByEntry(lint);
  byEntry.set(lint, known);
  return known.get(entry) ?? [];
}

/** Of each picture: a host may have ten thousands of rules, each with something wrong. */
const byEntry = new WeakMap<readonly Lint[], ReadonlyMap<Rule | Route, Lint[]>>();

function lintByEntry(lint: readonly Lint[]): ReadonlyMap<Rule | Route, Lint[]> {
  const entries = new Map<Rule | Route, Lint[]>();
  for (const one of lint) {
    const entry = 'rule' in one ? one.rule : one.kind === 'gateway-off-link' ? one.route : null;
    if (!entry) continue;
    const known = entries.get(entry);
    if (known) known.push(one);
    else entries.set(entry, [one]);
  }
  return entries;
}
