import { anyAddress, type Ip, isLimitedBroadcast, isLoopback, isMulticast } from '../addr/ip.ts';
import { type Path, pathsOf4 } from './choose-path4.ts';
import type { NoRouteReason, ReversePathVerdict, RouteDecision } from './decision.ts';
import type { InputFlow } from './flow.ts';
import { deliveredLocally, foundBy, withoutRoute } from './found.ts';
import type { HostState } from './host-state.ts';
import { isZeroNet } from './ip-kinds.ts';
import { reversePath } from './reverse-path.ts';
import { lookupRules } from './rule-walk.ts';
import { confKey, deviceSetting } from './sysctl.ts';
import { assume, cannotTell, type FibFound, noRoute, refused, startWalk, type Walk } from './walk.ts';

const ALL_SYSTEMS = 0xe0000001;

/** ip_route_input_rcu. */
export function lookupInput4(state: HostState, flow: InputFlow): RouteDecision {
  const walk = startWalk(state, 4);
  if (state.given.has('links') && !walk.index.links.has(flow.inputDevice))
    return noRoute(walk, 'ENODEV', 'device-unknown');
  if (isMulticast(flow.destination)) return multicast(walk, flow);
  const source = flow.source ?? anyAddress(4);
  if (isMulticast(source) || isLimitedBroadcast(source)) return noRoute(walk, 'EINVAL', 'martian-source');
  if (isLimitedBroadcast(flow.destination)) return broadcast(walk, flow, null);
  return martian(walk, flow, source) ?? routed(walk, flow);
}

/** Every interface that is up listens to 224.0.0.1; which other groups it has joined no routing table tells. */
function multicast(walk: Walk, flow: InputFlow): RouteDecision {
  if (flow.destination.w0 !== ALL_SYSTEMS || isDown(walk, flow.inputDevice))
    return noRoute(walk, 'EINVAL', 'martian-destination');
  const { loopback } = walk.index;
  return (
    checked(walk, flow, null, anyAddress(4)) ?? withoutRoute(walk, loopback, 'multicast', flow.source, false)
  );
}

function isDown({ index }: Walk, device: string): boolean {
  const link = index.links.get(device);
  return link !== undefined && link.flags.size > 0 && !link.flags.has('UP');
}

/** Addresses that must not be on the wire at all. */
function martian(walk: Walk, flow: InputFlow, source: Ip): RouteDecision | null {
  const { destination } = flow;
  if (isZeroNet(source)) return noRoute(walk, 'EINVAL', 'martian-source');
  if (isZeroNet(destination)) return noRoute(walk, 'EINVAL', 'martian-destination');
  if (!isLoopback(destination) && !isLoopback(source)) return null;
  const allowed = deviceSetting(walk.index.state, 4, 'route_localnet', flow.inputDevice);
  if (allowed.value) return null;
  assume(walk, allowed.missing);
  return noRoute(walk, 'EINVAL', isLoopback(destination) ? 'martian-destination' : 'martian-source');
}

/** ip_route_input_slow from the lookup on; rules see no socket, so that root owns every packet (sock_net_uid). */
function routed(walk: Walk, flow: InputFlow): RouteDecision {
  const result = lookupRules(walk, { ...flow, user: 0 });
  if (result.kind === 'cannot-tell') return cannotTell(walk, result.missing);
  if (result.kind === 'found' && result.route.type === 'local')
    return checked(walk, flow, null, flow.destination) ?? deliveredLocally(walk, result, flow.source);
  if (result.kind === 'found' && result.route.type === 'broadcast') return broadcast(walk, flow, result);
  const stays = notForwarding(walk, flow);
  if (stays) return stays;
  if (result.kind === 'none') return noRoute(walk, 'ENETUNREACH', 'nothing-matches');
  if (result.kind === 'refused') return refused(walk, result.error, result.by);
  if (result.route.type !== 'unicast') return noRoute(walk, 'EINVAL', 'martian-destination');
  return forwarded(walk, flow, result);
}

/** Whatever the lookup came to, a host that is no router answers "no route to host" (in_dev forwarding, per interface). */
function notForwarding(walk: Walk, flow: InputFlow): RouteDecision | null {
  const own = deviceSetting(walk.index.state, 4, 'forwarding', flow.inputDevice);
  const value = own.sysctls.length > 0 ? own.value : hostForwarding(walk.index.state);
  if (value === null) return cannotTell(walk, own.missing);
  return value === 0 ? noRoute(walk, 'EHOSTUNREACH', 'not-forwarding') : null;
}

/** Setting ip_forward sets it on all interfaces (inet_forward_change): the next best thing to the interface's own entry. */
function hostForwarding(state: HostState): number | null {
  const entry =
    state.sysctls.get('net.ipv4.ip_forward') ?? state.sysctls.get(confKey(4, 'all', 'forwarding'));
  return entry ? Number.parseInt(entry.value, 10) || 0 : null;
}

/** brd_input: the check is made with the any address as destination, and not at all for packets from 0.0.0.0. */
function broadcast(walk: Walk, flow: InputFlow, found: FibFound | null): RouteDecision {
  const anyone = !flow.source || isZeroNet(flow.source);
  const dropped = anyone ? null : checked(walk, flow, null, anyAddress(4));
  if (dropped) return dropped;
  if (found) return deliveredLocally(walk, found, flow.source);
  return withoutRoute(walk, walk.index.loopback, 'broadcast', flow.source, false);
}

/** ip_mkroute_input: the check is made for the hop chosen, since rules of the way back see its device as `iif`. */
function forwarded(walk: Walk, flow: InputFlow, found: FibFound): RouteDecision {
  const paths = pathsOf4(walk, multipathOnly(found), flow);
  const drops = paths.map((path) => checked(walk, flow, path.hop.device, flow.destination));
  const passing: Path[] = paths.filter((_, i) => drops[i] === null);
  if (passing.length === 0) return drops[0] ?? noRoute(walk, 'EINVAL', 'reverse-path');
  if (passing.length < paths.length)
    return cannotTell(walk, [{ kind: 'hash', what: 'which next hop the multipath hash picks' }]);
  return foundBy(walk, found, passing, flow.source);
}

/** Equal defaults are chosen among on output only: fib_select_default is not called for forwarded packets. */
function multipathOnly(found: FibFound): FibFound {
  return { ...found, rivals: [] };
}

/** Null where the filter lets the packet pass. */
function checked(
  walk: Walk,
  flow: InputFlow,
  outputDevice: string | null,
  destination: Ip,
): RouteDecision | null {
  const verdict = reversePath(walk.index.state, {
    ...flow,
    source: flow.source ?? anyAddress(4),
    destination,
    outputDevice,
  });
  walk.trace.push({ step: 'reverse-path', verdict });
  if (verdict.kind === 'cannot-tell') return cannotTell(walk, verdict.missing);
  assume(walk, verdict.assumed);
  return verdict.kind === 'accepted' ? null : dropped(walk, verdict);
}

/** Martians and failed checks alike are EINVAL for `ip route get` (EXDEV on kernels before 6.12 or so). */
function dropped(walk: Walk, filter: ReversePathVerdict & { kind: 'accepted' | 'dropped' }): RouteDecision {
  const reason: NoRouteReason = filter.because === 'source-is-local' ? 'martian-source' : 'reverse-path';
  return { kind: 'no-route', error: 'EINVAL', reason, filter, assumed: walk.assumed, trace: walk.trace };
}
