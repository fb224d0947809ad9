import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Passage } from '../linux/passage.ts';
import type { Arrival } from './arrival.ts';
import { arrive } from './arrival-step.ts';
import { type Departure, depart } from './departure.ts';
import { type Request, replyName, requestPacket } from './request.ts';

/** What the responder's state makes of the request that came in by a device, and of its answer. */
export interface Responding {
  readonly state: HostState;
  readonly request: Request;
  readonly device: string;
  readonly arrival: Arrival;
  readonly passage: Passage;
  /** As its programs get it: the host's own rules may translate it first. */
  readonly delivered: Request;
  /** The answer, as if the request had been let in. */
  readonly home: Departure;
}

export function respond(finding: Finding, state: HostState, request: Request, device: string): Responding {
  const refused = finding.kind === 'refused';
  return respondTo(state, request, device, replyName(finding), refused);
}

export function respondTo(
  state: HostState,
  request: Request,
  device: string,
  name: string,
  refused: boolean,
  sourceOpen = false,
): Responding {
  const arrival: Arrival = {
    state,
    device,
    packet: requestPacket(request),
    connection: null,
    what: 'the request',
  };
  const passage = arrive(arrival);
  const delivered = asDelivered({ ...request, inputDevice: device }, passage);
  const home = depart({
    state,
    request: delivered,
    asked: device,
    arrival: passage,
    refused,
    sourceOpen,
    name,
  });
  return { state, request, device, arrival, passage, delivered, home };
}

/** Where the host's own rules translate the request, its programs answer from the address they were given. */
function asDelivered(request: Request, { packet }: Passage): Request {
  const { source, destination, sourcePort, destinationPort } = packet;
  return { ...request, source, destination, sourcePort, destinationPort };
}
