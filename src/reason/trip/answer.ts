import { formatIp, type Ip } from '../../addr/ip.ts';
import type { Missing } from '../../linux/decision.ts';
import type { HostState } from '../../linux/host-state.ts';
import type { Cause } from '../cause.ts';
import { causeOf } from '../draft.ts';
import type { Request } from '../request.ts';
import { serviceCause } from '../service.ts';
import { boundElsewhere, listenerOf, listens } from '../socket.ts';
import type { TripQuestion } from './trip.ts';

const NUMBERS = { icmp: { 4: 1, 6: 58 }, tcp: { 4: 6, 6: 6 }, udp: { 4: 17, 6: 17 } } as const;

/** IANA protocol number of the probe. */
export function protocolNumber({ protocol, to }: TripQuestion): number {
  return NUMBERS[protocol][to.family];
}

/** The request as the responder gets it. */
export function requestOf(question: TripQuestion, source: Ip): Request {
  const { to, protocol, port, tos } = question;
  return {
    protocol,
    protocolNumber: protocolNumber(question),
    source,
    destination: to,
    sourcePort: 0,
    destinationPort: port,
    tos,
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
  /**
   * Where the answer's source comes from. `asked`: the address that was asked. `route`: a datagram socket bound to any
   * address leaves it to its route. `unknown`: no listing tells how the socket is bound.
   */
  readonly source: 'asked' | 'route' | 'unknown';
}

const PLAIN = { refused: false, silent: false, causes: [], assumed: [], source: 'asked' } as const;
const LISTING = { icmp: '', tcp: 'ss -ltn', udp: 'ss -lun' } as const;

export function answerOf(state: HostState, request: Request): Answer {
  const silence = serviceCause(state, request);
  if (silence) return { ...PLAIN, silent: true, causes: [silence] };
  const { protocol } = request;
  if (protocol === 'icmp') return PLAIN;
  const heard = listens(state, request);
  if (heard === false) {
    const cause = boundElsewhere(state, request) ?? closed(state, request);
    return { ...PLAIN, refused: true, causes: [cause] };
  }
  const assumed: Missing[] = heard === null ? [{ kind: 'unmodelled', what: LISTING[protocol] }] : [];
  return { ...PLAIN, assumed, source: protocol === 'udp' ? sourceBy(state, request, heard) : 'asked' };
}

/** udp_sendmsg: the socket's own address, else the one that the route to the client prefers. */
function sourceBy(state: HostState, request: Request, heard: boolean | null): Answer['source'] {
  if (heard === null) return 'unknown';
  return listenerOf(state, request)?.address ? 'asked' : 'route';
}

function closed(state: HostState, { destination, destinationPort, protocol }: Request): Cause {
  const port = protocol === 'udp' ? 'UDP port' : 'port';
  return causeOf({
    kind: 'port-closed',
    host: state.name,
    sentence: `nobody listens on ${formatIp(destination)} ${port} ${destinationPort} of ${state.name}`,
  });
}

/** What a person calls the answers. */
export function answerName({ protocol }: TripQuestion, refused: boolean): string {
  if (protocol === 'udp') return 'answers';
  return protocol === 'icmp' ? 'echo replies' : refused ? 'RSTs' : 'SYN-ACKs';
}
