import { type HostIdentity, interfaceBearing } from '../addr/identity.ts';
import { sameIp } from '../addr/ip.ts';
import { compareTime } from '../addr/time.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { FindingKind, Level, Witness } from './finding.ts';
import { otherInterface, type Stages } from './path.ts';
import type { Roles } from './roles.ts';

/** What became of an exchange, as far as packets tell. `failed` has the first finding kind that fits. */
export type Outcome =
  | { readonly kind: 'answered' }
  | { readonly kind: 'found'; readonly finding: FindingKind; readonly level: Level }
  /** Nothing speaks for a failure, and the captures do not show the success. */
  | { readonly kind: 'undecided' };

/** One exchange with what was worked out of it. */
export interface Case {
  readonly exchange: Exchange;
  readonly roles: Roles;
  readonly stages: Stages;
  readonly witness: Witness;
  readonly identities: readonly HostIdentity[];
}

const found = (finding: FindingKind, level: Level = 'error'): Outcome => ({ kind: 'found', finding, level });

/** The order is the contract's: the first kind that fits. */
export function outcomeOf(one: Case): Outcome {
  if (one.exchange.requests.length === 0) return { kind: 'undecided' };
  if (wrongSource(one)) return found('wrong-source');
  if (notAccepted(one)) return found('reply-not-accepted');
  if (stalled(one)) return found('handshake-stalled');
  if (refused(one)) return found('refused');
  if (rejection(one)) return found('rejected');
  const success = succeeded(one);
  if (asymmetricReply(one.stages)) return asymmetric('asymmetric-reply', success, one);
  if (asymmetricRequest(one)) return asymmetric('asymmetric-request', success, one);
  if (success === 'yes') return { kind: 'answered' };
  return success === 'unknown' ? { kind: 'undecided' } : silence(one);
}

/** An asymmetric way is an error only where the packets show that the originator got no usable reply. */
function asymmetric(finding: FindingKind, success: Success, one: Case): Outcome {
  if (success !== 'no') return found(finding, 'warning');
  const { stages } = one;
  const lostOnWay = finding === 'asymmetric-request' || stages.replyLeft !== null;
  return lostOnWay ? found(finding) : silence(one);
}

/** A reply without an exact one beside it; one that left the responder right and came changed counts, too. */
function wrongSource({ exchange }: Case): boolean {
  const replies = exchange.replies;
  return replies.length > 0 && !replies.some((reply) => isFinalAnswer(reply, exchange));
}

function isFinalAnswer(reply: Sighting, exchange: Exchange): boolean {
  if (!sameIp(reply.src, exchange.dst)) return false;
  const cameIn = exchange.replies.filter((one) => one.direction === 'in');
  return (
    reply.direction === 'in' || cameIn.length === 0 || cameIn.some((one) => sameIp(one.src, exchange.dst))
  );
}

/** TCP only: the SYN-ACK reached the originator, which asked again or reset. */
function notAccepted({ exchange, stages, roles }: Case): boolean {
  const reached = stages.replyReached;
  if (reached?.kind !== 'syn-ack' || acknowledged(exchange)) return false;
  const askedAgain = exchange.requests.some(
    (one) => one.host === roles.originator && compareTime(one.time, reached.time) > 0,
  );
  return askedAgain || exchange.resets.some((one) => sameIp(one.src, exchange.src));
}

function acknowledged(exchange: Exchange): boolean {
  return exchange.acks.length > 0;
}

/** SYN and SYN-ACK arrived, the last ACK did not, with a witness: it left and did not arrive, or the SYN-ACK was repeated. */
function stalled(one: Case): boolean {
  const { exchange, stages, roles, witness } = one;
  if (exchange.protocol !== 'tcp' || stages.replyLeft?.kind !== 'syn-ack') return false;
  const acksAt = (host: string | null) => exchange.acks.some((ack) => ack.host === host);
  if (acksAt(roles.responder)) return false;
  const repeated = distinctTimes(exchange.replies, roles.responder, 'out') > 1;
  if (!repeated) return false;
  if (stages.replyReached) return acksAt(roles.originator);
  const originatorSilent = witness.missing.some(
    (gap) => gap.kind === 'no-capture' && gap.role === 'originator',
  );
  return originatorSilent && distinctTimes(exchange.requests, roles.responder, 'in') === 1;
}

