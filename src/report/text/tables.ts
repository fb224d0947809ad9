import { quoteOf } from '../../addr/source.ts';
import type { HostState, Route, Rule } from '../../linux/host-state.ts';
import type { FilterMode } from '../../linux/lint/filter-modes.ts';
import { tableName } from '../../reason/quote.ts';
import { LINT_MARKS, lintSentence, lintSources } from '../lint-words.ts';
import { type FamilyTables, lintAt, type Table, type Tables } from '../tables.ts';
import { routeWords, ruleWords } from '../trace-words.ts';
import { columns } from './columns.ts';
import type { LookupOptions } from './lookup.ts';
import { prose } from './prose.ts';
import { BLANK, paint, piece, type Row } from './row.ts';
import { stateRows, widestLine } from './state-lines.ts';

/** Routes shown of one table; a full Internet table has a million. */
const MOST_ROUTES = 40;

/** Rules in the order in which they are tried, the tables they lead to, the filters; then what cannot work. */
export function renderTables(tables: Tables, options: LookupOptions): string {
  const rows = [
    ...tables.families.flatMap((one) => familyRows(one, tables, options)),
    ...filterRows(tables.filters),
    ...lintRows(tables, options),
  ];
  return paint(rows, options.color);
}

function familyRows(one: FamilyTables, tables: Tables, options: LookupOptions): Row[] {
  const given = one.rulesAssumed
    ? ' (no file listed them: those of a fresh Linux)'
    : ', in the order in which they are tried';
  return [
    heading(`IPv${one.family} rules of ${tables.state.name}${given}`),
    ...columns(one.rules.map((rule) => ruleCells(rule, one, tables))),
    BLANK,
    ...one.tables.flatMap((table) => tableRows(table, one, tables, options)),
  ];
}

function heading(text: string): Row {
  return [piece(text, 'strong')];
}

function ruleCells(rule: Rule, { tables: known, rulesAssumed }: FamilyTables, { state, lint }: Tables) {
  const marks = rulesAssumed ? [] : lintAt(lint, rule).map((one) => LINT_MARKS[one.kind]);
  const table = rule.action.kind === 'lookup' ? rule.action.table : null;
  const own = known.find((one) => one.id === table);
  const size =
    table === null || table === LOCAL ? '' : own ? counted(own.routes.length) : emptiness(state, rule);
  return { cells: [`  ${firstLine(ruleWords(rule))}`, size], mark: marks.join('; ') };
}

const LOCAL = 255;

function emptiness(state: HostState, { family }: Rule): string {
  return state.given.has(`all-tables${family}`) ? 'empty' : 'not listed';
}

function counted(routes: number): string {
  return routes === 1 ? '1 route' : `${routes} routes`;
}

function firstLine(text: string): string {
  return text.replaceAll('\t', ' ');
}

function tableRows(
  { id, rules, routes }: Table,
  family: FamilyTables,
  { state, lint }: Tables,
  options: LookupOptions,
): Row[] {
  const by = rules.map((rule) => String(rule.preference)).join(', ');
  const asked = by === '' ? 'which no rule looks up' : `looked up by rule ${by}`;
  const shown = options.verbose ? routes : routes.slice(0, MOST_ROUTES);
  const more = routes.length - shown.length;
  return [
    heading(`IPv${family.family} table ${tableName(state, id)}, ${asked}`),
    ...columns(shown.map((route) => routeCells(route, lint))),
    ...(more > 0 ? [[piece(`  and ${more} more`, 'context')]] : []),
    BLANK,
  ];
}

function routeCells(route: Route, lint: Tables['lint']) {
  const marks = lintAt(lint, route).map((one) => LINT_MARKS[one.kind]);
  return { cells: [`  ${firstLine(routeWords(route))}`], mark: marks.join('; ') };
}

const MODES = ['off (0)', 'strict (1)', 'loose (2)'];

function filterRows(filters: readonly FilterMode[]): Row[] {
  if (filters.length === 0) return [];
  const cells = filters.map(({ device, mode, all, own }) => ({
    cells: [
      `  ${device}`,
      mode === null ? 'not known' : MODES[mode],
      setting('all', all),
      setting(device, own),
    ],
    mark: '',
  }));
  return [heading('reverse-path filter of IPv4, the greater of two settings'), ...columns(cells), BLANK];
}

function setting(place: string, one: FilterMode['all']): string {
  if (!one) return `${place}: not given`;
  const { file, line } = quoteOf(one.span);
  return `${place}: ${one.value.trim()} (${file}:${line})`;
}

function lintRows({ state, lint }: Tables, { width }: LookupOptions): Row[] {
  if (lint.length === 0) return [[piece('nothing in these tables is out of reach or empty', 'good')]];
  const gutter = String(Math.max(1, ...lint.map((one) => widestLine(lintSources(one))))).length;
  const block = { gutter, width, bad: 'warning' as const };
  return lint.flatMap((one, index) => [
    ...prose(`warning[${one.kind}]: `, 'warning', lintSentence(state, one), width, 4, 'strong'),
    ...stateRows(lintSources(one), block),
    ...(index < lint.length - 1 ? [BLANK] : []),
  ]);
}
