import type { Sighting } from '../exchange/sighting.ts';
import type { Distinction, FindingKind } from './finding.ts';
import type { Case } from './signs.ts';

/** Every link of IPv6 carries 1280 bytes, and hardly one of IPv4 less; what is smaller is not lost for its size. */
const LARGE_BYTES = 1000;

/** Kinds that say only that a packet vanished under way, or that nobody saw what became of it. */
const VANISHED: ReadonlySet<FindingKind> = new Set(['request-lost', 'reply-lost', 'no-reply-seen']);

/** A segment sent so often, the first time included, without having arrived is not lost by chance. */
const SENT_IN_VAIN = 3;

/** Segments with the first data of a connection that are large, as the originator sent them. */
export function largeSegments({ exchange, roles }: Pick<Case, 'exchange' | 'roles'>): readonly Sighting[] {
  return exchange.acks.filter(
    (one) => one.host === roles.originator && one.direction === 'out' && one.payloadLength >= LARGE_BYTES,
  );
}

/**
 * The handshake was completed, as the responder's capture shows; the large segment after it is sent again and again, and
 * that capture never shows it.
 */
export function losesSegments(one: Case): boolean {
  const { exchange, roles, witness } = one;
  if (exchange.protocol !== 'tcp' || roles.responder === null || !witness.responderCovered) return false;
  const arrived = exchange.acks.filter((ack) => ack.host === roles.responder);
  if (arrived.length === 0 || arrived.some((ack) => ack.payloadLength >= LARGE_BYTES)) return false;
  const sent = largeSegments(one);
  return sent.filter((segment) => segment.interface === sent[0]?.interface).length >= SENT_IN_VAIN;
}

/** Echo requests that vanish under way, all of them large, while all smaller ones to the same address are answered. */
export function losesLarge(one: Case, finding: FindingKind, distinction: Distinction | null): boolean {
  if (!VANISHED.has(finding)) return false;
  if (!one.exchange.protocol.startsWith('icmp') || distinction?.kind !== 'size') return false;
  return distinction.failed.least >= LARGE_BYTES;
}
