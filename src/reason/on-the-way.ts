import { formatIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import { compareTime } from '../addr/time.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import { lookupInput } from '../linux/lookup-input.ts';
import { networkDevice } from '../linux/network-device.ts';
import type { Packet } from '../linux/packet.ts';
import type { Connection, Passage } from '../linux/passage.ts';
import { receive } from '../linux/receive.ts';
import { arrivalStep } from './arrival-step.ts';
import { askedInVain } from './asked-in-vain.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { atMost } from './draft.ts';
import { knowsInterface } from './interface-name.ts';
import { linkdownCause, unresolvedCause } from './next-hop.ts';
import { noWay } from './no-way.ts';
import { type Request, replyPacket, requestAt, requestOf, requestPacket } from './request.ts';
import { routingFault } from './routing-fault.ts';
import { answersHeard } from './unheard-answer.ts';

/** A packet that went through hosts of ours which are neither of its ends. */
export interface Lost {
  readonly finding: Finding;
  readonly context: ReasonContext;
  /** Whether it is the reply. */
  readonly reply: boolean;
}

/**
 * A packet that a host of ours on the way took in, as its capture shows, and that did not leave it: that host's filters, routes
 * or neighbours. Empty where none is on the way, or the packet left the last of them.
 */
export function stoppedOnTheWay(lost: Lost): Cause[] {
  const last = sightingsBetween(lost).at(-1);
  const state = last && stateOf(lost.context, last.host);
  if (!last || !state || last.direction !== 'in' || last.interface === null) return [];
  const causes = stopsAt(lost, state, last, networkDevice(state, last.interface));
  return wouldShow(lost, state.name) ? causes : causes.map((one) => atMost(one, 'likely'));
}

/** Whether its captures would show the packet going on; a reply goes where the request is seen coming from. */
function wouldShow(lost: Lost, host: string): boolean {
  if (!lost.reply) return lost.finding.stray?.covered ?? false;
  return doorOfRequest(lost, host) !== null;
}

/** A host on the way sent the reply out by another interface than its request came in by; the network is free to drop it there. */
export function strayedOnTheWay(lost: Lost): Cause[] {
  const out = lost.reply ? sightingsBetween(lost).at(-1) : undefined;
  const state = out && stateOf(lost.context, out.host);
  if (!out || !state || out.direction !== 'out' || out.interface === null) return [];
  const [exchange] = lost.finding.examples;
  const door = doorOfRequest(lost, out.host);
  const came = exchange?.replies.find((one) => one.host === out.host && one.direction === 'in')?.interface;
  if (!door || !came) return [];
  const asked = networkDevice(state, door);
  if (asked === networkDevice(state, out.interface)) return [];
  // A number out of the capture is no name to compare those of the tables with.
  if (![door, came, out.interface].every((one) => knowsInterface(state, one))) return [];
  const flow = { ...flowOf(out.dst, { source: out.src }), inputDevice: networkDevice(state, came) };
  const decision = lookupInput(state, flow);
  const subject = `forwarded replies from ${formatIp(out.src)}`;
  return [atMost(routingFault({ state, flow, decision, wanted: asked, subject }), 'likely')];
}

/** Where it was seen last, for a sentence; null where only its ends saw it. */
export function lastSeenBetween(lost: Lost): Sighting | null {
  return sightingsBetween(lost).at(-1) ?? null;
}

/** In the order of time; of one moment what came in stands before what went out. */
function sightingsBetween({ finding, reply }: Lost): Sighting[] {
  const [exchange] = finding.examples;
  const all = (reply ? exchange?.replies : exchange?.requests) ?? [];
  const between = all.filter(({ host }) => host !== finding.originator && host !== finding.responder);
  const isOut = ({ direction }: Sighting) => Number(direction === 'out');
  return between.toSorted((a, b) => compareTime(a.time, b.time) || isOut(a) - isOut(b));
}

/** What of its state stops the packet that came in there by the device. */
export function stopsAt(lost: Lost, state: HostState, seen: Sighting, device: string): Cause[] {
  const request = requestAt(lost.finding, seen.host) ?? requestOf(lost.finding);
  const what = lost.reply ? 'the reply' : 'the request';
  const packet = request && packetOf(lost, request, seen);
  if (!packet) return [];
  const door = lost.reply ? doorOfRequest(lost, state.name) : null;
  const connection = door === null ? null : trackedBy(state, request, door);
  const passage = receive({ state, device, packet, connection });
  const step = arrivalStep({ state, device, packet, connection, what }, passage, null);
  // Without the request a stateful rule cannot be judged.
  const blind = lost.reply && door === null;
  const causes = blind ? step.causes.filter((one) => !one.kind.startsWith('firewall')) : step.causes;
  if (causes.length > 0 || step.causes.length > 0) return [...causes];
  if (passage.outcome.kind === 'no-way')
    return isNeighbour(state, device, packet) ? [] : [noWay(state, device, packet, passage, what)];
  return passage.outcome.kind === 'forwards' ? unsent(lost, state, packet, passage) : [];
}

/** It is for somebody else on that very link: nobody asked this host to pass it on, it was mistaken for that one. */
function isNeighbour(state: HostState, device: string, { destination }: Packet): boolean {
  return state.addresses.some((one) => one.device === device && contains(one.prefix, destination));
}

function packetOf({ reply }: Lost, request: Request, { src, dst, ttl, tos }: Sighting): Packet {
  const plain = reply ? replyPacket(request) : requestPacket(request);
  return { ...plain, source: src, destination: dst, ttl, tos };
}

/** Where the request came in at a host on the way. */
function doorOfRequest({ finding }: Lost, host: string): string | null {
  const requests = finding.examples[0]?.requests ?? [];
  return requests.find((one) => one.host === host && one.direction === 'in')?.interface ?? null;
}

/** What it tracked when the request went through it; null where it tracks nothing. */
function trackedBy(state: HostState, request: Request, device: string): Connection | null {
  return receive({ state, device, packet: requestPacket(request), connection: null }).connection;
}

/** It is to go on, and did not: its next hop. */
function unsent(
  { finding, context }: Lost,
  state: HostState,
  { source, destination }: Packet,
  { decision }: Passage,
): Cause[] {
  if (decision?.kind !== 'route') return [];
  const asked = askedInVain(state.name, finding, context);
  const heard = answersHeard(state.name, finding, context);
  const cause =
    linkdownCause(state, decision) ??
    unresolvedCause(state, decision, flowOf(destination, { source }), asked, heard);
  return cause ? [cause] : [];
}
