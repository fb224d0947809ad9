import { formatIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding, WitnessGap } from '../finding/finding.ts';
import type { Missing } from '../linux/decision.ts';
import type { Neighbour } from '../linux/host-state.ts';
import { networkDevice } from '../linux/network-device.ts';
import { bearerDown } from './bearer-down.ts';
import type { Cause } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { atMost, causeOf } from './draft.ts';
import { duplicateAddress } from './duplicate-address.ts';
import { foreignSource } from './foreign-source.ts';
import { stoppedBetween } from './held-back.ts';
import { captureMissing, gapWords } from './not-enough.ts';
import { sentNowhere } from './nowhere.ts';
import { lastSeenBetween, strayedOnTheWay } from './on-the-way.ts';
import { replyArrival } from './originator.ts';
import { writtenDown, wrongNeighbour } from './permanent-neighbour.ts';
import { refusedBetween } from './rejected.ts';
import { errorAboutReply, noWayBack } from './reply-error.ts';
import { byOtherRouter, roundabout } from './roundabout.ts';
import { sentTooShort } from './sent-ttl.ts';
import { tooLargeToTake } from './small-taker.ts';
import { explainStray } from './stray.ts';
import { tunnelled } from './tunnelled.ts';
import { requestUnseen } from './unseen-request.ts';

/** It left one host and did not come to the other: the network's, once what was seen clears both hosts. */
export function explainLost(finding: Finding, context: ReasonContext): Cause[] {
  const nowhere = finding.kind === 'request-lost' ? sentNowhere(finding, context) : null;
  if (nowhere) return [nowhere];
  const error = finding.kind === 'reply-lost' ? errorAboutReply(finding, context) : undefined;
  const foreign =
    finding.kind === 'reply-lost' ? foreignSource(finding, context, noWayBack(finding, context)) : null;
  if (foreign) return [foreign];
  if (error) return refusedBetween({ finding, context, error, reply: true });
  const own = droppedByOriginator(finding, context);
  if (own.length > 0) return own;
  // What was lost went the other way than the reply, which arrived.
  if (finding.kind === 'handshake-stalled') return [lostInNetwork(finding)];
  const way = { finding, context, reply: ofReply(finding) };
  const short = sentTooShort({ ...way, error: null });
  if (short) return [short];
  const between = [...stoppedBetween(way), ...strayedOnTheWay(way)];
  if (between.length > 0) return between;
  const down = downAtResponder(finding, context);
  if (down) return [down];
  const around = roundaboutOf(finding, context);
  if (around) return [around];
  const written = writtenDownFor(finding, context);
  if (written?.wrong) return [written.wrong];
  const stray = explainStray(finding, context);
  if (stray.length > 0) return stray;
  const twice = finding.kind === 'request-lost' ? duplicateAddress(finding, context) : null;
  if (twice) return [twice];
  const unseen = requestUnseen(finding, context);
  if (unseen) return unseen;
  const large = tooLargeToTake(finding, context, ofReply(finding));
  if (large) return [large];
  const open = notCleared(finding, context);
  if (open.length > 0) return [undecided(finding, open)];
  const lost = beyond(otherWay(lostInNetwork(finding), finding, context), lastSeenBetween(way));
  return [written ? withEntry(lost, written.host, written.entry) : insideTunnel(finding, context, lost)];
}

/** The interface that bears the address asked has no carrier, or is not up. */
export function downAtResponder(finding: Finding, context: ReasonContext): Cause | null {
  const { kind, responder, probe } = finding;
  if (kind !== 'request-lost' && kind !== 'no-reply-seen') return null;
  return bearerDown(stateOf(context, responder), probe.dst, finding, context);
}

/** Its state tells what a capture would not: filters work behind the place where packets are captured. */
function droppedByOriginator(finding: Finding, context: ReasonContext): Cause[] {
  const uncaptured = finding.witness.missing.some(
    (gap) => gap.kind === 'no-capture' && gap.role === 'originator',
  );
  if (finding.kind !== 'reply-lost' || !uncaptured) return [];
  return replyArrival(finding, context).causes.map((cause) => atMost(cause, 'likely'));
}

/** What keeps the sender from being cleared: unknown interfaces, so that its choice of way cannot be judged. */
function notCleared(finding: Finding, context: ReasonContext): Missing[] {
  const { requestLeft, requestReached, replyLeft } = finding.path;
  if (ofReply(finding)) {
    const known = requestReached?.interface && replyLeft?.interface;
    return known ? [] : [linksOf(called(finding.responder, 'responder'))];
  }
  const known = context.identities.some((one) => one.host === finding.originator) && requestLeft?.interface;
  return known ? [] : [linksOf(called(finding.originator, 'originator'))];
}

/** The lost packet as it left its host. */
function leftAs(finding: Finding, context: ReasonContext): Sighting | undefined {
  const place = ofReply(finding) ? finding.path.replyLeft : finding.path.requestLeft;
  const [exchange] = finding.examples;
  const seen = ofReply(finding) ? exchange?.replies : exchange?.requests;
  const state = stateOf(context, place?.host ?? null);
  const routed = (device: string | null) => (device && state ? networkDevice(state, device) : device);
  return seen?.find((one) => one.host === place?.host && routed(one.interface) === place.interface);
}

function roundaboutOf(finding: Finding, context: ReasonContext): Cause | null {
  const left = leftAs(finding, context);
  const state = stateOf(context, left?.host ?? null);
  return left && state ? roundabout(state, left) : null;
}