/** How often a packet was sent or received on one interface of a host (sightings on several interfaces are one packet). */
function distinctTimes(sightings: readonly Sighting[], host: string | null, direction: 'in' | 'out'): number {
  const perInterface = new Map<string | null, number>();
  for (const one of sightings) {
    if (one.host !== host || one.direction !== direction) continue;
    perInterface.set(one.interface, (perInterface.get(one.interface) ?? 0) + 1);
  }
  return Math.max(0, ...perInterface.values());
}

/** An RST that comes from the address asked (or left the responder), with no SYN-ACK before it. */
function refused({ exchange }: Case): boolean {
  return exchange.replies.length === 0 && exchange.resets.some((one) => !sameIp(one.src, exchange.src));
}

/** The ICMP error that tells why; the originator's own, delivered on its lo, only witnesses that nothing was sent. */
export function rejection({ exchange, roles }: Pick<Case, 'exchange' | 'roles'>): Sighting | undefined {
  if (exchange.replies.length > 0) return undefined;
  return exchange.errors.find(
    (one) => !(one.host === roles.originator && (one.interface === 'lo' || sameIp(one.src, exchange.src))),
  );
}

export function asymmetricReply(stages: Stages): boolean {
  return (
    otherInterface(stages.requestReached, stages.replyLeft) ||
    otherInterface(stages.requestLeft, stages.replyReached)
  );
}

/** The request left by an interface that does not bear its source, while another (not the loopback) does. */
function asymmetricRequest({ stages, exchange, identities }: Case): boolean {
  const left = stages.requestLeft;
  if (!left?.interface || left.interface === 'lo') return false;
  const identity = identities.find((one) => one.host === left.host);
  const bearer = identity && interfaceBearing(identity, exchange.src);
  const leaving = identity?.interfaces.find((one) => one.name === left.interface);
  if (!bearer || !leaving || bearer.name === 'lo' || bearer.mac === null) return false;
  return (
    !leaving.addresses.some((prefix) => sameIp(prefix.address, exchange.src)) && leaving.addresses.length > 0
  );
}

type Success = 'yes' | 'no' | 'unknown';

function succeeded(one: Case): Success {
  const { exchange, stages, roles, witness } = one;
  if (acknowledged(exchange) || stages.replyReached) return 'yes';
  if (exchange.replies.length === 0) return 'no';
  if (roles.originator === null || roles.responder === null) return 'yes';
  if (repeatedAfterReply(exchange, stages.replyLeft)) return 'no';
  return witness.originatorCovered ? 'no' : 'unknown';
}

/** A SYN that comes again after its SYN-ACK left shows that the originator did not get it. */
function repeatedAfterReply(exchange: Exchange, replyLeft: Sighting | null): boolean {
  if (exchange.protocol !== 'tcp' || replyLeft === null) return false;
  return exchange.requests.some(
    (one) => one.host === replyLeft.host && compareTime(one.time, replyLeft.time) > 0,
  );
}

/** No usable reply: where was the packet last seen, and does the next place's capture bear witness? */
function silence({ stages, witness }: Case): Outcome {
  if (stages.replyLeft) return witness.originatorCovered ? found('reply-lost') : repeatedLoss(stages);
  if (stages.requestReached) return witness.responderCovered ? found('unanswered') : found('no-reply-seen');
  if (stages.requestLeft && witness.responderCovered) return found('request-lost');
  return found('no-reply-seen');
}

function repeatedLoss(stages: Stages): Outcome {
  return stages.replyLeft?.kind === 'syn-ack' ? found('reply-lost') : found('no-reply-seen');
}
