import { compareTime } from '../addr/time.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { stuckData } from './data-lost.ts';
import type { FindingKind, Level } from './finding.ts';
import type { Stages } from './path.ts';
import {
  acknowledged,
  askedMany,
  asymmetricReply,
  asymmetricRequest,
  type Case,
  notAccepted,
  refused,
  rejection,
  stalled,
  wrongSource,
} from './signs.ts';

/** What became of an exchange, as far as packets tell. `found` has the first finding kind that fits. */
export type Outcome =
  | { readonly kind: 'answered' }
  | { readonly kind: 'found'; readonly finding: FindingKind; readonly level: Level }
  /** Nothing speaks for a failure, and the captures do not show the success. */
  | { readonly kind: 'undecided' };

export const ANSWERED: Outcome = { kind: 'answered' };

const found = (finding: FindingKind, level: Level = 'error'): Outcome => ({ kind: 'found', finding, level });

/** The order is the contract's: the first kind that fits. */
export function outcomeOf(one: Case): Outcome {
  if (one.exchange.requests.length === 0 && stuckData(one)) return found('data-lost');
  if (one.exchange.requests.length === 0) return { kind: 'undecided' };
  if (askedMany(one)) return one.exchange.replies.length > 0 ? ANSWERED : { kind: 'undecided' };
  if (wrongSource(one)) return found('wrong-source');
  if (notAccepted(one)) return found('reply-not-accepted');
  if (stalled(one)) return found('handshake-stalled');
  if (refused(one)) return found('refused');
  if (rejection(one)) return found('rejected');
  if (stuckData(one)) return found('data-lost');
  const success = succeeded(one);
  if (asymmetricReply(one.stages)) return asymmetric('asymmetric-reply', success);
  if (asymmetricRequest(one)) return asymmetric('asymmetric-request', success);
  if (success === 'yes') return ANSWERED;
  return success === 'unknown' ? { kind: 'undecided' } : silence(one);
}

/** Whether it failed or only took another way. */
export function worked(outcome: Outcome): boolean {
  return outcome.kind === 'answered' || (outcome.kind === 'found' && outcome.level === 'warning');
}

/** An asymmetric way is an error only where the packets show that the originator got no usable reply. */
function asymmetric(finding: FindingKind, success: Success): Outcome {
  return success === 'no' ? found(finding) : found(finding, 'warning');
}

type Success = 'yes' | 'no' | 'unknown';

function succeeded(one: Case): Success {
  const { exchange, stages, roles, witness } = one;
  if (acknowledged(exchange) || stages.replyReached) return 'yes';
  if (exchange.replies.length === 0) return exchange.continues && !exchange.retransmitted ? 'unknown' : 'no';
  if (repeatedAfterReply(exchange, stages.replyLeft)) return 'no';
  if (roles.originator === null || roles.responder === null) return 'yes';
  return witness.originatorCovered ? 'no' : 'unknown';
}

/** A SYN that comes again after its SYN-ACK left shows that the originator did not get it. */
function repeatedAfterReply(exchange: Exchange, replyLeft: Sighting | null): boolean {
  if (exchange.protocol !== 'tcp' || replyLeft === null) return false;
  return exchange.requests.some(
    (one) => one.host === replyLeft.host && compareTime(one.time, replyLeft.time) > 0,
  );
}

/** No usable reply: where was the packet last seen, and does the next place's capture bear witness? */
function silence(one: Case): Outcome {
  const { stages, witness } = one;
  if (stages.replyLeft) return witness.originatorCovered ? found('reply-lost') : repeatedLoss(stages);
  if (stages.requestReached && witness.responderCovered) return found('unanswered');
  if (!stages.requestReached && stages.requestLeft && witness.responderCovered) return found('request-lost');
  return cannotShowReply(one) ? { kind: 'undecided' } : found('no-reply-seen');
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
  const [sent, took] = [holdsOnly(roles.originator, 'out'), holdsOnly(roles.responder, 'in')];
  if (exchange.retransmitted || !(sent || took)) return false;
  return (sent || lacks('originator')) && (took || lacks('responder'));
}

/** A SYN-ACK that left and was asked for again is lost, whether or not the originator's side was captured. */
function repeatedLoss(stages: Stages): Outcome {
  return stages.replyLeft?.kind === 'syn-ack' ? found('reply-lost') : found('no-reply-seen');
}
