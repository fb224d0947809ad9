import { sameIp } from '../addr/ip.ts';
import type { TraceStep } from './decision.ts';
import { fib6Nodes } from './fib6-nodes.ts';
import type { Flow } from './flow.ts';
import type { HostIndex } from './host-index.ts';
import type { NextHop, Route } from './host-state.ts';
import { isAlive, isBlackholeObject, nextHopsOf } from './next-hop.ts';
import { REJECTS, type Selection, whyUnusable } from './select-route4.ts';
import { hostSetting } from './sysctl.ts';

/** How strictly fib6_table_lookup looks (RT6_LOOKUP_F_IFACE, RT6_LOOKUP_F_REACHABLE). */
export interface Strictness {
  /** The device whose routes are preferred: oif on output, iif on input. */
  readonly device: string | null;
  /** No route by another device may be taken. */
  readonly onlyDevice: boolean;
}

/** One `struct fib6_info`: the kernel keeps every next hop of an IPv6 multipath route as an entry of its own. */
interface Entry {
  readonly route: Route;
  readonly hops: readonly NextHop[];
}

interface Match {
  readonly route: Route;
  readonly hop: NextHop;
}

/** fib6_table_lookup: nodes from the longest prefix up; a host (not a router) first skips gateways known to be unreachable. */
export function selectRoute6(
  index: HostIndex,
  routes: readonly Route[],
  flow: Flow,
  strict: Strictness,
  trace: TraceStep[],
): Selection {
  const nodes = fib6Nodes(routes, flow.source, trace);
  const isRouter = hostSetting(index.state, 'net.ipv6.conf.all.forwarding', 0).value !== 0;
  for (const reachable of isRouter ? [false] : [true, false]) {
    for (const node of nodes) {
      const match = bestOf(index, entriesOf(index, node), strict, reachable);
      if (match) return selectionOf(index, match, strict);
    }
  }
  for (const route of nodes.flat()) tellWhyNot(index, route, trace);
  return { kind: 'miss' };
}

function entriesOf(index: HostIndex, node: readonly Route[]): Entry[] {
  return node.flatMap((route) => {
    const hops = nextHopsOf(index, route);
    if (hops.length < 2 || route.nextHopId !== null) return [{ route, hops }];
    return hops.map((hop) => ({ route, hops: [hop] }));
  });
}

/**
 * find_rr_leaf: the best of the lowest metric; only when none of it is usable the best of all the rest, metrics
 * notwithstanding.
 */
function bestOf(
  index: HostIndex,
  entries: readonly Entry[],
  strict: Strictness,
  reachable: boolean,
): Match | null {
  const metric = entries[0].route.metric;
  const first = entries.filter((entry) => entry.route.metric === metric);
  return (
    highest(index, first, strict, reachable) ?? highest(index, entries.slice(first.length), strict, reachable)
  );
}

/** __find_rr_leaf: a later one must score higher to win. */
function highest(
  index: HostIndex,
  entries: readonly Entry[],
  strict: Strictness,
  reachable: boolean,
): Match | null {
  let best: Match | null = null;
  let bestScore = -1;
  for (const { route, hops } of entries) {
    if (isBlackholeObject(index, route)) return { route, hop: hops[0] ?? LOST };
    for (const hop of hops.length > 0 ? hops : [LOST]) {
      const score = scoreOf(index, route, hop, strict, reachable);
      if (score <= bestScore) continue;
      best = { route, hop };
      bestScore = score;
    }
  }
  return best;
}

const LOST: NextHop = { device: null, gateway: null, weight: 1, onlink: false, dead: false, linkdown: false };

/** find_match and rt6_score_route; -1 is "not at all". */
function scoreOf(
  index: HostIndex,
  route: Route,
  hop: NextHop,
  strict: Strictness,
  reachable: boolean,
): number {
  if (!isAlive(index, 6, hop)) return -1;
  const device = hop.device ?? index.loopback;
  const byDevice = strict.device === null || strict.device === device;
  if (!byDevice && strict.onlyDevice) return -1;
  if (reachable && hop.gateway && isKnownUnreachable(index, hop)) return -1;
  return ((route.routerPreference + 2) << 2) | (byDevice ? 2 : 0);
}

/** rt6_check_neigh with CONFIG_IPV6_ROUTER_PREF: only a neighbour that has FAILED counts against its router. */
function isKnownUnreachable(index: HostIndex, hop: NextHop): boolean {
  return index.failedNeighbours.some((one) => one.device === hop.device && sameIp(one.address, hop.gateway));
}

function selectionOf(index: HostIndex, match: Match, strict: Strictness): Selection {
  const { route, hop } = match;
  const error = isBlackholeObject(index, route) ? 'EINVAL' : REJECTS[route.type];
  if (error === 'EAGAIN') return { kind: 'throws', route };
  if (error) return { kind: 'refused', route, error };
  const hops = siblings(index, match, strict);
  return { kind: 'found', route, hop: hops[0] ?? hop, hops };
}

/**
 * fib6_select_path: the hash picks among all next hops of the route, whatever device was preferred; where it hits one
 * that must not be used, the match itself stays. A nexthop object is picked from without regard to the device.
 */
function siblings(index: HostIndex, match: Match, strict: Strictness): NextHop[] {
  const { route, hop } = match;
  const all = nextHopsOf(index, route).filter((one) => isAlive(index, 6, one));
  if (all.length < 2) return [hop];
  if (route.nextHopId !== null) return all;
  const usable = all.filter((one) => scoreOf(index, route, one, strict, false) >= 0);
  return usable.length > 0 ? preferredFirst(usable, strict) : [hop];
}

/** All of them are possible (the hash asks for no device); shown is rather one by the device that was named. */
function preferredFirst(hops: readonly NextHop[], { device }: Strictness): NextHop[] {
  return [...hops.filter((hop) => hop.device === device), ...hops.filter((hop) => hop.device !== device)];
}

function tellWhyNot(index: HostIndex, route: Route, trace: TraceStep[]): void {
  const hops = nextHopsOf(index, route);
  const alive = hops.filter((hop) => isAlive(index, 6, hop));
  trace.push({ step: 'route-passed-over', route, because: whyUnusable(hops, alive) });
}
