import { interfaceBearing } from '../addr/identity.ts';
import { askedAfterReply } from './again.ts';
import { stuckData } from './data-lost.ts';
import type { FindingKind, Level, Success } from './finding.ts';
import { passedBackOnly } from './passed-back.ts';
import {
  acknowledged,
  askedMany,
  asymmetricReply,
  asymmetricRequest,
  type Case,
  notAccepted,
  refused,
  rejection,
  replyMissed,
  stalled,
  stayedAtHome,
  wrongSource,
} from './signs.ts';
import { answeredUnasked } from './unasked.ts';

/** What became of an exchange, as far as packets tell. `found` has the first finding kind that fits. */
export type Outcome =
  | { readonly kind: 'answered' }
  | {
      readonly kind: 'found';
      readonly finding: FindingKind;
      readonly level: Level;
      readonly success: Success;
    }
  /**
   * Nothing speaks for a failure, and the captures do not show the success; `synOnly`: those of this host would not, as of TCP
   * they hold SYNs only.
   */
  | { readonly kind: 'undecided'; readonly synOnly?: string };

export const ANSWERED: Outcome = { kind: 'answered' };

const found = (finding: FindingKind): Outcome & { kind: 'found' } => ({
  kind: 'found',
  finding,
  level: 'error',
  success: 'no',
});

/** The order is the contract's: the first kind that fits. */
export function outcomeOf(one: Case): Outcome {
  if (one.exchange.requests.length === 0 && stuckData(one)) return found('data-lost');
  if (answeredUnasked(one)) return found('no-reply-seen');
  if (one.exchange.requests.length === 0) return { kind: 'undecided' };
  if (askedMany(one)) return one.exchange.replies.length > 0 ? ANSWERED : { kind: 'undecided' };
  if (wrongSource(one)) return found('wrong-source');
  if (notAccepted(one)) return found('reply-not-accepted');
  if (stalled(one)) return found('handshake-stalled');
  if (refused(one)) return found('refused');
  if (rejection(one)) return found('rejected');
  if (stuckData(one)) return found('data-lost');
  const fate = fateOf(one);
  if (asymmetricReply(one)) return asymmetric('asymmetric-reply', fate, one);
  if (asymmetricRequest(one)) return asymmetric('asymmetric-request', fate, one);
  // No chance loses a SYN inside the host: a filter dropped it, or a queue was full. It may happen to the best now and then.
  if (one.stages.later?.only && one.witness.responderCovered)
    return { ...found('unanswered'), level: 'note', success: 'yes' };
  if (fate === 'arrived' || fate === 'sent') return ANSWERED;
  // Perhaps it came home where nobody looked.
  if (fate === 'missed') return { ...found('no-reply-seen'), success: 'open' };
  return fate === 'unknown' ? { kind: 'undecided' } : silence(one);
}

/** Whether it only took another way, if any, and the originator is seen to have got its answer. */
export function worked(outcome: Outcome): boolean {
  return outcome.kind === 'answered' || (outcome.kind === 'found' && outcome.success === 'yes');
}

/**
 * An asymmetric way is an error only where the packets show that the originator got no usable reply. Nor did the first tries of
 * a connection that stood when its SYN-ACK went another way: that took a second at least (RFC 6298), and a client that waits
 * for less has failed.
 */
function asymmetric(finding: FindingKind, fate: Fate, { stages }: Case): Outcome {
  if (fate === 'lost') return found(finding);
  if (fate === 'arrived' && stages.later && finding === 'asymmetric-reply')
    return { ...found(finding), success: 'yes' };
  return { kind: 'found', finding, level: 'warning', success: fate === 'arrived' ? 'yes' : 'open' };
}

/**
 * What became of the reply. `sent`: it left, and whether it came home nobody's capture would show: as good as an answer
 * where it went the right way. `missed`: it left, and did not come to where the request was seen to leave.
 */
type Fate = 'arrived' | 'sent' | 'lost' | 'missed' | 'unknown';

function fateOf(one: Case): Fate {
  const { exchange, stages, roles, witness } = one;
  if (acknowledged(exchange) || stages.replyReached || stages.later?.taken) return 'arrived';
  if (passedBackOnly(one) && witness.responderCovered) return 'lost';
  if (one.heldBack) return 'lost';
  if (exchange.replies.length === 0)
    return exchange.continues && !exchange.retransmitted ? 'unknown' : 'lost';
  if (askedAfterReply(exchange)) return 'lost';
  if (roles.originator !== null && witness.originatorCovered) return 'lost';
  if (roles.originator !== null) return missed(one) ? 'missed' : 'unknown';
  return replyMissed(exchange) ? 'unknown' : 'sent';
}

/**
 * The originator's captures cover only some of its interfaces, among them the one by which the request left: the reply is to
 * come in there, as far as its address is known to belong there. Who has no answer asks again by TCP.
 */
function missed({ exchange, stages, roles: { originator }, witness, identities }: Case): boolean {
  const left = stages.requestLeft;
  if (exchange.protocol === 'tcp' || !left || !stages.replyLeft) return false;
  const gaps = witness.missing.filter((gap) => gap.host === originator && gap.kind !== 'damaged');
  if (gaps.length === 0 || !gaps.every(({ kind }) => kind === 'some-interfaces')) return false;
  const identity = identities.find((one) => one.host === originator);
  const bearer = identity && interfaceBearing(identity, exchange.src);
  return bearer === undefined || bearer.name === left.interface;
}

/** No usable reply: where was the packet last seen, and does the next place's capture bear witness? */
function silence(one: Case): Outcome {
  const { exchange, stages, witness } = one;
  if (passedBackOnly(one) && witness.responderCovered) return found('unanswered');
  // It left, or was on its way, and did not come to the originator: that shows, or it was asked for again.
  if (exchange.replies.length > 0) return found('reply-lost');
  if (stayedAtHome(one)) return found('request-not-sent');
  if (stages.requestReached && witness.responderCovered) return found('unanswered');
  if (!stages.requestReached && stages.requestLeft && witness.responderCovered) return found('request-lost');
  if (cannotShowReply(one)) return { kind: 'undecided' };
  return { ...found('no-reply-seen'), success: mayHaveComeHome(one) ? 'open' : 'no' };
}

/** Nobody looked where the request left and its reply comes home, and it was not sent again. */
function mayHaveComeHome({ exchange, stages, witness }: Case): boolean {
  return !exchange.retransmitted && stages.requestLeft === null && !witness.originatorCovered;
}

/**
 * The captures hold only what went the other way than a reply would have: that none is in them is no sign of a failure. Who got
 * none asks again, save by ping.
 */
function cannotShowReply({ exchange, roles, witness: { missing } }: Case): boolean {
  const holdsOnly = (host: string | null, way: 'in' | 'out') =>
    missing.some(
      (gap) => gap.kind === 'one-direction' && gap.shown && gap.host === host && gap.direction === way,
    );
  const lacks = (role: 'originator' | 'responder') =>
    missing.some((gap) => gap.kind === 'no-capture' && gap.role === role);
  const hidden = missing.some((gap) => gap.kind === 'filtered' && gap.what === 'replies');
  const [sent, took] = [holdsOnly(roles.originator, 'out'), holdsOnly(roles.responder, 'in') || hidden];
  if (exchange.retransmitted || !(sent || took)) return false;
  return (sent || lacks('originator')) && (took || lacks('responder'));
}
