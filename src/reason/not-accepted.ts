import type { Finding } from '../finding/finding.ts';
import { replyFlux } from './astray.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { silentHost, stateMissing } from './not-enough.ts';
import { replyArrival } from './originator.ts';

const BOUND = 'a socket that is bound to an interface is not given what comes in by another';

function cameInElsewhere({ path: { requestLeft, replyReached } }: Finding): boolean {
  return !!requestLeft && !!replyReached && requestLeft.interface !== replyReached.interface;
}

function letIn(cause: Cause, finding: Finding): Cause {
  if (cause.kind !== 'unexplained') return cause;
  const notes = cameInElsewhere(finding) ? [BOUND, ...cause.notes] : cause.notes;
  const sentence = `the state supplied of ${cause.host} lets the reply in, and still it was not taken`;
  return { ...cause, sentence, notes };
}

/** The reply came to the originator, which did not take it: its filters, or something its state does not show. */
export function explainNotAccepted(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.originator);
  if (!state) return [stateMissing(finding, 'originator', finding.originator)];
  const step = replyArrival(finding, context);
  if (step.causes.length > 0) return [...step.causes];
  const flux = cameInElsewhere(finding) ? replyFlux(finding, context) : null;
  if (flux) return [{ ...flux, notes: [...flux.notes, BOUND] }];
  return [letIn(silentHost(finding, state, step.missing), finding)];
}
