import { sameIp } from '../../addr/ip.ts';
import type { RouteDecision } from '../../linux/decision.ts';
import { type Flow, flowOf } from '../../linux/flow.ts';
import { indexOf } from '../../linux/host-index.ts';
import type { HostState } from '../../linux/host-state.ts';
import { lookupOutput } from '../../linux/lookup-output.ts';
import type { Packet } from '../../linux/packet.ts';
import type { Passage } from '../../linux/passage.ts';
import { send } from '../../linux/send.ts';
import { selectAddress6 } from '../../linux/source6.ts';
import { requestPacket } from '../request.ts';
import { protocolNumber, requestOf } from './answer.ts';
import type { TripLookup, TripQuestion } from './trip.ts';

/**
 * The lookups of the originator's socket, the deciding one last, for each source that it may come to have. A socket bound to a device alone has no source when it
 * looks up first; connect (TCP, UDP) then looks up again with the source chosen (ip_route_connect), ping does not. So a rule
 * on the source helps the one and not the other.
 */
export function originate(question: Asking): Originated[] {
  const flow = flowOfSocket(question);
  return eachChoice(lookup(question, flow)).map((first) => {
    const again = flow.source ? null : secondFlow(question, flow, first.decision);
    return throughHooks(question, again ? [first, lookup(question, again)] : [first]);
  });
}

/** The source is that of the next hop which a hash, or the neighbours' states, choose: where they differ, each by itself. */
function eachChoice(first: TripLookup): TripLookup[] {
  const { state, flow, decision } = first;
  if (flow.source || decision.kind !== 'route' || decision.candidates.length < 2) return [first];
  const choices = decision.candidates.map((one) => {
    const by = lookupOutput(state, { ...flow, outputDevice: one.device });
    const source = by.kind === 'route' && by.device === one.device ? by.source : decision.source;
    return { ...first, decision: { ...decision, ...one, source, candidates: [one] } };
  });
  const [{ decision: chosen }] = choices;
  return choices.every(({ decision: other }) => sameIp(other.source, chosen.source)) ? [first] : choices;
}

/** A question whose originator's state was given. */
export type Asking = TripQuestion & { readonly from: HostState };

/** The request on its way out: its lookups, and what the host's own rules did to it. */
export interface Originated {
  readonly lookups: readonly TripLookup[];
  /** Null where no route gave it a way, or a source. */
  readonly passage: Passage | null;
  readonly packet: Packet | null;
}

/** A rule that marks it may cause one more lookup. */
function throughHooks(question: Asking, lookups: readonly TripLookup[]): Originated {
  const { flow, decision } = lookups[lookups.length - 1];
  const source = flow.source ?? (decision.kind === 'route' ? decision.source : null);
  if (decision.kind !== 'route' || !source) return { lookups, passage: null, packet: null };
  const packet = requestPacket(requestOf(question, source));
  const passage = send({
    state: question.from,
    packet,
    // Where the lookup had none, none that a rule causes is the first to have it.
    sourceChosen: flow.source !== null,
    ...(decision.candidates.length === 1 && { hop: decision.device }),
    device: flow.outputDevice,
    deviceBinds: flow.socketBound,
    mark: 0,
    connection: null,
  });
  if (!passage.before || !passage.decision) return { lookups, passage, packet };
  const marked = { ...flow, source, mark: passage.mark };
  const last = { state: question.from, flow: marked, decision: passage.decision };
  return { lookups: [...lookups, last], passage, packet };
}

function flowOfSocket(question: TripQuestion): Flow {
  const { to, address, device, port, tos } = question;
  return flowOf(to, {
    source: address,
    outputDevice: device,
    socketBound: device !== null,
    tos,
    protocol: protocolNumber(question),
    destinationPort: port,
  });
}

function lookup({ from }: Asking, flow: Flow): TripLookup {
  return { state: from, flow, decision: lookupOutput(from, flow) };
}

function secondFlow(question: Asking, flow: Flow, first: RouteDecision): Flow | null {
  if (flow.destination.family === 6) return secondFlow6(question, flow, first);
  const source = first.kind === 'route' ? first.source : null;
  return question.protocol !== 'icmp' && source ? { ...flow, source } : null;
}

/** ip6_dst_lookup_tail: a lookup without a source that fails is made again with one, for every kind of socket. */
function secondFlow6({ from, to }: Asking, flow: Flow, first: RouteDecision): Flow | null {
  if (first.kind === 'route' || first.kind === 'cannot-tell') return null;
  const source = selectAddress6(indexOf(from), null, to);
  return source ? { ...flow, source } : null;
}
