import { ANY6, type Ip } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { TraceStep } from './decision.ts';
import type { Route } from './host-state.ts';

/** The routes of one destination prefix: those for every source, and by source prefix those for some. */
interface Fib6Node {
  readonly length: number;
  readonly plain: readonly Route[];
  /** Routes whose source prefix holds the flow's source, longest first. */
  readonly fitting: readonly (readonly Route[])[];
  /** There are routes for some sources, fitting or not (FIB6_SUBTREE). */
  readonly isSourceSpecific: boolean;
}

/**
 * The groups of routes that fib6_table_lookup goes through, each with one destination and source prefix. The descent
 * (fib6_node_lookup_1) does not enter a node that has routes for other sources only, not even for its plain routes;
 * the way back up (fib6_backtrack) and the default node do see them.
 */
export function fib6Nodes(routes: readonly Route[], source: Ip | null, trace: TraceStep[]): Route[][] {
  const nodes = nodesOf(routes, source ?? ANY6, trace);
  const start = nodes.findIndex((node) => node.length === 0 || isEntered(node));
  for (const node of nodes.slice(0, start < 0 ? nodes.length : start)) {
    for (const route of node.plain)
      trace.push({ step: 'route-passed-over', route, because: 'source-prefix' });
  }
  const visited = start < 0 ? [] : nodes.slice(start);
  return visited
    .flatMap((node) => [...node.fitting, node.plain])
    .filter((group) => group.length > 0) as Route[][];
}

function isEntered(node: Fib6Node): boolean {
  return node.isSourceSpecific ? node.fitting.length > 0 : node.plain.length > 0;
}

function nodesOf(routes: readonly Route[], source: Ip, trace: TraceStep[]): Fib6Node[] {
  const byLength = runsOf(routes, (route) => route.destination.length);
  return byLength.map((group) => nodeOf(group, source, trace));
}

function nodeOf(routes: readonly Route[], source: Ip, trace: TraceStep[]): Fib6Node {
  const specific = routes.filter((route) => sourceLength(route) > 0);
  const fitting = specific.filter((route) => route.sourcePrefix && contains(route.sourcePrefix, source));
  for (const route of specific) {
    if (!fitting.includes(route)) trace.push({ step: 'route-passed-over', route, because: 'source-prefix' });
  }
  return {
    length: routes[0].destination.length,
    plain: routes.filter((route) => sourceLength(route) === 0),
    fitting: runsOf(fitting, sourceLength),
    isSourceSpecific: specific.length > 0,
  };
}

function sourceLength(route: Route): number {
  return route.sourcePrefix?.length ?? 0;
}

/** Neighbours with the same key, together. */
function runsOf(routes: readonly Route[], keyOf: (route: Route) => number): Route[][] {
  const runs: Route[][] = [];
  for (const route of routes) {
    const last = runs.at(-1);
    if (last && keyOf(last[0]) === keyOf(route)) last.push(route);
    else runs.push([route]);
  }
  return runs;
}
