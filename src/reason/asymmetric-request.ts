import type { Finding } from '../finding/finding.ts';
import { explainReplyRoute } from './asymmetric-reply.ts';
import type { Cause } from './cause.ts';
import { isOpen } from './chain.ts';
import { called, type ReasonContext } from './context.ts';
import { atMost } from './draft.ts';
import { captureMissing } from './not-enough.ts';
import { requestRoute } from './request-route.ts';
import { explainUnanswered } from './unanswered.ts';

/**
 * The request left by an interface that does not bear its source. Where it arrived all the same and no answer left, what
 * stopped it is at the responder; only a source that should not be there is a fault before that.
 */
export function explainAsymmetricRequest(finding: Finding, context: ReasonContext): Cause[] {
  const origin = requestRoute(finding, context);
  const { requestReached, replyLeft } = finding.path;
  if (finding.level !== 'error') return origin;
  if (!requestReached)
    return finding.witness.responderCovered ? origin : origin.map((one) => unseen(one, finding));
  if (replyLeft) return replyLost(finding, context, origin);
  const all = explainUnanswered(finding, context);
  const beyond = all.filter((one) => !isOpen(one));
  if (beyond.length === 0) return [...origin.map(notWhy), ...all];
  return [...origin.filter((one) => one.kind === 'source-hint-wrong'), ...beyond];
}

/** Nobody saw whether it arrived. */
function unseen(cause: Cause, finding: Finding): Cause {
  return { ...atMost(cause, 'likely'), missing: [...cause.missing, ...captureMissing(finding).missing] };
}

/** The request arrived and was answered, and the answer did not come home: by its own wrong way, else for want of one on which both were seen. */
function replyLost(finding: Finding, context: ReasonContext, origin: readonly Cause[]): Cause[] {
  const { requestReached, replyLeft } = finding.path;
  const hinted = origin.filter((one) => one.kind === 'source-hint-wrong');
  if (requestReached?.interface !== replyLeft?.interface) {
    const reply = explainReplyRoute(finding, context).filter((one) => !isOpen(one));
    if (reply.length > 0) return [...hinted, ...reply];
  }
  const note = `the request arrived all the same, and its reply left ${called(finding.responder, 'responder')}: a stateful firewall on the way back that saw no request drops it, or a filter that has nothing to do with this`;
  return origin.map((one) => ({ ...atMost(one, 'likely'), notes: [...one.notes, note] }));
}

/** It arrived by that way all the same: perhaps something there minds where it came from. */
function notWhy(cause: Cause): Cause {
  const note = 'the request arrived all the same; why no answer to it left is not known';
  return { ...atMost(cause, 'possible'), notes: [note, ...cause.notes] };
}
