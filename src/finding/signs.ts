import {
  type HostIdentity,
  hostBearing,
  type InterfaceIdentity,
  interfaceBearing,
  routedName,
} from '../addr/identity.ts';
import { type Ip, isLimitedBroadcast, isLoopback, isMulticast, sameIp, widthOf } from '../addr/ip.ts';
import { networkOf, type Prefix } from '../addr/prefix.ts';
import { compareTime } from '../addr/time.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { AGAIN_NS, answeredInVain, apart } from './again.ts';
import type { Witness } from './finding.ts';
import { isPortUnreachable, isSizeError, isSourceQuench } from './icmp-error.ts';
import { otherInterface } from './other-interface.ts';
import { isOfResponder, type Stages } from './path.ts';
import { refusesReply } from './reset.ts';
import type { Roles } from './roles.ts';

/** One exchange with what was worked out of it. */
export interface Case {
  readonly exchange: Exchange;
  readonly roles: Roles;
  readonly stages: Stages;
  readonly witness: Witness;
  readonly identities: readonly HostIdentity[];
  /** The reply as it came into a host on the way that did not let it go on. */
  readonly heldBack: Sighting | null;
  /** Hosts whose captures show plain ACKs that came in: elsewhere their absence may be the capture filter's doing. */
  readonly showAcks: ReadonlySet<string>;
  /** Hosts on the way whose captures do not show every reply that they send on. */
  readonly hideReplies: () => ReadonlySet<string>;
}

/** A reply that bears another source than was asked, without a right one beside it. */
export function wrongSource(one: Pick<Case, 'exchange' | 'roles'>): boolean {
  const final = finalReplies(one);
  return final.length > 0 && !final.some((reply) => isFromAsked(reply, one.exchange));
}

/** To a group, to all of a network, or to any of its routers: whoever likes may answer, and does so from its own address. */
export function askedMany({ exchange: { dst, requests }, identities }: Case): boolean {
  if (isMulticast(dst) || isLimitedBroadcast(dst)) return true;
  if (hostBearing(identities, dst)) return false;
  if (requests.some((one) => calledToMany(one, identities))) return true;
  const prefixes = identities.flatMap(({ interfaces }) => interfaces.flatMap(({ addresses }) => addresses));
  return prefixes.some((prefix) => isBroadcastOf(prefix, dst) || isRoutersAnycast(prefix, dst));
}

/**
 * On the link for whoever hears it: no router sends it on, and who does not bear the address throws it away (RFC 1122, 3.3.6),
 * be it that the sender takes it for the broadcast address of a network. A group may be the cards of one cluster, which bears it.
 */
function calledToMany({ host, direction, cast }: Sighting, identities: readonly HostIdentity[]): boolean {
  if (cast !== 'multicast') return cast === 'broadcast';
  const interfaces = identities.find((one) => one.host === host)?.interfaces ?? [];
  return direction === 'in' && interfaces.some(({ addresses }) => addresses.length > 0);
}

/** RFC 4291, 2.6.1. */
function isRoutersAnycast(prefix: Prefix, dst: Ip): boolean {
  return dst.family === 6 && prefix.length < 127 && sameIp(networkOf(prefix).address, dst);
}

function isBroadcastOf({ address, length }: Prefix, { family, w0 }: Ip): boolean {
  if (family !== 4 || address.family !== 4 || length > 30) return false;
  const host = 0xffffffff >>> length;
  return (w0 | host) >>> 0 === w0 && (w0 & ~host) >>> 0 === (address.w0 & ~host) >>> 0;
}

/**
 * What the originator got counts, then what came in anywhere: a reply may have been changed after it left. What came in at the
 * responder itself is the answer of somebody behind it, and will be changed there.
 */
function finalReplies({
  exchange: { replies },
  roles,
}: Pick<Case, 'exchange' | 'roles'>): readonly Sighting[] {
  const arrived = replies.filter((one) => one.host === roles.originator && one.direction !== 'out');
  if (arrived.length > 0) return arrived;
  const left = replies.filter((one) => one.host !== roles.responder || one.direction !== 'in');
  const last = left.findLast((one) => one.direction === 'in');
  return last ? left.filter((one) => one.host === last.host && one.direction === 'in') : left;
}

