import { formatIp, type Ip } from '../../addr/ip.ts';
import type { Missing } from '../../linux/decision.ts';
import type { HostState } from '../../linux/host-state.ts';
import type { Cause } from '../cause.ts';
import { causeOf } from '../draft.ts';
import type { Request } from '../request.ts';
import { serviceCause } from '../service.ts';
import { boundElsewhere, listens } from '../socket.ts';
import type { TripQuestion } from './trip.ts';

const NUMBERS = { icmp: { 4: 1, 6: 58 }, tcp: { 4: 6, 6: 6 } } as const;

/** The request as the responder gets it. */
export function requestOf({ to, protocol, port }: TripQuestion, source: Ip): Request {
  return {
    protocol,
    protocolNumber: NUMBERS[protocol][to.family],
    source,
    destination: to,
    sourcePort: 0,
    destinationPort: port,
    tos: 0,
    ttl: null,
    lengthBytes: null,
    inputDevice: null,
  };
}

/** What the responder makes of the request: an answer, a refusal (which is an answer, too), or silence. */
export interface Answer {
  readonly refused: boolean;
  readonly silent: boolean;
  readonly causes: readonly Cause[];
  readonly assumed: readonly Missing[];
}

export function answerOf(state: HostState, request: Request): Answer {
  const silence = serviceCause(state, request);
  if (silence) return { refused: false, silent: true, causes: [silence], assumed: [] };
  const heard = request.protocol === 'tcp' ? listens(state, request) : true;
  if (heard === false) {
    const cause = boundElsewhere(state, request) ?? closed(state, request);
    return { refused: true, silent: false, causes: [cause], assumed: [] };
  }
  const assumed: Missing[] = heard === null ? [{ kind: 'unmodelled', what: 'ss -ltn' }] : [];
  return { refused: false, silent: false, causes: [], assumed };
}

function closed(state: HostState, { destination, destinationPort }: Request): Cause {
  return causeOf({
    kind: 'port-closed',
    host: state.name,
    sentence: `nobody listens on ${formatIp(destination)} port ${destinationPort} of ${state.name}`,
  });
}

/** What a person calls the answers. */
export function answerName({ protocol }: TripQuestion, refused: boolean): string {
  return protocol === 'icmp' ? 'echo replies' : refused ? 'RSTs' : 'SYN-ACKs';
}
