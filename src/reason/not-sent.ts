import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { Finding, Unresolved } from '../finding/finding.ts';
import type { RouteDecision, RouteFound } from '../linux/decision.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState, InterfaceAddress } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import type { Cause, CauseSource } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { nextHopCause, tooWide } from './next-hop.ts';
import { stateMissing } from './not-enough.ts';
import { sentNowhere } from './nowhere.ts';
import { routeSources } from './quote.ts';

/** The host asked for a link-layer address in vain, for the peer itself or for a next hop; or the request stayed on it. */
export function explainNotSent(finding: Finding, context: ReasonContext): Cause[] {
  const { unresolved } = finding;
  if (!unresolved)
    return [sentNowhere(finding, context) ?? stateMissing(finding, 'originator', finding.originator)];
  const state = stateOf(context, unresolved.host);
  if (!state) return [stateMissing(finding, 'originator', unresolved.host)];
  return [
    wideCause(state, unresolved, stateOf(context, finding.responder)) ??
      boundCause(state, unresolved) ??
      gatewayCause(state, unresolved),
  ];
}

export function wideCause(state: HostState, asked: Unresolved, peer: HostState | undefined): Cause | null {
  const found = tooWide(state, asked.interface, asked.target, peer);
  if (!found) return null;
  const target = formatIp(asked.target);
  return causeOf({
    kind: 'netmask-too-wide',
    host: state.name,
    sentence: `the prefix /${found.wide.prefix.length} of ${state.name}'s ${asked.interface} covers ${target}, so ${state.name} asks for it on the link`,
    sources: [
      addressSource(found.wide, 'covers the peer'),
      addressSource(found.own, 'the peer is in another network', 'context'),
    ],
  });
}

function addressSource(
  address: InterfaceAddress,
  label: string,
  mark: CauseSource['mark'] = 'decides',
): CauseSource {
  return { span: address.span, mark, label, where: null };
}

/** A socket bound to the device: no route leads there by it, so the kernel takes the target for on-link. */
export function boundCause(state: HostState, asked: Unresolved): Cause | null {
  if (asked.interface === null || isGateway(state, asked)) return null;
  if (asksNeighbours(state, asked.interface) === false) return null;
  const bound = lookupOutput(state, flowOf(asked.target, { outputDevice: asked.interface }));
  if (bound.kind !== 'route' || !bound.onLinkAssumed) return null;
  const free = lookupOutput(state, flowOf(asked.target));
  if (asksWithoutBinding(free, asked)) return null;
  return onLinkCause(state, bound, free, asked.target, BOUND_ONLY);
}

const BOUND_ONLY =
  'a rule on the source does not help a socket that is bound to a device only: its source is not chosen yet when the rules are read';

/** @param free the lookup of a socket that is bound to nothing */
export function onLinkCause(
  state: HostState,
  bound: RouteFound,
  free: RouteDecision,
  target: Ip,
  ...notes: readonly string[]
): Cause {
  const [asked, { device }] = [formatIp(target), bound];
  return causeOf({
    kind: 'no-route-on-bound-interface',
    host: state.name,
    sentence: `no route of ${state.name} leads to ${asked} by ${device}; for a socket bound to it the kernel takes ${asked} for on-link and asks ARP for it`,
    sources: free.kind === 'route' ? elsewhere(state, free, target, device) : [],
    notes: [`\`ip route get ${asked} oif ${device}\` shows no \`via\``, ...notes],
    decision: bound,
    confidence: bound.assumed.length > 0 ? 'likely' : 'certain',
    missing: bound.assumed,
  });
}

/** Some route goes by way of it: then it is asked for as a gateway, wherever it lies (`onlink`). */
function isGateway(state: HostState, { interface: device, target }: Unresolved): boolean {
  return state.routes.some((route) =>
    route.nextHops.some((hop) => hop.device === device && sameIp(hop.gateway, target)),
  );
}

/** Without any binding the host would ask the same question: then the binding is not the cause. */
function asksWithoutBinding(free: RouteDecision, asked: Unresolved): boolean {
  return free.kind === 'route' && free.device === asked.interface && nextHopOf(free, asked.target);
}

function nextHopOf(found: Extract<RouteDecision, { kind: 'route' }>, target: Ip): boolean {
  return found.gateway === null || sameIp(found.gateway, target);
}

/** The routes by which it could go, none of them by the bound device. */
function elsewhere(state: HostState, free: RouteFound, target: Ip, device: string): CauseSource[] {
  return routeSources(state, free, target, device).map((one, index) =>
    index === 0 ? { ...one, label: `leads there, but not by ${device}` } : one,
  );
}

function gatewayCause(state: HostState, asked: Unresolved): Cause {
  const failed = state.neighbours.find(
    (one) => sameIp(one.address, asked.target) && one.device === asked.interface && one.mac === null,
  );
  const routes = state.routes
    .filter((route) => route.nextHops.some((hop) => sameIp(hop.gateway, asked.target)))
    .slice(0, 2)
    .map(
      (route): CauseSource => ({ span: route.span, mark: 'context', label: 'by this next hop', where: null }),
    );
  return nextHopCause(state, asked.target, asked.interface, asked, failed ?? null, routes);
}
