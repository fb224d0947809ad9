import { type HostIdentity, interfaceBearing, routedName } from '../addr/identity.ts';
import { type Ip, sameIp } from '../addr/ip.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Path, Place } from './finding.ts';
import type { Roles } from './roles.ts';

/** The sightings that stand for the four stages of an exchange; null: not seen. */
export interface Stages {
  readonly requestLeft: Sighting | null;
  readonly requestReached: Sighting | null;
  readonly replyLeft: Sighting | null;
  readonly replyReached: Sighting | null;
}

export function stagesOf(exchange: Exchange, roles: Roles, identities: readonly HostIdentity[]): Stages {
  const seenAt = (sightings: readonly Sighting[], host: string | null, way: 'in' | 'out', own: Ip) =>
    byRouting(wayOf(sightings, host, way), own, identities);
  const { originator, responder } = roles;
  const answers = answersOf(exchange);
  const [requestLeft, replyReached] = onePair(
    seenAt(exchange.requests, originator, 'out', exchange.src),
    seenAt(answers, originator, 'in', exchange.src),
  );
  const asked = askedAt(exchange, responder);
  const [requestReached, replyLeft] = onePair(
    seenAt(exchange.requests, responder, 'in', asked),
    seenAt(answers, responder, 'out', asked),
  );
  return { requestLeft, requestReached, replyLeft, replyReached };
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

function wayOf(sightings: readonly Sighting[], host: string | null, way: 'in' | 'out'): Sighting[] {
  const here = sightings.filter((one) => one.host === host);
  const known = here.filter((one) => one.direction === way);
  return known.length > 0 ? known : here.filter((one) => one.direction === 'unknown');
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

/** Both known and different; two ports of one bridge are one interface to routing. */
export function otherInterface(
  a: Sighting | null,
  b: Sighting | null,
  identities: readonly HostIdentity[],
): boolean {
  if (!a?.interface || !b?.interface) return false;
  const identity = identities.find(({ host }) => host === a.host);
  return routedName(identity, a.interface) !== routedName(identity, b.interface);
}