/** By what its host saw asked: behind a translating box that is another address than the originator's. */
export function isFromAsked(reply: Sighting, { dst, translated, requests }: Exchange): boolean {
  const here = requests.filter((one) => one.host === reply.host);
  if (here.length > 0) return here.some((one) => sameIp(one.dst, reply.src));
  return sameIp(reply.src, dst) || sameIp(reply.src, translated?.dst);
}

/** The reply reached the originator, which (TCP) asked again or whose kernel reset it, or (UDP) whose kernel refused it. */
export function notAccepted(one: Case): boolean {
  return one.exchange.protocol === 'udp' ? refusesDatagram(one) !== undefined : synAckIgnored(one);
}

/**
 * The port unreachable error of the originator about the answer: no socket of its waits for that. With several answers
 * the first may have been taken, after which the socket was closed.
 */
export function refusesDatagram({ exchange, roles }: Pick<Case, 'exchange' | 'roles'>): Sighting | undefined {
  const arrived = exchange.replies.filter((one) => one.host === roles.originator && one.direction !== 'out');
  if (exchange.protocol !== 'udp' || arrived.length > 1) return undefined;
  // Of a host that asks itself the error is the answer.
  if (toItself(exchange) && exchange.replies.length === 0) return undefined;
  return exchange.errors.find(
    (one) => sameIp(one.src, exchange.src) && sameIp(one.target, exchange.src) && isPortUnreachable(one),
  );
}

/**
 * A scanner, and a load balancer that asks whether a port is open, sends its SYN past the kernel, which resets the answer as soon
 * as it comes: that one was answered. Who had asked again had waited for it, and given up; and a socket that is bound to an
 * interface is not given what comes in by another.
 */
function synAckIgnored({ exchange, stages, roles, identities }: Case): boolean {
  const reached = stages.replyReached;
  if (reached?.kind !== 'syn-ack' || acknowledged(exchange)) return false;
  const asked = exchange.requests.filter((one) => one.host === roles.originator);
  if (asked.some((one) => compareTime(one.time, reached.time) > 0)) return true;
  const waited = apart(asked, AGAIN_NS).length > 1 || otherInterface(stages.requestLeft, reached, identities);
  return waited && exchange.resets.some((one) => refusesReply(one, exchange));
}

/** Somebody saw the request whom the reply did not pass: that may be the originator. */
export function replyMissed({ requests, replies }: Exchange): boolean {
  return requests.some(({ host }) => !replies.some((reply) => reply.host === host));
}

export function acknowledged(exchange: Exchange): boolean {
  return exchange.acks.length > 0;
}

/**
 * SYN and SYN-ACK arrived, the last ACK did not. Witnesses: the SYN-ACK is repeated; or the ACK is seen leaving and not
 * arriving, where the responder's capture shows such ACKs at all (many filter them out).
 */
export function stalled(one: Case): boolean {
  const { exchange, stages, roles, witness } = one;
  if (exchange.protocol !== 'tcp') return false;
  const acksAt = (host: string | null) => exchange.acks.some((ack) => ack.host === host);
  if (acksAt(roles.responder)) return false;
  if (stages.replyLeft === null) return answeredInVain(exchange) !== null;
  if (stages.replyLeft.kind !== 'syn-ack') return false;
  if (timesSeen(exchange.replies, roles.responder, 'out') < 2)
    return acksAt(roles.originator) && ackLost(one);
  if (stages.replyReached) return acksAt(roles.originator);
  const originatorSilent = witness.missing.some(
    (gap) => gap.kind === 'no-capture' && gap.role === 'originator',
  );
  return originatorSilent && timesSeen(exchange.requests, roles.responder, 'in') === 1;
}

function ackLost({ stages, roles, witness, showAcks }: Case): boolean {
  const { responder } = roles;
  return (
    responder !== null &&
    stages.requestReached !== null &&
    witness.responderCovered &&
    showAcks.has(responder)
  );
}

