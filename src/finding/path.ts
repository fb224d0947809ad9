import { type HostIdentity, interfaceBearing, routedName } from '../addr/identity.ts';
import { type Ip, sameIp } from '../addr/ip.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { copiesOfFirst } from './again.ts';
import type { Path, Place } from './finding.ts';
import { type LaterAnswer, laterAnswer } from './later-answer.ts';
import type { Roles } from './roles.ts';
import { wayOf } from './way.ts';

/** The sightings that stand for the four stages of an exchange; null: not seen. */
export interface Stages {
  readonly requestLeft: Sighting | null;
  readonly requestReached: Sighting | null;
  readonly replyLeft: Sighting | null;
  readonly replyReached: Sighting | null;
  /** Of a connection whose first SYN-ACKs, which the other stages are of, were of no use: the one that was, or came too late. */
  readonly later: LaterAnswer | null;
}

export function stagesOf(exchange: Exchange, roles: Roles, identities: readonly HostIdentity[]): Stages {
  const { originator, responder } = roles;
  const { protocol, requests, src } = exchange;
  const answers = answersOf(exchange);
  const asks = (host: string | null, way: 'in' | 'out', own: Ip) =>
    byRouting(wayOf(requests, host, way), own, identities);
  // A SYN-ACK that is sent again is another packet, which the tables may send another way.
  const answered = (host: string | null, way: 'in' | 'out', own: Ip) => {
    const seen = wayOf(answers, host, way);
    return byRouting(protocol === 'tcp' ? copiesOfFirst(seen) : seen, own, identities);
  };
  const later = laterAnswer(exchange, roles, identities);
  const [requestLeft, replyReached] = onePair(
    asks(originator, 'out', src),
    later?.reached ? [] : answered(originator, 'in', src),
  );
  const asked = askedAt(exchange, responder);
  const [requestReached, replyLeft] = onePair(
    asks(responder, 'in', asked),
    later?.only ? [] : answered(responder, 'out', asked),
  );
  return { requestLeft, requestReached, replyLeft, replyReached, later };
}

/** The address a host was asked at: a translating box before it changes it. */
export function askedAt({ dst, requests }: Exchange, host: string | null): Ip {
  const reached = requests.filter((one) => one.host === host && one.direction !== 'out');
  return (reached.find((one) => !sameIp(one.dst, dst)) ?? reached[0])?.dst ?? dst;
}

/** Replies, and the RSTs that are not the originator's own. */
function answersOf(exchange: Exchange): Sighting[] {
  return [...exchange.replies, ...exchange.resets.filter((one) => isOfResponder(one, exchange))];
}

/** Where a host asks itself, the address does not tell; what refuses a SYN acknowledges it (RFC 9293, 3.10.7.1). */
export function isOfResponder(reset: Sighting, { src, dst }: Exchange): boolean {
  return sameIp(src, dst) ? reset.ack !== 0 : !sameIp(reset.src, src);
}

/**
 * One packet may be seen on a bond and its member, on a bridge and its port, on a card and what stands on it. Routing
 * speaks of the one that bears the host's address in question, else of one that bears addresses at all.
 */
function byRouting(
  sightings: readonly Sighting[],
  own: Ip,
  identities: readonly HostIdentity[],
): readonly Sighting[] {
  const bearing = (wanted: (sighting: Sighting) => boolean) => {
    const fitting = sightings.filter(wanted);
    return fitting.length > 0 ? fitting : null;
  };
  const identityOf = (one: Sighting) => identities.find((identity) => identity.host === one.host);
  const bearsOwn = (one: Sighting) => {
    const identity = identityOf(one);
    return !!identity && interfaceBearing(identity, own)?.name === one.interface;
  };
  const bearsAny = (one: Sighting) =>
    !!identityOf(one)?.interfaces.some(
      ({ name, addresses, portOf }) => name === one.interface && addresses.length > 0 && !portOf,
    );
  const isRouted = (one: Sighting) =>
    one.interface !== null && routedName(identityOf(one), one.interface) === one.interface;
  return bearing(bearsOwn) ?? bearing(bearsAny) ?? bearing(isRouted) ?? sightings;
}

/** Where the request and the answer were both seen on one interface, that one is their way. */
function onePair(
  requests: readonly Sighting[],
  answers: readonly Sighting[],
): [Sighting | null, Sighting | null] {
  for (const request of requests) {
    const answer = answers.find((one) => one.interface !== null && one.interface === request.interface);
    if (answer) return [request, answer];
  }
  return [requests[0] ?? null, answers[0] ?? null];
}

export function pathOf(stages: Stages): Path {
  return {
    requestLeft: placeOf(stages.requestLeft),
    requestReached: placeOf(stages.requestReached),
    replyLeft: placeOf(stages.replyLeft),
    replyReached: placeOf(stages.replyReached),
  };
}

export function placeOf(sighting: Sighting | null): Place | null {
  return sighting && { host: sighting.host, interface: sighting.interface, src: sighting.src };
}
