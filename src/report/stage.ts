import { sameIp } from '../addr/ip.ts';
import type { Sighting, SightingKind } from '../exchange/sighting.ts';
import { LARGE_BYTES } from '../exchange/stalls.ts';
import type { Finding } from '../finding/finding.ts';

/** Where on the packet's way a frame was seen, in the words of its labels. */
export type Stage =
  | 'sent'
  | 'sent-again'
  | 'strayed'
  | 'asked'
  | 'asked-again'
  | 'answered'
  | 'answered-again'
  | 'passed-back'
  | 'held-back'
  | 'arrived'
  | 'arrived-again'
  | 'reset-sent'
  | 'reset-arrived'
  | 'reset-by-originator'
  | 'acknowledged'
  | 'data-sent-again'
  | 'data-missed'
  | 'rejected'
  | 'gave-up'
  | 'link-question'
  | 'link-answer'
  | 'seen';

type Place = (one: Sighting, finding: Finding, before: readonly Sighting[]) => Stage;

/** The stage of one frame; `before` are the frames already told, to know a repetition. */
export function stageOf(one: Sighting, finding: Finding, before: readonly Sighting[]): Stage {
  return STAGES[one.kind](one, finding, before);
}

const STAGES: Record<SightingKind, Place> = {
  'echo-request': request,
  'echo-reply': reply,
  syn: request,
  'syn-ack': reply,
  rst: reset,
  'tcp-ack': () => 'acknowledged',
  'tcp-segment': (one) => (one.payloadLength >= LARGE_BYTES ? 'data-sent-again' : 'data-missed'),
  'icmp-error': (_, { kind }) => (kind === 'request-not-sent' ? 'gave-up' : 'rejected'),
  'arp-request': () => 'link-question',
  'arp-reply': () => 'link-answer',
  'neighbour-solicitation': () => 'link-question',
  'neighbour-advertisement': () => 'link-answer',
  udp: (one, finding, before) =>
    sameIp(one.src, finding.probe.src) ? request(one, finding, before) : reply(one, finding, before),
};

function request(one: Sighting, finding: Finding, before: readonly Sighting[]): Stage {
  const again = repeats(one, before);
  if (isHere(one, finding.originator, 'out')) return again ? 'sent-again' : 'sent';
  if (isHere(one, finding.responder, 'in')) return again ? 'asked-again' : 'asked';
  return one.host === finding.stray?.host && one.direction === 'in' ? 'strayed' : 'seen';
}

function reply(one: Sighting, finding: Finding, before: readonly Sighting[]): Stage {
  if (one.host === finding.heldBack?.host && one.direction === 'in') return 'held-back';
  if (isHere(one, finding.responder, 'out')) return repeats(one, before) ? 'answered-again' : 'answered';
  if (one.host === finding.responder && one.host !== finding.originator && one.direction === 'in')
    return 'passed-back';
  if (!isHere(one, finding.originator, 'in')) return 'seen';
  // Elsewhere a second one is a further sighting, or what came of a second request.
  return finding.kind === 'handshake-stalled' && repeats(one, before) ? 'arrived-again' : 'arrived';
}

function reset(one: Sighting, finding: Finding): Stage {
  if (sameIp(one.src, finding.probe.src)) return 'reset-by-originator';
  return isHere(one, finding.responder, 'out') ? 'reset-sent' : 'reset-arrived';
}

function isHere(one: Sighting, host: string | null, direction: 'in' | 'out'): boolean {
  if (one.direction === 'unknown') return one.host === host;
  return one.direction === direction && (one.host === host || host === null);
}

function repeats(one: Sighting, before: readonly Sighting[]): boolean {
  return before.some(
    (other) => other.kind === one.kind && other.host === one.host && other.direction === one.direction,
  );
}
