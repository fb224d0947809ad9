import { sameIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding, FindingKind } from '../finding/finding.ts';
import type { Stage } from './stage.ts';

type Test = (one: Sighting, stage: Stage, finding: Finding) => boolean;

/** Whether a frame shows what is wrong, rather than why one expects otherwise. */
export function isWrong(one: Sighting, stage: Stage, finding: Finding): boolean {
  return WRONG[finding.kind](one, stage, finding);
}

const WRONG: Record<FindingKind, Test> = {
  'request-not-sent': (_, stage) => stage === 'link-question',
  'request-lost': lastSeen,
  unanswered: (_, stage) => stage === 'asked',
  'asymmetric-reply': astray,
  'asymmetric-request': (_, stage) => stage === 'sent',
  'wrong-source': (one, stage, finding) =>
    (stage === 'answered' || stage === 'arrived' || stage === 'seen') &&
    bearsOther(one, finding) &&
    !sameIp(one.src, finding.probe.src),
  'reply-lost': (_, stage) => stage === 'answered' || stage === 'held-back',
  'reply-not-accepted': (_, stage) => ['sent-again', 'reset-by-originator', 'arrived'].includes(stage),
  refused: (_, stage) => stage === 'reset-sent' || stage === 'reset-arrived',
  rejected: (_, stage) => stage === 'rejected',
  'handshake-stalled': (_, stage) => stage === 'answered-again' || stage === 'arrived-again',
  'data-lost': (_, stage) =>
    stage === 'rejected' || stage === 'sent-again' || stage === 'data-sent-again' || stage === 'data-missed',
  'no-reply-seen': (one, stage, finding) =>
    finding.path.replyLeft ? stage === 'answered' : stage === 'asked' || lastSeen(one, stage, finding),
};

/** A reply from another address than its host saw asked; behind a translating box that is not the originator's. */
export function bearsOther(one: Sighting, { probe, translated }: Finding): boolean {
  if (translated && one.host === translated.host) return !sameIp(one.src, translated.dst);
  return !sameIp(one.src, probe.dst);
}

/** The last place where the request was seen. */
function lastSeen(_: Sighting, stage: Stage, { stray }: Finding): boolean {
  return stage === (stray ? 'strayed' : 'sent');
}

/** The reply where it took another interface: leaving the responder, else reaching the originator. */
function astray(_: Sighting, stage: Stage, { path }: Finding): boolean {
  const { requestReached, replyLeft } = path;
  const atResponder =
    !!requestReached?.interface && !!replyLeft?.interface && requestReached.interface !== replyLeft.interface;
  return stage === (atResponder ? 'answered' : 'arrived');
}
