import { formatIp, sameIp } from '../addr/ip.ts';
import type { NeighbourAnswer } from '../exchange/correlation.ts';
import type { Finding, Unresolved } from '../finding/finding.ts';
import type { Missing, RouteDecision, RouteFound } from '../linux/decision.ts';
import { type Flow, flowOf } from '../linux/flow.ts';
import type { HostState, Listener } from '../linux/host-state.ts';
import { lookupInput } from '../linux/lookup-input.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import type { Passage } from '../linux/passage.ts';
import { receive } from '../linux/receive.ts';
import { replyFlow } from '../linux/reply-flow.ts';
import { send } from '../linux/send.ts';
import { askedInVain } from './asked-in-vain.ts';
import { asBound, boundListener, boundToLink } from './bound-socket.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { atMost, causeOf } from './draft.ts';
import { firewallCause, type Refusal } from './firewall-cause.ts';
import { type Heard, heardElsewhere } from './links-apart.ts';
import { isForwarded } from './misrouted.ts';
import { linkdownCause, ONE_OF_SEVERAL, unresolvedCause } from './next-hop.ts';
import { wideCause } from './not-sent.ts';
import { outDevice } from './quote.ts';
import { noRouteCause, refusalCause } from './refusal.ts';
import { type Request, replyPacket } from './request.ts';
import { deeperFault, type Misrouted, routingFault } from './routing-fault.ts';
import { openAbout, type StepResult } from './step.ts';
import { answersHeard } from './unheard-answer.ts';

/** The answer as the responder's kernel makes it: through its hooks, with the mark it bears, by the way its tables say. */
export interface Departure {
  readonly state: HostState;
  readonly passage: Passage;
  /** The flow of the lookup that counts. */
  readonly flow: Flow;
  readonly decision: RouteDecision;
  /** The interface the request came in on: the way home. */
  readonly asked: string;
  /** The socket that answers, where it is bound to a device. */
  readonly listener: Listener | null;
  readonly subject: string;
  readonly misrouted: Misrouted;
}

export interface Answering {
  readonly state: HostState;
  readonly request: Request;
  /** The interface the request came in on. */
  readonly asked: string;
  /** What the host did with the request: its marks and its connection. */
  readonly arrival: Passage | null;
  /** A RST answers, which no socket makes. */
  readonly refused: boolean;
  /** True: a datagram socket bound to any address lets the route choose the source. */
  readonly sourceOpen?: boolean;
  /** What the answers are called: `echo replies`. */
  readonly name: string;
}

export function depart(answering: Answering): Departure {
  const { state, request, asked, arrival, refused, name, sourceOpen = false } = answering;
  const onward = arrival && onwardDevice(answering, arrival);
  if (arrival && onward) return passBack(answering, arrival, onward);
  const listener = refused ? null : boundListener(state, { ...request, inputDevice: asked });
  const boundDevice = listener?.device ?? null;
  const received = { ...request, inputDevice: asked, mark: arrival?.mark ?? 0, refused, boundDevice };
  const chosen = replyFlow(state, received);
  const first = sourceOpen ? { ...chosen, source: null } : chosen;
  const passage = send({
    state,
    packet: { ...replyPacket(request, refused), tos: first.tos },
    sourceChosen: !sourceOpen,
    device: first.outputDevice,
    deviceBinds: first.socketBound,
    mark: first.mark,
    connection: arrival?.connection ?? null,
  });
  const flow = passage.before ? again(first, passage) : first;
  const decision = passage.decision ?? lookupOutput(state, flow);
  const subject = `${name} from ${formatIp(request.destination)}`;
  const misrouted = { state, flow, decision, wanted: asked, subject, marks: { arrival, departure: passage } };
  return { state, passage, flow, decision, asked, listener, subject, misrouted };
}

/** By which device the request goes on to somebody else, or would if the reverse-path filter let it; null: it is for the host. */
function onwardDevice({ state, request }: Answering, { outcome, decision }: Passage): string | null {
  if (outcome.kind === 'forwards') return decision && outDevice(decision);
  if (outcome.kind !== 'reverse-path' || state.addresses.length === 0) return null;
  const onward = lookupOutput(state, flowOf(request.destination));
  return onward.kind === 'route' && onward.type === 'unicast' ? onward.device : null;
}

/** The answer of somebody behind the host, which passed the request on to it: it comes in there and is forwarded. */
function passBack({ state, request, asked, refused, name }: Answering, arrival: Passage, device: string) {
  const packet = replyPacket(request, refused);
  const passage = receive({ state, device, packet, connection: arrival.connection });
  const { source, destination, protocol, sourcePort, destinationPort } = packet;
  const ports = { protocol, sourcePort, destinationPort };
  const flow = { ...flowOf(destination, { source, mark: passage.mark, ...ports }), inputDevice: device };
  const decision = passage.decision ?? lookupInput(state, flow);
  const subject = `${name} from ${formatIp(source)}`;
  const misrouted = { state, flow, decision, wanted: asked, subject, marks: { arrival, departure: passage } };
  return { state, passage, flow, decision, asked, listener: null, subject, misrouted };
}

/** What the lookup that a rule caused asks. */
function again(first: Flow, { before, mark }: Passage): Flow {
  return { ...first, source: first.source ?? (before?.kind === 'route' ? before.source : null), mark };
}

/** What else is known of the time: the state of the originator, and what the responder asked for in vain. */
export interface Beside {
  readonly peer: HostState | undefined;
  readonly asked: readonly Unresolved[];
  /** What the responder was told of its neighbours. */
  readonly told: readonly NeighbourAnswer[];
  readonly heard: Heard;
}

