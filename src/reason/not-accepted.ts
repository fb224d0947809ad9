import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { filterStep, type StepResult } from './filter-step.ts';
import { silentHost, stateMissing } from './not-enough.ts';
import { requestOf } from './request.ts';

/** The reply came to the originator, which did not take it: its reverse-path filter, or something its routes do not show. */
export function explainNotAccepted(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.originator);
  if (!state) return [stateMissing(finding, 'originator', finding.originator)];
  const step = replyFilter(finding, context);
  return step.causes.length > 0 ? [...step.causes] : [silentHost(finding, state, step.missing)];
}

/** The originator's own filter at the interface where the reply came in. */
export function replyFilter(finding: Finding, context: ReasonContext): StepResult {
  const state = stateOf(context, finding.originator);
  const reached = finding.path.replyReached;
  const request = requestOf(finding);
  if (!state || !reached?.interface || !request) return { causes: [], missing: [] };
  const destination = finding.probe.src ?? request.source;
  return filterStep({
    state,
    device: reached.interface,
    source: reached.src,
    destination,
    tos: request.tos,
    what: 'the reply',
  });
}