/** How often a packet was sent or received on one interface of a host (sightings on several interfaces are one packet). */
function timesSeen(sightings: readonly Sighting[], host: string | null, direction: 'in' | 'out'): number {
  const perInterface = new Map<string | null, number>();
  for (const one of sightings) {
    if (one.host !== host || one.direction !== direction) continue;
    perInterface.set(one.interface, (perInterface.get(one.interface) ?? 0) + 1);
  }
  return Math.max(0, ...perInterface.values());
}

/** An RST that comes from the address asked (or left the responder), with no SYN-ACK before it. */
export function refused({ exchange }: Case): boolean {
  return exchange.replies.length === 0 && exchange.resets.some((one) => isOfResponder(one, exchange));
}

/** Over the loopback device, from an address to the same one. */
function toItself({ src, dst }: Exchange): boolean {
  return sameIp(src, dst);
}

/** Seen on the loopback device of the originator and nowhere else, though it is for another: what goes there does not leave. */
export function stayedAtHome({
  exchange: { requests, dst },
  roles: { originator, responder },
}: Case): boolean {
  if (originator === null || responder === originator || isLoopback(dst)) return false;
  return requests.every((one) => one.host === originator && one.interface === 'lo');
}

/** The ICMP error that tells why; the originator's own, delivered on its lo, only witnesses that nothing was sent. */
export function rejection({ exchange, roles }: Pick<Case, 'exchange' | 'roles'>): Sighting | undefined {
  if (exchange.replies.length > 0) return undefined;
  return exchange.errors.find(
    (one) =>
      (toItself(exchange) || !(quotesReply(one, exchange) || isOwnError(one, exchange, roles))) &&
      !aboutData(one, exchange) &&
      !isSourceQuench(one),
  );
}

function isOwnError(error: Sighting, { src }: Exchange, { originator }: Roles): boolean {
  return error.host === originator && (error.interface === 'lo' || sameIp(error.src, src));
}

/** No SYN is too large. */
function aboutData(error: Sighting, { protocol }: Exchange): boolean {
  return protocol === 'tcp' && isSizeError(error);
}

/** It complains about the way back (the responder's own kernel does, on lo, when its next hop is silent): no refusal of the request. */
function quotesReply({ target }: Sighting, { requests }: Exchange): boolean {
  return target !== null && requests.some((one) => sameIp(one.src, target));
}

/** Somebody on the way back told the responder so. */
export function complainsOfReply(error: Sighting, { exchange, roles, identities }: Case): boolean {
  const sender = hostBearing(identities, error.src)?.host;
  const came = error.host === roles.responder && error.direction !== 'out' && sender !== roles.responder;
  return came && quotesReply(error, exchange);
}

export function asymmetricReply({ stages, identities }: Pick<Case, 'stages' | 'identities'>): boolean {
  return (
    otherInterface(stages.requestReached, stages.replyLeft, identities) ||
    otherInterface(stages.requestLeft, stages.replyReached, identities)
  );
}

/** The request left by an interface that does not bear its source, while another one with a network of its own does. */
export function asymmetricRequest({ stages, exchange, identities }: Case): boolean {
  const left = stages.requestLeft;
  if (!left?.interface || left.interface === 'lo') return false;
  const identity = identities.find((one) => one.host === left.host);
  const bearer = identity && interfaceBearing(identity, exchange.src);
  const device = routedName(identity, left.interface);
  const leaving = identity?.interfaces.find((one) => one.name === device);
  if (!bearer || !leaving || leaving.addresses.length === 0) return false;
  return !bears(leaving, exchange.src) && tiesToLink(bearer, exchange.src);
}

function bears(one: InterfaceIdentity, ip: Ip): boolean {
  return one.addresses.some((prefix) => sameIp(prefix.address, ip));
}

/** An address on lo or a dummy, or one without a network (a virtual or routed one), belongs to no link in particular. */
export function tiesToLink(bearer: InterfaceIdentity, ip: Ip): boolean {
  if (bearer.name === 'lo' || bearer.mac === null || /^dummy\d*$/.test(bearer.name)) return false;
  return bearer.addresses.some((prefix) => sameIp(prefix.address, ip) && prefix.length < widthOf(ip.family));
}
