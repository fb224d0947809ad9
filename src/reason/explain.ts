import type { Finding, FindingKind } from '../finding/finding.ts';
import { rulesInDoubt } from '../linux/doubt.ts';
import { asRouted } from './as-routed.ts';
import { replyFlux } from './astray.ts';
import { explainAsymmetricReply } from './asymmetric-reply.ts';
import { explainAsymmetricRequest } from './asymmetric-request.ts';
import { boundAway } from './bound-away.ts';
import type { Cause } from './cause.ts';
import type { Explained, ReasonContext } from './context.ts';
import { withCounters } from './counter-evidence.ts';
import { explainDataLost } from './data-lost.ts';
import { atMost } from './draft.ts';
import { explainLost } from './lost.ts';
import { withMisdelivery } from './misdelivery.ts';
import { withMissingBearer } from './missing-bearer.ts';
import { explainNoReply } from './no-reply.ts';
import { explainNotAccepted } from './not-accepted.ts';
import { explainNotSent } from './not-sent.ts';
import { ackDropped, replyArrival } from './originator.ts';
import { probed } from './probed.ts';
import { explainRefused } from './refused.ts';
import { explainRejection } from './rejection.ts';
import { withSilence } from './silent-neighbour.ts';
import { explainStalled } from './stalled.ts';
import { withStateTime } from './state-time.ts';
import { withTracking } from './tracked.ts';
import { explainUnanswered } from './unanswered.ts';
import { explainWrongSource } from './wrong-source.ts';

/** One explainer a kind; the compiler lists the ones that a new kind needs. */
const EXPLAINERS: Record<FindingKind, (finding: Finding, context: ReasonContext) => Cause[]> = {
  'request-not-sent': explainNotSent,
  'request-lost': explainLost,
  unanswered: explainUnanswered,
  'asymmetric-reply': explainAsymmetricReply,
  'asymmetric-request': explainAsymmetricRequest,
  'wrong-source': explainWrongSource,
  'reply-lost': explainLost,
  'reply-not-accepted': explainNotAccepted,
  refused: explainRefused,
  rejected: explainRejection,
  'handshake-stalled': explainStalled,
  'data-lost': explainDataLost,
  'no-reply-seen': explainNoReply,
};

/** The single place where what was seen meets what is computed. */
export function explain(seen: Finding, context: ReasonContext): Explained {
  const finding = asRouted(seen, context);
  const told = (probed(finding) ?? EXPLAINERS[finding.kind](finding, context)).map(unlessRules);
  const causes = withMisdelivery(told, finding, context);
  const counted = withTracking(withCounters([...causes], finding, context), finding, context);
  // No counter tells of a question that was not heeded.
  const silent = withMissingBearer(withSilence(counted, finding, context), finding, context);
  return { finding: seen, causes: withStateTime(silent, finding) };
}

/** Rules that no listing shows, and that other tables make likely, may have sent the packet another way. */
function unlessRules(cause: Cause): Cause {
  const doubts = cause.decision ? rulesInDoubt(cause.decision) : [];
  if (doubts.length === 0) return cause;
  const told = cause.missing.some(({ kind }) => kind === 'rules' || kind === 'not-understood');
  return { ...atMost(cause, 'likely'), missing: told ? cause.missing : [...cause.missing, ...doubts] };
}

/**
 * The reply to a ping or a datagram that reached the originator looks like a success, as does a SYN-ACK that nobody is seen
 * to acknowledge, but the capture is made before the reverse-path filter: where the originator's own state drops it, or hands
 * it to no socket, the finding becomes `reply-not-accepted`, as computed; where it drops the ACK, `handshake-stalled`. Null
 * where the state lets both pass or cannot tell.
 */
export function raise(seen: Finding, context: ReasonContext): Explained | null {
  const candidate = asRouted(seen, context);
  const step = replyArrival(candidate, context);
  if (step.causes.length > 0)
    return { finding: seen, causes: withMisdelivery(step.causes, candidate, context) };
  const unacknowledged = ackDropped(candidate, context);
  if (unacknowledged.length > 0)
    return { finding: { ...seen, kind: 'handshake-stalled' }, causes: unacknowledged };
  const flux = boundAway(candidate, context) ? replyFlux(candidate, context) : null;
  return flux ? { finding: seen, causes: [flux] } : null;
}