/** The sender's own entry for its next hop, and the cause where it is known to be wrong. */
function writtenDownFor(finding: Finding, context: ReasonContext) {
  const left = leftAs(finding, context);
  const state = stateOf(context, left?.host ?? null);
  if (!left || !state || left.interface === null) return null;
  const written = writtenDown(state, left, context);
  return (
    written && {
      host: state.name,
      entry: written.entry,
      wrong: wrongNeighbour(state.name, left.interface, written),
    }
  );
}

function insideTunnel(finding: Finding, context: ReasonContext, lost: Cause): Cause {
  const left = ofReply(finding) ? finding.path.replyLeft : finding.path.requestLeft;
  const state = stateOf(context, left?.host ?? null);
  return state && left?.interface ? tunnelled(state, left.interface, lost) : lost;
}

/** The same interface, but not the same router. */
function otherWay(cause: Cause, finding: Finding, context: ReasonContext): Cause {
  const left = leftAs(finding, context);
  const state = stateOf(context, left?.host ?? null);
  if (!left || !state || !ofReply(finding)) return cause;
  const request = finding.examples[0]?.requests.find((one) => one.host === left.host);
  const note = byOtherRouter(state, request, left);
  return note ? { ...atMost(cause, 'likely'), notes: [note, ...cause.notes] } : cause;
}

/** A host on the way saw it, too. */
function beyond(cause: Cause, last: Sighting | null): Cause {
  if (!last) return cause;
  const where = last.interface === null ? last.host : `${last.host} on ${last.interface}`;
  const how = last.direction === 'out' ? 'leaving' : last.direction === 'in' ? 'coming into' : 'at';
  const note = `it was seen last ${how} ${where} (${last.file}, frame ${last.frame})`;
  return { ...atMost(cause, last.direction === 'out' ? 'certain' : 'likely'), notes: [note, ...cause.notes] };
}

/** Nothing shows whether what somebody wrote down is still true. */
function withEntry(cause: Cause, host: string, { address, device, mac, span }: Neighbour): Cause {
  return {
    ...atMost(cause, 'likely'),
    sources: [{ span, mark: 'context', label: 'written down, never asked', where: null }],
    notes: [
      ...cause.notes,
      `a permanent entry says that ${formatIp(address)} is at ${mac}; nobody is seen to ask or to say so`,
    ],
    missing: [
      ...cause.missing,
      {
        kind: 'neighbours',
        what: `arping -I ${device} ${formatIp(address)} (on ${host}): whether it is at ${mac}`,
      },
    ],
  };
}

function linksOf(host: string): Missing {
  return {
    kind: 'links',
    what: `ip addr (on ${host}): which interface the packet left by, and whether that was the right one`,
  };
}

function ofReply(finding: Finding): boolean {
  return finding.kind === 'reply-lost' || finding.kind === 'handshake-stalled';
}

function undecided(finding: Finding, missing: readonly Missing[]): Cause {
  if (ofReply(finding) && finding.path.replyLeft === null && finding.originator === null) {
    const sentence =
      'whether the reply was lost on its way, or reached the originator and was not taken, cannot be told';
    return { ...captureMissing(finding), sentence };
  }
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: `${whatOf(finding)} was lost on its way; whether it left by the right interface cannot be told`,
    missing,
  });
}

function lostInNetwork(finding: Finding): Cause {
  const reply = ofReply(finding);
  const back = reply && finding.kind !== 'handshake-stalled';
  const from = back ? finding.path.replyLeft : finding.path.requestLeft;
  const to = back ? called(finding.originator, 'originator') : called(finding.responder, 'responder');
  const left = from
    ? `left ${from.host} by ${from.interface ?? 'an interface'} with source ${formatIp(from.src)}`
    : 'left';
  const weak = weakWitness(finding);
  const { stray, answeredUnseen } = finding;
  const another = answeredUnseen > 0 ? [answeredElsewhere(finding)] : [];
  const strayed = stray
    ? `between ${stray.host}, which it came to${stray.interface ? ` on ${stray.interface}` : ''}, and the next place `
    : '';
  return causeOf({
    kind: 'lost-in-network',
    host: null,
    confidence: weak.length === 0 && !stray && another.length === 0 ? 'certain' : 'likely',
    sentence: `${whatOf(finding)} ${left} and was lost ${strayed}before ${to}`,
    notes: [
      ...another,
      ...weak.map((gap) => `what would make it sure: ${gapWords(gap)}`),
      'a capture at the next router on the way would narrow it down',
    ],
  });
}

function answeredElsewhere({ answeredUnseen, responder, probe }: Finding): string {
  const address = probe.dst ? formatIp(probe.dst) : 'that address';
  const [were, them] = answeredUnseen === 1 ? ['exchange was', 'it'] : ['exchanges were', 'them'];
  return `${answeredUnseen} other ${were} answered from ${address}, and the capture of ${responder} shows nothing of ${them}: another host may bear ${address}, too (\`arping -D -I IFACE ${address}\` there)`;
}

/** Gaps of the host where it should have arrived. */
export function weakWitness(finding: Finding): WitnessGap[] {
  const ofRequest = finding.kind === 'request-lost' || finding.kind === 'handshake-stalled';
  const role = ofRequest ? 'responder' : 'originator';
  const host = finding[role];
  return finding.witness.missing.filter((gap) => ('role' in gap ? gap.role === role : gap.host === host));
}

function whatOf(finding: Finding): string {
  if (finding.kind === 'handshake-stalled') return 'the last ACK of the handshake';
  return ofReply(finding) ? 'the reply' : 'the request';
}
