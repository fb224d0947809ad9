import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import type { ReasonContext } from './context.ts';
import { replyArrival } from './originator.ts';

/** Two or three causes are a chain; more would be a list of everything possible. */
export const LONGEST_CHAIN = 3;

/** The question is left open. */
export function isOpen({ kind }: Cause): boolean {
  return kind === 'not-enough-information' || kind === 'unexplained';
}

/**
 * Mending the responder brings the reply home to the originator, whose own filters may drop it: then that is told behind,
 * as the next thing in the packet's way. It is computed, for the interface the request left by.
 */
export function withNextFault(causes: Cause[], finding: Finding, context: ReasonContext): Cause[] {
  const { requestLeft, replyReached } = finding.path;
  if (replyReached || !requestLeft?.interface || finding.originator === finding.responder) return causes;
  if (causes.length === 0 || causes.some(isOpen)) return causes;
  const next = replyArrival(finding, context).causes;
  const room = LONGEST_CHAIN - causes.length;
  const told = next.slice(Math.max(0, next.length - Math.max(0, room)));
  return [...causes, ...told.map((cause) => ({ ...cause, notes: [NEXT, ...cause.notes] }))];
}

export const NEXT =
  'this one shows only once the fault before it is mended: the reply would come in and be dropped here';
