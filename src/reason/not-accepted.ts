import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { silentHost, stateMissing } from './not-enough.ts';
import { replyArrival } from './originator.ts';

/** The reply came to the originator, which did not take it: its filters, or something its state does not show. */
export function explainNotAccepted(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.originator);
  if (!state) return [stateMissing(finding, 'originator', finding.originator)];
  const step = replyArrival(finding, context);
  return step.causes.length > 0 ? [...step.causes] : [silentHost(finding, state, step.missing)];
}
