import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { NeighbourAnswer } from '../exchange/correlation.ts';
import type { Unresolved } from '../finding/finding.ts';
import type { RouteFound } from '../linux/decision.ts';
import type { Flow } from '../linux/flow.ts';
import type { HostState, Neighbour } from '../linux/host-state.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import { asContext, routeSources } from './quote.ts';
import { unheardAnswer } from './unheard-answer.ts';

/**
 * The next hop of a route, or the one of several that was asked for, does not answer for its link-layer address, by what was
 * seen or by the host's own neighbour table; or its answer came in and the host did not take it.
 * @param heard what the host was told of its neighbours at that time
 */
export function unresolvedCause(
  state: HostState,
  found: RouteFound,
  flow: Flow,
  asked: readonly Unresolved[],
  heard: readonly NeighbourAnswer[] = [],
): Cause | null {
  const hops = found.candidates.map(({ device, gateway }) => {
    const target = gateway ?? flow.destination;
    const seen = asked.find(
      (one) =>
        one.host === state.name &&
        sameIp(one.target, target) &&
        (one.interface === null || one.interface === device),
    );
    return { device, target, seen: seen ?? null, failed: failedNeighbour(state, device, target) };
  });
  const unheard = hops.map(({ device, target, seen }) =>
    seen ? null : unheardAnswer(state, device, target, heard),
  );
  const [first] = unheard;
  if (first && unheard.every((one) => one)) return first;
  const silent = hops.find((hop) => hop.seen) ?? (hops.every((hop) => hop.failed) ? hops[0] : undefined);
  if (!silent) return null;
  const cause = nextHopCause(
    state,
    silent.target,
    silent.device,
    silent.seen,
    silent.failed,
    asContext(routeSources(state, found, flow.destination, null).slice(0, 1)),
  );
  return hops.length > 1 ? { ...cause, notes: [ONE_OF_SEVERAL, ...cause.notes] } : cause;
}

export const ONE_OF_SEVERAL = 'the route has several next hops, and a hash of the packet chooses among them';

export function nextHopCause(
  state: HostState | undefined,
  target: Ip,
  device: string | null,
  asked: Unresolved | null,
  failed: Neighbour | null,
  more: readonly CauseSource[],
): Cause {
  const host = state?.name ?? asked?.host ?? null;
  const question = target.family === 4 ? 'ARP' : 'neighbour discovery';
  const on = device ? ` on ${device}` : '';
  const told = asked ? `, asked ${asked.asked === 1 ? 'once' : `${asked.asked} times`}` : '';
  const neighbour: CauseSource[] = failed
    ? [{ span: failed.span, mark: 'decides', label: 'no link-layer address', where: null }]
    : [];
  return causeOf({
    kind: 'next-hop-unresolved',
    host,
    sentence: `${formatIp(target)}, the next hop of ${host ?? 'the host'}${on}, does not answer ${question}${told}`,
    sources: [...neighbour, ...more],
    notes: asked
      ? [
          `the question told the sender's address as ${formatIp(asked.tell)}; a strict router stays silent if that does not belong to the link`,
        ]
      : [],
    // A single question may be the capture's edge.
    confidence: asked && asked.asked !== 1 ? 'certain' : 'likely',
  });
}

function failedNeighbour(state: HostState, device: string, target: Ip): Neighbour | null {
  if (asksNeighbours(state, device) === false) return null;
  const entry = state.neighbours.find((one) => one.device === device && sameIp(one.address, target));
  return entry && (entry.states.has('FAILED') || entry.states.has('INCOMPLETE')) ? entry : null;
}

/** The route's device has no carrier: what it sends is lost and never captured. */
export function linkdownCause(state: HostState, found: RouteFound): Cause | null {
  const hop = found.route?.nextHops.find(
    (one) => one.device === found.device && (!found.gateway || sameIp(one.gateway, found.gateway)),
  );
  const link = state.links.find((one) => one.name === found.device);
  const down =
    hop?.linkdown || (link !== undefined && (link.flags.has('NO-CARRIER') || !link.flags.has('UP')));
  if (!down) return null;
  const sources: CauseSource[] = link
    ? [{ span: link.span, mark: 'decides', label: 'no carrier', where: null }]
    : [];
  const route = found.route
    ? asContext(routeSources(state, found, found.route.destination.address, null).slice(0, 1))
    : [];
  return causeOf({
    kind: 'interface-linkdown',
    host: state.name,
    sentence: `${state.name} sends by ${found.device}, which has no carrier`,
    sources: [...sources, ...route],
    notes: ['the kernel uses such a route all the same unless ignore_routes_with_linkdown is set'],
    decision: found,
  });
}

/** An interface whose prefix covers the peer although the peer's own network is another one. */
export function tooWide(state: HostState, device: string | null, target: Ip, peer: HostState | undefined) {
  if (device === null || asksNeighbours(state, device) === false) return null;
  const wide = state.addresses.find((one) => one.device === device && contains(one.prefix, target));
  const own = peer?.addresses.find((one) => sameIp(one.prefix.address, target));
  if (!wide || !own || contains(own.prefix, wide.prefix.address)) return null;
  return { wide, own };
}
