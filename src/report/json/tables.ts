import { formatIp } from '../../addr/ip.ts';
import { formatPrefix } from '../../addr/prefix.ts';
import type { Span } from '../../addr/source.ts';
import type { Route, Rule } from '../../linux/host-state.ts';
import { tableName } from '../../reason/quote.ts';
import { lintSentence, lintSources } from '../lint-words.ts';
import { type FamilyTables, lintAt, type Table, type Tables } from '../tables.ts';
import { ruleWords } from '../trace-words.ts';
import { lineJson } from './cause.ts';
import { jsonText } from './json-text.ts';

export const TABLES_SCHEMA = 'wayhome.tables/1';

/** Routes of one table; `routesInAll` says how many there are. */
const MOST_ROUTES = 1000;

export function renderTablesJson(tables: Tables): string {
  const { state, families, filters, lint } = tables;
  const value = {
    schema: TABLES_SCHEMA,
    host: state.name,
    families: families.map((one) => familyJson(one, tables)),
    reversePathFilter: filters.map(({ device, mode, all, own }) => ({
      interface: device,
      mode,
      all: all && { value: all.value.trim(), ...lineJson(all.span) },
      own: own && { value: own.value.trim(), ...lineJson(own.span) },
    })),
    lint: lint.map((one) => ({
      kind: one.kind,
      sentence: lintSentence(state, one),
      sources: lintSources(one).map(({ span, mark, label }) => ({ ...lineJson(span), mark, label })),
    })),
  };
  return `${jsonText(value, 2)}\n`;
}

function familyJson({ family, rules, rulesAssumed, tables }: FamilyTables, all: Tables) {
  return {
    family,
    rulesAssumed,
    rules: rules.map((rule) => ruleJson(rule, all)),
    tables: tables.map((table) => tableJson(table, all)),
  };
}

function ruleJson(rule: Rule, { state, lint }: Tables) {
  const { preference, action } = rule;
  return {
    preference,
    text: ruleWords(rule),
    action: action.kind,
    table: action.kind === 'lookup' ? tableName(state, action.table) : null,
    ...placeJson(rule.span),
    lint: lintAt(lint, rule).map((one) => one.kind),
  };
}

function placeJson(span: Span | null) {
  if (!span) return { file: null, line: null };
  const { file, line } = lineJson(span);
  return { file, line };
}

function tableJson({ id, rules, routes }: Table, { state, lint }: Tables) {
  return {
    id,
    name: tableName(state, id),
    lookedUpBy: rules.map((rule) => rule.preference),
    routesInAll: routes.length,
    routes: routes.slice(0, MOST_ROUTES).map((route) => routeJson(route, lint)),
  };
}

function routeJson(route: Route, lint: Tables['lint']) {
  return {
    type: route.type,
    destination: formatPrefix(route.destination),
    metric: route.metric,
    nextHops: route.nextHops.map(({ device, gateway }) => ({
      interface: device,
      gateway: gateway && formatIp(gateway),
    })),
    ...lineJson(route.span),
    lint: lintAt(lint, route).map((one) => one.kind),
  };
}
