import type { Distinction } from './finding.ts';
import type { Outcome } from './outcome.ts';
import type { Case } from './signs.ts';

/** Every link of IPv6 carries 1280 bytes, and hardly one of IPv4 less; what is smaller is not lost for its size. */
const LARGE_BYTES = 1000;

/** Kinds that say only that a packet vanished under way, or that nobody saw what became of it. */
const VANISHED: ReadonlySet<string> = new Set(['request-lost', 'reply-lost', 'no-reply-seen']);

/** Echo requests that vanish under way, all of them large, while all smaller ones to the same address are answered. */
export function losesLarge(one: Case, outcome: Outcome, distinction: Distinction | null): boolean {
  if (outcome.kind !== 'found' || outcome.level !== 'error' || !VANISHED.has(outcome.finding)) return false;
  if (!one.exchange.protocol.startsWith('icmp') || distinction?.kind !== 'size') return false;
  return distinction.failed.least >= LARGE_BYTES;
}