export function besideOf(finding: Finding, context: ReasonContext): Beside {
  const { unresolved, responder, originator } = finding;
  return {
    peer: stateOf(context, originator),
    asked: [...(unresolved ? [unresolved] : []), ...askedInVain(responder, finding, context)],
    told: answersHeard(responder, finding, context),
    heard: context,
  };
}

/** Why a reply that should have been made is not seen leaving: dropped, refused, nowhere to go, or nobody answers for the next hop. */
export function departureStep(departure: Departure, finding: Finding, beside: Beside): StepResult {
  const { state, flow, decision, subject, passage } = departure;
  const { outcome } = passage;
  if (outcome.kind === 'dropped' || outcome.kind === 'rejected') return stoppedByFirewall(departure, outcome);
  switch (decision.kind) {
    case 'cannot-tell':
      return { causes: [], missing: decision.missing };
    case 'refused':
      return { causes: [refusalCause(state, decision, flow.destination, subject)], missing: [] };
    case 'no-route': {
      const none = noRouteCause(state, decision, flow.destination, subject);
      return { causes: [deeperFault(departure.misrouted) ?? asBound(none, departure.listener)], missing: [] };
    }
    case 'route':
      return unsentStep(departure, finding, beside);
  }
}

/** Where the same rules would let it leave by the way home, the way it took is at fault, too. */
function stoppedByFirewall(departure: Departure, outcome: Refusal): StepResult {
  const { state, passage, asked, decision, misrouted, flow } = departure;
  const blocked = firewallCause(state.name, outcome, 'the reply');
  if (outDevice(decision) === asked || decision.kind !== 'route' || isForwarded(flow))
    return { causes: [blocked], missing: [] };
  const byHome = send({
    state,
    packet: passage.packet,
    sourceChosen: true,
    device: asked,
    deviceBinds: true,
    mark: misrouted.flow.mark,
    connection: misrouted.marks?.arrival?.connection ?? null,
  });
  const fault = byHome.outcome.kind === 'passes' ? [routingFault(misrouted)] : [];
  return { causes: [...fault, blocked], missing: [] };
}

function unsentStep(
  departure: Departure,
  finding: Finding,
  { peer, asked, told, heard }: Beside,
): StepResult {
  const { state, flow, decision, passage } = departure;
  if (decision.kind !== 'route') return { causes: [], missing: [] };
  const open: Missing[] = [...decision.assumed, ...openAbout(passage.missing)];
  const blocked =
    linkdownCause(state, decision) ??
    boundToLink(state, decision, flow, departure.listener) ??
    wideNetwork(departure, finding, peer) ??
    unresolvedCause(state, decision, flow, asked, told) ??
    oneLinkdown(state, decision);
  if (!blocked) return { causes: [], missing: open };
  if (outDevice(decision) === departure.asked || blocked.kind !== 'next-hop-unresolved')
    return { causes: [blocked], missing: [] };
  // The route may be right, and its next hop where the request came in.
  const target = decision.gateway ?? flow.destination;
  const known = heardElsewhere(state, target, decision.device, departure.asked, heard);
  if (!known) return { causes: [routingFault(departure.misrouted), blocked], missing: [] };
  const { notes, sources } = blocked;
  const moved = { notes: [known.note, ...notes], sources: [...sources, ...known.sources] };
  return { causes: [{ ...blocked, ...moved }], missing: [] };
}

/** A hash chooses among several next hops, and one of them has no carrier. */
function oneLinkdown(state: HostState, found: RouteFound): Cause | null {
  for (const { device, gateway } of found.candidates.length > 1 ? found.candidates : []) {
    const cause = linkdownCause(state, { ...found, device, gateway });
    if (cause) return { ...atMost(cause, 'likely'), notes: [ONE_OF_SEVERAL, ...cause.notes] };
  }
  return null;
}

/** The host takes the originator for a neighbour and asks for it on the link. */
function wideNetwork(
  { state, decision, flow }: Departure,
  { unresolved }: Finding,
  peer: HostState | undefined,
) {
  if (!unresolved || unresolved.host !== state.name || outDevice(decision) !== unresolved.interface)
    return null;
  // Somebody else, asked for in the name of the address asked, has nothing to do with this reply.
  if (!sameIp(unresolved.target, flow.destination)) return null;
  return wideCause(state, unresolved, peer);
}

/** As sure as the walk through the firewall was. */
export function asSureAs(departure: Departure, cause: Cause): Cause {
  const missing = openAbout(departure.passage.missing).filter((one) => !cause.missing.includes(one));
  if (departure.passage.outcome.kind !== 'cannot-tell') return cause;
  return { ...atMost(cause, 'likely'), missing: [...cause.missing, ...missing] };
}

/** The tables supplied send the reply another way than the capture shows. */
export function contradiction(departure: Departure, observed: string): Cause {
  const { state, decision, subject, flow } = departure;
  const predicted = outDevice(decision);
  const by = predicted ? `by ${predicted}` : 'nowhere';
  return causeOf({
    kind: 'unexplained',
    host: state.name,
    confidence: 'possible',
    sentence: `the tables supplied of ${state.name} send ${subject} to ${formatIp(flow.destination)} ${by}, the capture shows ${observed}`,
    notes: ['the tables may have been saved at another time, or a mark, a bound socket or a program decides'],
    decision,
  });
}
