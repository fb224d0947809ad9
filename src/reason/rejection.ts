import type { Finding } from '../finding/finding.ts';
import { explainReplyRoute } from './asymmetric-reply.ts';
import type { Cause } from './cause.ts';
import { isOpen, LONGEST_CHAIN } from './chain.ts';
import type { ReasonContext } from './context.ts';
import { refusalUntold, seenAt } from './error-fate.ts';
import { explainRejected, isOfResponder } from './rejected.ts';

/**
 * The responder's ICMP error is a packet like any other: the responder may send it by another interface than the request came
 * in by, where an answer would go as well; and the originator's own filters may drop it.
 */
export function explainRejection(finding: Finding, context: ReasonContext): Cause[] {
  const causes = explainRejected(finding, context);
  if (!isOfResponder(finding, context) || finding.originator === finding.responder) return causes;
  const fate = refusalUntold(finding, context) ?? wayOfError(finding, context);
  return [...causes, ...fate].slice(0, LONGEST_CHAIN);
}

/** The kernel looks up its way as it does that of an answer: from the address asked (icmp_send). */
function wayOfError(finding: Finding, context: ReasonContext): Cause[] {
  const left = seenAt(finding, finding.responder, 'out');
  const asked = finding.path.requestReached?.interface;
  if (!left?.interface || !asked || left.interface === asked || !finding.witness.originatorCovered) return [];
  const { host, interface: device, src } = left;
  const path = { ...finding.path, replyLeft: { host, interface: device, src } };
  return explainReplyRoute({ ...finding, path }, context).filter((one) => !isOpen(one));
}
