import { type Ip, isLinkLocal, isLoopback, isMulticast, isUnspecified } from '../addr/ip.ts';
import type { RouteDecision } from './decision.ts';
import type { Flow } from './flow.ts';
import { deliveredLocally, foundBy, isOnLoopback6 } from './found.ts';
import type { HostState } from './host-state.ts';
import { lookupOutput4 } from './lookup-output4.ts';
import { lookupRules } from './rule-walk.ts';
import type { Strictness } from './select-route6.ts';
import { selectAddress6 } from './source6.ts';
import { cannotTell, type FibFound, noRoute, refused, startWalk, type Walk } from './walk.ts';

/** What the host does with a packet that it sends itself: which route, device, gateway and source, and why. */
export function lookupOutput(state: HostState, flow: Flow): RouteDecision {
  return flow.destination.family === 4 ? lookupOutput4(state, flow) : lookupOutput6(state, flow);
}

/** ip6_route_output_flags and ip6_pol_route_output. There is no check of the source and no on-link assumption. */
function lookupOutput6(state: HostState, flow: Flow): RouteDecision {
  const walk = startWalk(state, 6, strictnessOf(flow));
  const { outputDevice } = flow;
  if (outputDevice !== null && state.given.has('links') && !walk.index.links.has(outputDevice))
    return noRoute(walk, 'ENODEV', 'device-unknown');
  const result = lookupRules(walk, withoutAnySource(flow));
  if (result.kind === 'cannot-tell') return cannotTell(walk, result.missing);
  if (result.kind === 'none') return noRoute(walk, 'ENETUNREACH', 'nothing-matches');
  if (result.kind === 'refused') return refused(walk, result.error, result.by);
  return found6(walk, result, flow);
}

/** RT6_LOOKUP_F_IFACE: a bound socket, an address that means something on one link only, or a device without a source. */
function strictnessOf(flow: Flow): Strictness {
  const onlyDevice = flow.socketBound || needsLink(flow) || (flow.outputDevice !== null && !sourceOf(flow));
  return { device: flow.outputDevice, onlyDevice };
}

/** rt6_need_strict. */
function needsLink(flow: Flow): boolean {
  return isMulticast(flow.destination) || isLinkLocal(flow.destination) || isLoopback(flow.destination);
}

function sourceOf(flow: Flow) {
  return flow.source && !isUnspecified(flow.source) ? flow.source : null;
}

function withoutAnySource(flow: Flow): Flow {
  return { ...flow, source: sourceOf(flow) };
}

function found6(walk: Walk, found: FibFound, flow: Flow): RouteDecision {
  const { index } = walk;
  const given = sourceOf(flow);
  const source = given ?? sourceByRoute6(walk, found, flow);
  if (source) walk.trace.push({ step: 'source-chosen', source, from: originOf(walk, found, flow, source) });
  if (isOnLoopback6(found.route)) return deliveredLocally(walk, found, source);
  const paths = found.hops.map((hop) => ({
    route: found.route,
    hop: hop.device ? hop : { ...hop, device: index.loopback },
  }));
  return foundBy(walk, found, paths, source);
}

/** ip6_route_get_saddr: the route's `src`, else RFC 6724 over the device of the route. */
export function sourceByRoute6(walk: Walk, found: FibFound, flow: Flow) {
  return found.route.preferredSource ?? selectAddress6(walk.index, found.hop.device, flow.destination);
}

function originOf(
  walk: Walk,
  found: FibFound,
  flow: Flow,
  source: Ip,
): 'flow' | 'route' | 'device' | 'other-device' {
  if (sourceOf(flow)) return 'flow';
  if (found.route.preferredSource) return 'route';
  const own = walk.index.addresses.get(found.hop.device ?? '') ?? [];
  return own.some((one) => one.prefix.address === source) ? 'device' : 'other-device';
}
