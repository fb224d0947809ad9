import type { Finding } from '../finding/finding.ts';
import { explainReplyRoute } from './asymmetric-reply.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { explainLost } from './lost.ts';
import { captureMissing, stateMissing } from './not-enough.ts';
import { predictedAstray } from './predicted-astray.ts';

/** The reply went another way than the request, so the ACK meets a device that saw only half: else the network lost it. */
export function explainStalled(finding: Finding, context: ReasonContext): Cause[] {
  const { requestReached, replyLeft } = finding.path;
  if (replyLeft === null) return [predictedAstray(finding, context) ?? unseen(finding, context)];
  const astray =
    requestReached?.interface && replyLeft.interface && requestReached.interface !== replyLeft.interface;
  return astray ? explainReplyRoute(finding, context) : explainLost(finding, context);
}

/** The originator did its part; from its side a lost ACK and one that was not taken look alike. */
function unseen(finding: Finding, context: ReasonContext): Cause {
  const capture = captureMissing(finding);
  const known = stateOf(context, finding.responder) !== undefined;
  const tables = known ? [] : stateMissing(finding, 'responder', finding.responder).missing;
  return {
    ...capture,
    sentence:
      'whether the last ACK was lost on its way, or reached the responder and was not taken, cannot be told',
    notes: [
      'a stateful firewall on the way drops this ACK where the SYN-ACK went by another way and it saw only half of the handshake',
      'a full listen queue of the responder looks the same from here',
    ],
    missing: [...capture.missing, ...tables],
  };
}
