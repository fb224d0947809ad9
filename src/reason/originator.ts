import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Packet } from '../linux/packet.ts';
import type { Connection, Passage } from '../linux/passage.ts';
import { send } from '../linux/send.ts';
import type { Arrival } from './arrival.ts';
import { arrivalStep, arrive } from './arrival-step.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { firewallCause } from './firewall-cause.ts';
import { bearerByRoute } from './interface-name.ts';
import { type Request, replyPacket, requestAt, requestOf, requestPacket } from './request.ts';
import { CLEARED, type StepResult } from './step.ts';

/** The request as the originator's kernel made it, by the interface it left by. */
export function sendRequest(state: HostState, request: Request, device: string | null): Passage {
  return send({
    state,
    packet: requestPacket(request),
    sourceChosen: true,
    device,
    deviceBinds: device !== null,
    mark: 0,
    connection: null,
  });
}

/** What the originator's own filters do with the reply, at the interface where it came in, or would come in. */
export function replyArrival(finding: Finding, context: ReasonContext): StepResult {
  const state = stateOf(context, finding.originator);
  const request = requestAt(finding, finding.originator) ?? requestOf(finding);
  const reached = finding.path.replyReached;
  if (!state || !request) return CLEARED;
  const device =
    reached?.interface ?? finding.path.requestLeft?.interface ?? bearerByRoute(state, request.source);
  if (!device) return CLEARED;
  const source = reached?.src ?? request.destination;
  const packet: Packet = { ...replyPacket(request, finding.kind === 'refused'), source };
  return taken(state, request, packet, device, finding.path.requestLeft?.interface ?? null);
}

const TCP_ACK = 0x10;

/** The last ACK of the handshake on its way out, after the SYN-ACK was let in: what the originator's own rules do with it. */
export function ackDropped(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.originator);
  const request = requestAt(finding, finding.originator);
  const { requestLeft, replyReached } = finding.path;
  if (!state || !request || finding.protocol !== 'tcp' || !requestLeft?.interface || !replyReached?.interface)
    return [];
  const answered = arrive({
    state,
    device: replyReached.interface,
    packet: replyPacket(request),
    connection: connectionOf(state, request, requestLeft.interface),
    what: 'the reply',
  });
  // What would have kept the SYN back, or the SYN-ACK out, is of another time than the capture.
  const sent = sendRequest(state, request, requestLeft.interface);
  if (sent.outcome.kind !== 'passes' || answered.outcome.kind !== 'passes') return [];
  const { outcome } = send({
    state,
    packet: { ...requestPacket(request), tcpFlags: TCP_ACK },
    sourceChosen: true,
    device: requestLeft.interface,
    deviceBinds: true,
    mark: 0,
    connection: answered.connection,
  });
  const refused = outcome.kind === 'dropped' || outcome.kind === 'rejected';
  return refused ? [firewallCause(state.name, outcome, 'the last ACK of the handshake')] : [];
}

function taken(
  state: HostState,
  request: Request,
  packet: Packet,
  device: string,
  left: string | null,
): StepResult {
  const connection = connectionOf(state, request, left);
  const arrival: Arrival = { state, device, packet, connection, what: 'the reply' };
  return arrivalStep(arrival, arrive(arrival), null);
}

/** What the originator tracks after its request left. */
function connectionOf(state: HostState, request: Request, device: string | null): Connection | null {
  return sendRequest(state, request, device).connection;
}
