import { type Ip, sameIp } from '../addr/ip.ts';
import { choicesOf, type Path } from './choose-path4.ts';
import type { RouteDecision, RouteFound } from './decision.ts';
import type { Route, RouteType } from './host-state.ts';
import type { FibFound, Walk } from './walk.ts';

/** The decision for a route found, from the paths that may be taken; the first stands for all. */
export function foundBy(walk: Walk, found: FibFound, paths: readonly Path[], source: Ip | null): RouteFound {
  const choices = paths.flatMap((path) => choicesOf(walk, path));
  const candidates = choices.filter((one, i) => choices.findIndex((two) => sameChoice(one, two)) === i);
  noteUnmodelled(walk, paths);
  return {
    kind: 'route',
    type: found.route.type,
    route: paths[0].route,
    rule: found.rule,
    table: found.route.table,
    device: candidates[0].device,
    gateway: candidates[0].gateway,
    source,
    candidates,
    onLinkAssumed: false,
    assumed: walk.assumed,
    trace: walk.trace,
  };
}

function sameChoice(a: RouteFound['candidates'][number], b: RouteFound['candidates'][number]): boolean {
  return a.device === b.device && (a.gateway === b.gateway || sameIp(a.gateway, b.gateway));
}

function noteUnmodelled(walk: Walk, paths: readonly Path[]): void {
  for (const word of new Set(paths.flatMap((path) => path.route.unmodelled))) {
    walk.assumed.push({ kind: 'unmodelled', what: word });
  }
}

/** For this host itself: the packet goes to the loopback device (or comes in, which `ip route get` shows the same way). */
export function deliveredLocally(walk: Walk, found: FibFound, source: Ip | null): RouteFound {
  const device = walk.index.loopback;
  const base = foundBy(walk, found, [{ route: found.route, hop: found.hop }], source);
  const candidates = [{ device, gateway: null, route: found.route, nextHop: found.hop }];
  return { ...base, device, gateway: null, candidates };
}

/**
 * ip6_rt_get_dev_rcu: local addresses and the kernel's own anycast ones are on the loopback device; an anycast route that
 * a user added (never with metric 0) lacks RTF_ANYCAST and keeps its device.
 */
export function isOnLoopback6({ type, metric }: Route): boolean {
  return type === 'local' || (type === 'anycast' && metric === 0);
}

/** A packet that goes out by a device without any route deciding so. */
export function withoutRoute(
  walk: Walk,
  device: string,
  type: RouteType,
  source: Ip | null,
  onLinkAssumed: boolean,
): RouteDecision {
  return {
    kind: 'route',
    type,
    route: null,
    rule: null,
    table: 0,
    device,
    gateway: null,
    source,
    candidates: [{ device, gateway: null, route: null, nextHop: null }],
    onLinkAssumed,
    assumed: walk.assumed,
    trace: walk.trace,
  };
}
