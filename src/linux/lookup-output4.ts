import { type Ip, ipv4, isLimitedBroadcast, isMulticast, isUnspecified } from '../addr/ip.ts';
import { pathsOf4 } from './choose-path4.ts';
import type { RouteDecision, RouteFound } from './decision.ts';
import type { Flow } from './flow.ts';
import { deliveredLocally, foundBy, withoutRoute } from './found.ts';
import { addressesMissing } from './gap.ts';
import type { HostState } from './host-state.ts';
import { isLocalMulticast, isZeroNet } from './ip-kinds.ts';
import { leaving } from './leaving4.ts';
import { localDevice } from './local-address.ts';
import { lookupRules } from './rule-walk.ts';
import { SCOPE_HOST, SCOPE_LINK, SCOPE_UNIVERSE } from './scope.ts';
import { type ChosenSource, selectAddress4, sourceByRoute4 } from './source4.ts';
import { assume, cannotTell, type FibFound, noRoute, refused, startWalk, type Walk } from './walk.ts';

const LOOPBACK = ipv4(0x7f000001);

/** ip_route_output_key_hash_rcu. */
export function lookupOutput4(state: HostState, flow: Flow): RouteDecision {
  const walk = startWalk(state, 4);
  const wanted = { ...flow, source: flow.source && !isUnspecified(flow.source) ? flow.source : null };
  return (
    sourceProblem(walk, wanted) ??
    deviceProblem(walk, wanted) ??
    sentToLink(walk, wanted) ??
    sentToAny(walk, wanted) ??
    route(walk, prepared(walk, wanted))
  );
}

/** A source given must be the host's own; which device it is on does not matter. */
function sourceProblem(walk: Walk, { source, anySource }: Flow): RouteDecision | null {
  if (!source) return null;
  if (isMulticast(source) || isLimitedBroadcast(source) || isZeroNet(source))
    return noRoute(walk, 'EINVAL', 'martian-source');
  if (anySource) return null;
  const local = localDevice(walk.index, source);
  if (local === null) return noRoute(walk, 'ENETUNREACH', 'source-not-local');
  if (local === undefined) assume(walk, addressesMissing(walk.index.state));
  return null;
}

function deviceProblem(walk: Walk, { outputDevice }: Flow): RouteDecision | null {
  if (outputDevice === null) return null;
  const { index } = walk;
  const link = index.links.get(outputDevice);
  if (!link && index.state.given.has('links')) return noRoute(walk, 'ENODEV', 'device-unknown');
  if (link && link.flags.size > 0 && !link.flags.has('UP'))
    return noRoute(walk, 'ENETUNREACH', 'device-down');
  return null;
}

/** Multicast and broadcast that a device or a source ties to a link go there without a lookup. */
function sentToLink(walk: Walk, flow: Flow): RouteDecision | null {
  const { destination, source, outputDevice } = flow;
  const limited = isLimitedBroadcast(destination);
  if (outputDevice === null) {
    if (!source || !(isMulticast(destination) || limited)) return null;
    const owner = localDevice(walk.index, source);
    return owner ? onLink(walk, { ...flow, outputDevice: owner }, source, false) : null;
  }
  if (!isLocalMulticast(destination) && !limited) return null;
  const chosen = source ?? selectAddress4(walk.index, outputDevice, null, SCOPE_LINK)?.source ?? null;
  return onLink(walk, flow, chosen, false);
}

/** 0.0.0.0 stands for the host itself. */
function sentToAny(walk: Walk, { destination, source, outputDevice }: Flow): RouteDecision | null {
  if (!isUnspecified(destination)) return null;
  const own = outputDevice && selectAddress4(walk.index, outputDevice, null, SCOPE_HOST);
  const chosen = source ?? (own ? own.source : LOOPBACK);
  return withoutRoute(walk, walk.index.loopback, 'local', chosen, false);
}

/** A bound device chooses the source before the lookup only for multicast and for the any address. */
function prepared(walk: Walk, flow: Flow): Flow {
  const { destination, source, outputDevice } = flow;
  if (outputDevice === null || source || !isMulticast(destination)) return flow;
  const chosen = selectAddress4(walk.index, outputDevice, null, SCOPE_UNIVERSE);
  return chosen ? { ...flow, source: chosen.source } : flow;
}

function route(walk: Walk, flow: Flow): RouteDecision {
  const result = lookupRules(walk, flow);
  if (result.kind === 'cannot-tell') return cannotTell(walk, result.missing);
  if (result.kind === 'found') return foundPath(walk, result, flow);
  if (flow.outputDevice !== null) {
    const chosen = flow.source ? null : selectAddress4(walk.index, flow.outputDevice, null, SCOPE_LINK);
    return onLink(walk, flow, flow.source ?? chosen?.source ?? null, true);
  }
  if (result.kind === 'refused') return refused(walk, result.error, result.by);
  return noRoute(walk, 'ENETUNREACH', 'nothing-matches');
}

/**
 * "Apparently, routing tables are wrong. Assume, that the destination is on link": whatever the lookup failed with, a
 * bound device then asks for the destination's own hardware address.
 */
function onLink(walk: Walk, flow: Flow, source: Ip | null, assumed: boolean): RouteDecision {
  const device = flow.outputDevice ?? walk.index.loopback;
  if (assumed) walk.trace.push({ step: 'on-link-assumed', device });
  if (source) walk.trace.push({ step: 'source-chosen', source, from: flow.source ? 'flow' : 'device' });
  const type = isLimitedBroadcast(flow.destination)
    ? 'broadcast'
    : isMulticast(flow.destination)
      ? 'multicast'
      : 'unicast';
  return leaving(walk, flow, source, withoutRoute(walk, device, type, source, assumed) as RouteFound);
}

function foundPath(walk: Walk, found: FibFound, flow: Flow): RouteDecision {
  if (found.route.type === 'local') return local(walk, found, flow);
  const paths = pathsOf4(walk, found, flow);
  const chosen = flow.source ? null : sourceByRoute4(walk.index, paths[0].route, paths[0].hop);
  const source = noteSource(walk, flow, chosen);
  return leaving(walk, flow, source, foundBy(walk, found, paths, source));
}

function local(walk: Walk, found: FibFound, flow: Flow): RouteDecision {
  const own = found.route.preferredSource ?? flow.destination;
  const source = noteSource(walk, flow, { source: own, from: 'route' });
  return leaving(walk, flow, source, deliveredLocally(walk, found, source));
}

function noteSource(walk: Walk, flow: Flow, chosen: ChosenSource | null): Ip | null {
  const source = flow.source ?? chosen?.source ?? null;
  if (source)
    walk.trace.push({
      step: 'source-chosen',
      source,
      from: flow.source ? 'flow' : (chosen?.from ?? 'device'),
    });
  return source;
}
