import { compareTime } from '../addr/time.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import { isSizeError } from './icmp-error.ts';
import { type Outcome, worked } from './outcome.ts';
import { type Case, rejection } from './signs.ts';

interface Judgement {
  readonly group: ExchangeGroup;
  readonly one: Case;
  readonly outcome: Outcome;
}

const HEADER_BYTES = { 4: 20, 6: 40 } as const;
const FRAGMENT_HEADER_BYTES = { 4: 0, 6: 8 } as const;

/**
 * Path MTU discovery at work (RFC 1191, RFC 8201): the first packets that are too large are refused, and what the sender sends
 * later is as large as it was told, or in fragments of that size, and answered. Nothing failed but what had to.
 * @param alike what became of the same probe
 */
export function learntMtu({ one, outcome, group }: Judgement, alike: () => readonly Judgement[]): boolean {
  if (outcome.kind !== 'found' || outcome.finding !== 'rejected') return false;
  const error = rejection(one);
  if (!error || !isSizeError(error)) return false;
  const { family } = error.src;
  const room = error.mtu - HEADER_BYTES[family];
  // A fragment that is not the last one bears a multiple of 8 bytes.
  const fragment = (room - FRAGMENT_HEADER_BYTES[family]) & ~7;
  return alike().some(
    (other) =>
      worked(other.outcome) &&
      compareTime(other.group.last, group.last) > 0 &&
      other.group.sizes.most >= fragment &&
      other.group.sizes.most <= room,
  );
}
