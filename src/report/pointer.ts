import { formatIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import { gapOf } from './moment.ts';
import { bearsOther, isWrong } from './pointer-wrong.ts';
import { type Stage, stageOf } from './stage.ts';

/** What a report says beside a frame it quotes. */
export interface Pointer {
  readonly sighting: Sighting;
  /** Marked `^^^`: what is wrong. Otherwise `---`: why one expects something else. */
  readonly wrong: boolean;
  /** What is marked: the interface and direction, or the source address. */
  readonly at: 'place' | 'source';
  readonly label: string;
}

/** A finding's evidence, each frame with its label; at least one of them is what is wrong. */
export function pointersOf(finding: Finding): readonly Pointer[] {
  const { evidence } = finding;
  const stages = evidence.map((one, index) => stageOf(one, finding, evidence.slice(0, index)));
  const wrong = evidence.map((one, index) => isWrong(one, stages[index], finding));
  if (!wrong.includes(true)) wrong[wrong.length - 1] = true;
  return evidence.map((sighting, index) => ({
    sighting,
    wrong: wrong[index],
    at: wrong[index] && finding.kind === 'wrong-source' ? 'source' : 'place',
    label: labelOf(sighting, stages[index], finding, evidence.slice(0, index)),
  }));
}

/** The frame that stands for the finding where there is room for one only. */
export function keyFrame(finding: Finding): Sighting | null {
  return pointersOf(finding).find((one) => one.wrong)?.sighting ?? null;
}

const WORDS: Record<Stage, string> = {
  sent: 'sent here',
  'sent-again': 'sent again',
  strayed: 'came here',
  asked: 'asked here',
  'asked-again': 'asked again',
  answered: 'answered here',
  'answered-again': 'answered again',
  'passed-back': 'answered by somebody behind it',
  'held-back': 'the reply came here, and did not go on',
  arrived: 'the reply arrived here',
  'arrived-again': 'the reply arrived again',
  'reset-sent': 'refused here',
  'reset-arrived': 'the refusal arrived here',
  'reset-by-originator': 'the originator resets it: nothing waits for it there',
  acknowledged: 'acknowledged here',
  'data-sent-again': 'the same data, sent again',
  'data-missed': 'what came before is still missing',
  rejected: 'rejected',
  'gave-up': 'says itself that its request was not sent',
  'link-question': 'asks for the link-layer address',
  'link-answer': 'answers with its link-layer address',
  seen: 'seen here',
};

function labelOf(one: Sighting, stage: Stage, finding: Finding, before: readonly Sighting[]): string {
  const words = [WORDS[stage], sinceBefore(one, stage, before)].filter((word) => word !== '').join(', ');
  return words + aside(one, stage, finding);
}

/** Only on one clock: the order of events on two hosts is known no better than their clocks. */
function sinceBefore(one: Sighting, stage: Stage, before: readonly Sighting[]): string {
  if (stage === 'sent' || stage === 'asked') return '';
  const gap = before
    .filter((other) => other.host === one.host)
    .map((other) => gapOf(other.time, one.time))[0];
  return gap ? `${gap} later` : '';
}

/** What did not follow, or what the frame should have borne. */
function aside(one: Sighting, stage: Stage, finding: Finding): string {
  const { kind, probe, responder, originator } = finding;
  if (kind === 'wrong-source' && (stage === 'answered' || stage === 'arrived') && bearsOther(one, finding)) {
    return probe.dst ? `, from another address than the one asked (${formatIp(probe.dst)})` : '';
  }
  if (kind === 'unanswered' && stage === 'asked') return ', and no reply left';
  if (kind === 'unanswered' && stage === 'passed-back') return ', and not passed on';
  if (kind === 'request-lost' && stage === 'sent') return `, never seen on ${responder ?? 'the responder'}`;
  if ((kind === 'reply-lost' || kind === 'no-reply-seen') && stage === 'answered')
    return `, never seen on ${originator ?? 'the originator'}`;
  if (stage === 'strayed' && finding.stray?.covered) return ', and did not go on';
  if (stage === 'link-question') return ', and nobody answers';
  return '';
}
