import { type Ip, isMulticast, sameIp } from '../addr/ip.ts';
import type { NextHopChoice } from './decision.ts';
import type { Flow } from './flow.ts';
import { gatewaysOf } from './gateway.ts';
import { type HostState, type NextHop, type Route, TABLE_LOCAL } from './host-state.ts';
import { kernelIsAtLeast } from './kernel-version.ts';
import { isAlive, nextHopsOf } from './next-hop.ts';
import { tosFor } from './rule-match.ts';
import { sourceByRoute4 } from './source4.ts';
import type { FibFound, Walk } from './walk.ts';

/** A next hop that may be taken, with the route it belongs to. */
export interface Path {
  readonly route: Route;
  readonly hop: NextHop;
}

/**
 * fib_select_path: with a bound device the first hop by it; else all hops of a multipath route, or all equal default
 * routes, since a hash or the neighbours' states decide among them.
 */
export function pathsOf4(walk: Walk, found: FibFound, flow: Flow): Path[] {
  const only = [{ route: found.route, hop: found.hop }];
  if (flow.outputDevice !== null) return only;
  if (nextHopsOf(walk.index, found.route).length > 1)
    return plainFirst(walk, multipath(walk, found, flow), flow);
  if (found.route.destination.length > 0 || found.route.type !== 'unicast') return only;
  const defaults = equalDefaults(walk, found, flow);
  return defaults.length > 1 ? defaults : only;
}

/**
 * fib_select_multipath. Since 6.16 a hop whose own source is the flow's source is preferred to the hash; only what the
 * host sends itself has that preference (on input fl4 is null).
 */
function multipath(walk: Walk, found: FibFound, flow: Flow): Path[] {
  const all = found.hops.map((hop) => ({ route: found.route, hop }));
  const { source } = flow;
  if (!source || flow.inputDevice !== null || found.route.nextHopId !== null) return all;
  if (!prefersSource(walk.index.state)) return all;
  const own = all.filter((path) => sameIp(hopSource(walk, path), source));
  return own.length > 0 ? own : all;
}

/**
 * All of them are possible; the one that is shown is rather one whose gateway is used as the route has it. A multicast
 * packet on a wide route has no gateway at all (`withoutGateway` in lookup-output4).
 */
function plainFirst(walk: Walk, paths: readonly Path[], flow: Flow): Path[] {
  const used = isMulticast(flow.destination) ? none : gatewaysOf;
  const isPlain = ({ route, hop }: Path) => used(walk.index, route, hop).includes(hop.gateway);
  return [...paths.filter((path) => isPlain(path)), ...paths.filter((path) => !isPlain(path))];
}

function none(): readonly (Ip | null)[] {
  return [null];
}

function prefersSource(state: HostState): boolean {
  return kernelIsAtLeast(state, 6, 16) === true;
}

/** nh_saddr: what inet_select_addr gives for the hop; the route's `src` plays no part in it. */
function hopSource(walk: Walk, { route, hop }: Path): Ip | null {
  return sourceByRoute4(walk.index, { ...route, preferredSource: null }, hop)?.source ?? null;
}

/**
 * fib_select_default: from the route found, the following defaults of the same table whose gateway is on the link, as
 * long as the metric does not rise; which one is taken depends on what the neighbour table says of the gateways.
 */
function equalDefaults(walk: Walk, found: FibFound, flow: Flow): Path[] {
  const out: Path[] = [];
  let metric = found.route.metric;
  let tos = 0;
  for (const route of found.rivals) {
    if (route.destination.length > 0 || route.table === TABLE_LOCAL) continue;
    if (route.tos !== 0 && route.tos !== tosFor(4, flow.tos)) continue;
    if (route.metric > metric && route.tos === tos) {
      if (tos !== 0) continue;
      break;
    }
    const hop = nextHopsOf(walk.index, route)[0];
    if (!hop || !isAlive(walk.index, 4, hop)) continue;
    tos = route.tos;
    metric = route.metric;
    if (route.scope !== found.route.scope || route.type !== 'unicast') continue;
    if (gatewaysOf(walk.index, route, hop).every((gateway) => gateway === null)) continue;
    if (out.length === 0 && route !== found.route) break;
    out.push({ route, hop });
  }
  return out;
}

export function choicesOf(walk: Walk, { route, hop }: Path): NextHopChoice[] {
  const device = hop.device ?? walk.index.loopback;
  const gateways = gatewaysOf(walk.index, route, hop);
  return gateways.map((gateway) => ({ device, gateway, route, nextHop: hop }));
}
