import type { Missing } from './decision.ts';
import { type FibTable, routesContaining } from './fib-table.ts';
import type { Flow } from './flow.ts';
import { addressesMissing, gapsInTable, missingOf } from './gap.ts';
import { type Route, type Rule, TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from './host-state.ts';
import { type Selection, selectRoute4 } from './select-route4.ts';
import { selectRoute6 } from './select-route6.ts';
import { assume, type FibResult, type Walk } from './walk.ts';

/** `next`: on with the next rule (EAGAIN), because nothing matches, or because a route throws. */
export type Step = FibResult | { readonly kind: 'next'; readonly thrown: boolean };

/** fib_table_lookup or fib6_table_lookup of one table, with its steps noted. */
export function lookupTable(walk: Walk, rule: Rule, id: number, flow: Flow): Step {
  const table = walk.index.families[walk.family].tables.get(id);
  const unknown = table ? null : unlisted(walk, id);
  if (unknown) return unknown;
  if (table && id === TABLE_LOCAL && isPartlyKnown(walk)) assume(walk, addressesMissing(walk.index.state));
  if (!table) {
    walk.trace.push({ step: 'table-empty', table: id, rule });
    return doubted(walk, id, flow, { kind: 'next', thrown: false });
  }
  return doubted(walk, id, flow, choose(walk, rule, id, routesContaining(table, flow.destination), flow));
}

/** A line that was not understood decides unless a route with a longer prefix does; one without a destination may. */
function doubted(walk: Walk, id: number, flow: Flow, step: Step): Step {
  const gaps = gapsInTable(walk.index.state, id, flow);
  if (gaps.length === 0) return step;
  const decided = lengthDecided(step);
  const deciding = gaps.filter(({ destination }) => destination && destination.length >= decided);
  if (deciding.length > 0) return { kind: 'cannot-tell', missing: deciding.map(missingOf) };
  assume(walk, gaps.filter(({ destination }) => !destination).map(missingOf));
  return step;
}

function lengthDecided(step: Step): number {
  if (step.kind === 'found') return step.route.destination.length;
  return step.kind === 'refused' && 'destination' in step.by ? step.by.destination.length : -1;
}

/** The local and the main table as one trie: the longest prefix of both, the local one first where they are equal. */
export function lookupMerged(walk: Walk, rule: Rule, flow: Flow): Step {
  const { tables } = walk.index.families[4];
  const local = containing(tables.get(TABLE_LOCAL), flow);
  if (local.length === 0) return lookupTable(walk, rule, TABLE_LOCAL, flow);
  const longer = containing(tables.get(TABLE_MAIN), flow).filter((route) => isLonger(route, local));
  const both = [...local, ...longer].sort((a, b) => b.destination.length - a.destination.length);
  return doubted(walk, TABLE_LOCAL, flow, choose(walk, rule, TABLE_LOCAL, both, flow));
}

function containing(table: FibTable | undefined, flow: Flow): Route[] {
  return table ? routesContaining(table, flow.destination) : [];
}

function isLonger(route: Route, than: readonly Route[]): boolean {
  return than.some((other) => route.destination.length > other.destination.length);
}

function choose(walk: Walk, rule: Rule, id: number, routes: readonly Route[], flow: Flow): Step {
  const { index, trace } = walk;
  if (routes.length === 0) {
    trace.push({ step: 'table-no-match', table: id, rule });
    return { kind: 'next', thrown: false };
  }
  const selection =
    walk.family === 4
      ? selectRoute4(index, routes, flow, trace)
      : selectRoute6(index, routes, flow, walk.strict, trace);
  noteLosers(walk, routes, selection);
  return stepOf(walk, rule, id, routes, selection);
}

function stepOf(walk: Walk, rule: Rule, id: number, rivals: readonly Route[], selection: Selection): Step {
  const { trace } = walk;
  switch (selection.kind) {
    case 'miss':
      trace.push({ step: 'table-no-match', table: id, rule });
      return { kind: 'next', thrown: false };
    case 'throws':
      trace.push({ step: 'route-throws', route: selection.route });
      return { kind: 'next', thrown: true };
    case 'refused':
      trace.push({ step: 'refused', by: selection.route, error: selection.error });
      return { kind: 'refused', error: selection.error, by: selection.route };
    case 'found':
      trace.push({ step: 'route-chosen', route: selection.route, rule });
      return {
        kind: 'found',
        rule,
        route: selection.route,
        hop: selection.hop,
        hops: selection.hops,
        rivals,
      };
  }
}

/** The routes that would have come after the one taken; those before it are noted where they are passed over. */
function noteLosers(walk: Walk, routes: readonly Route[], selection: Selection): void {
  if (selection.kind === 'miss') return;
  const winner = selection.route;
  for (const route of routes.slice(routes.indexOf(winner) + 1)) {
    walk.trace.push({ step: 'route-passed-over', route, because: whyAfter(winner, route) });
  }
}

function whyAfter(winner: Route, route: Route) {
  if (route.destination.length < winner.destination.length) return 'shorter-prefix';
  if ((route.sourcePrefix?.length ?? 0) < (winner.sourcePrefix?.length ?? 0)) return 'source-prefix';
  if (route.tos !== winner.tos) return 'tos';
  return route.metric > winner.metric ? 'higher-metric' : 'later';
}

/**
 * A table of which no route is known: empty if all tables were listed, else nobody knows. `default` is empty on every
 * host whose administrator did not fill it, and the local one follows from the addresses.
 */
function unlisted(walk: Walk, id: number): Step | null {
  const { state } = walk.index;
  if (state.given.has(`all-tables${walk.family}`) || id === TABLE_DEFAULT) return null;
  if (id === TABLE_MAIN && state.given.has(`routes${walk.family}`)) return null;
  if (id === TABLE_LOCAL) {
    if (!state.given.has('addresses')) assume(walk, addressesMissing(state));
    return null;
  }
  return { kind: 'cannot-tell', missing: [missingTable(walk, id)] };
}

/** Made from the addresses that are known, and there may be more. */
function isPartlyKnown({ index, family }: Walk): boolean {
  return index.families[family].localDerived && !index.state.given.has('addresses');
}

function missingTable(walk: Walk, id: number): Missing {
  const ip = walk.family === 6 ? 'ip -6' : 'ip';
  if (id === TABLE_MAIN) return { kind: 'routes', what: `${ip} route` };
  const name = [...walk.index.state.tableNames].find(([, number]) => number === id)?.[0];
  return { kind: 'routes', what: `${ip} route show table ${name ?? id}` };
}
