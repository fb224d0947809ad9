import { sameIp } from '../addr/ip.ts';
import type { Errno, TraceStep } from './decision.ts';
import type { Flow } from './flow.ts';
import type { HostIndex } from './host-index.ts';
import type { NextHop, Route, RouteType } from './host-state.ts';
import { isAlive, isBlackholeObject, nextHopsOf } from './next-hop.ts';
import { tosFor } from './rule-match.ts';

/** What one table makes of a flow. `throws` and `miss` both send the kernel to the next rule (EAGAIN). */
export type Selection =
  | {
      readonly kind: 'found';
      readonly route: Route;
      readonly hop: NextHop;
      readonly hops: readonly NextHop[];
    }
  | { readonly kind: 'refused'; readonly route: Route; readonly error: Errno }
  | { readonly kind: 'throws'; readonly route: Route }
  | { readonly kind: 'miss' };

export interface SelectOptions {
  /** FIB_LOOKUP_IGNORE_LINKSTATE. */
  readonly ignoreLinkState?: boolean;
}

const NO_HOP: NextHop = {
  device: null,
  gateway: null,
  weight: 1,
  onlink: false,
  dead: false,
  linkdown: false,
};

/** fib_props and fib6_prop: what a route of a type that is not one comes to. */
export const REJECTS: Partial<Record<RouteType, Errno>> = {
  blackhole: 'EINVAL',
  unreachable: 'EHOSTUNREACH',
  prohibit: 'EACCES',
  throw: 'EAGAIN',
  nat: 'EINVAL',
};

/** fib_table_lookup from the leaf on: the first route whose tos fits and that has a usable next hop, else a shorter prefix. */
export function selectRoute4(
  index: HostIndex,
  routes: readonly Route[],
  flow: Flow,
  trace: TraceStep[],
): Selection {
  const tos = tosFor(4, flow.tos);
  for (let i = 0; i < routes.length; i++) {
    const route = routes[i];
    if (route.tos !== 0 && route.tos !== tos) {
      trace.push({ step: 'route-passed-over', route, because: 'tos' });
      continue;
    }
    const outcome = tryRoute(index, route, flow, trace);
    if (outcome) return outcome;
    if (route.nextHopId !== null) i = skipLeaf(routes, i);
  }
  return { kind: 'miss' };
}

/** A nexthop object without a usable hop ends its leaf: routes of any length on the same network address are skipped ("goto miss"). */
function skipLeaf(routes: readonly Route[], at: number): number {
  let last = at;
  while (
    last + 1 < routes.length &&
    sameIp(routes[last + 1].destination.address, routes[at].destination.address)
  )
    last++;
  return last;
}

function tryRoute(index: HostIndex, route: Route, flow: Flow, trace: TraceStep[]): Selection | null {
  const error = isBlackholeObject(index, route) ? 'EINVAL' : REJECTS[route.type];
  if (error === 'EAGAIN') return { kind: 'throws', route };
  if (error) return { kind: 'refused', route, error };
  const hops = nextHopsOf(index, route);
  const alive = hops.filter((hop) => isAlive(index, 4, hop));
  const usable = alive.find((hop) => flow.outputDevice === null || hop.device === flow.outputDevice);
  if (usable) return { kind: 'found', route, hop: usable, hops: alive };
  if (hops.length === 0 && flow.outputDevice === null)
    return { kind: 'found', route, hop: NO_HOP, hops: [NO_HOP] };
  trace.push({ step: 'route-passed-over', route, because: whyUnusable(hops, alive) });
  return null;
}

export function whyUnusable(hops: readonly NextHop[], alive: readonly NextHop[]) {
  if (alive.length > 0) return 'other-device';
  return hops.some((hop) => hop.linkdown) ? 'linkdown' : 'dead';
}
