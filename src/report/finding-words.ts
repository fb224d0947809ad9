import { formatIp } from '../addr/ip.ts';
import type { Finding, FindingKind, Place } from '../finding/finding.ts';
import { refusedByAnother } from '../finding/reset.ts';
import { duration } from './moment.ts';

/** The finding in one sentence that stands alone: who, to whom, by which interfaces. No full stop, no capital. */
export function sentenceOf(finding: Finding): string {
  return SENTENCES[finding.kind](finding);
}

const SENTENCES: Record<FindingKind, (finding: Finding) => string> = {
  'request-not-sent': notSent,
  'request-lost': (one) =>
    `${request(one)} left ${who(one.originator, one.path.requestLeft)}${by(one.path.requestLeft)} and never reached ${asked(one)}${strayed(one)}`,
  unanswered: (one) =>
    `${answerer(one)} did not answer ${askerSeen(one)}: ${request(one)}${to(toPort(one))} reached it${on(one.path.requestReached)}, and no reply left${lateness(one)}`,
  'asymmetric-reply': asymmetricReply,
  'asymmetric-request': (one) =>
    `${request(one)}${to(toPort(one))} left ${who(one.originator, one.path.requestLeft)}${by(one.path.requestLeft)}, which does not bear its source ${asker(one)}`,
  'wrong-source': wrongSource,
  'reply-lost': replyLost,
  'reply-not-accepted': (one) =>
    `${originator(one)} did not take ${replyOf(one)} of ${target(one)}${toPort(one)} that reached it${on(one.path.replyReached)}`,
  refused: (one) =>
    `${refusedByAnother(one) ? 'somebody on the way' : answerer(one)} refused the connection of ${asker(one)} to ${target(one)}${toPort(one)} with a reset (RST)`,
  rejected,
  'handshake-stalled': (one) =>
    `the TCP handshake of ${originator(one)} with ${target(one)}${toPort(one)} stalled: ${one.path.replyLeft ? 'SYN and SYN-ACK arrived, the last ACK did not' : 'the SYN-ACK comes again and again, though it was acknowledged'}`,
  'data-lost': (one) =>
    `between ${originator(one)} and ${target(one)}${toPort(one)} small packets arrive and large ones are lost`,
  'no-reply-seen': noReplySeen,
};

function notSent(one: Finding): string {
  const asking = one.unresolved;
  const host = originator(one);
  if (!asking)
    return `${host} never sent ${request(one)} to ${target(one)}: it stayed on its loopback device`;
  const question = asking.target.family === 4 ? 'ARP' : 'neighbour discovery';
  const device = asking.interface ? ` on ${asking.interface}` : '';
  const answered = `nobody answered its ${question} for ${formatIp(asking.target)}${device}`;
  const subject = one.probe.dst
    ? `its request to ${formatIp(one.probe.dst)}`
    : `a packet by way of ${formatIp(asking.target)}`;
  return `${host} never sent ${subject}: ${answered}`;
}

function asymmetricReply(one: Finding): string {
  const { requestReached, replyLeft, requestLeft, replyReached } = one.path;
  if (differ(requestReached, replyLeft)) {
    return `${answerer(one)} answered ${askerSeen(one)}${fromPort(one)}${by(replyLeft)}, but was asked${on(requestReached)}${lateness(one)}`;
  }
  return `${originator(one)} asked ${target(one)}${toPort(one)}${by(requestLeft)}, but the reply came in${on(replyReached)}`;
}

/** It worked in the end; one that did not needs no more words. */
function lateness({ late, success, count }: Finding): string {
  if (!late || success !== 'yes') return '';
  const what = count === 1 ? 'the connection stood' : 'the first connection stood';
  return `: ${what} only ${duration(late.nanos)} later, when the SYN-ACK left${by(late)}`;
}

function wrongSource(one: Finding): string {
  const source = one.path.replyReached?.src ?? one.path.replyLeft?.src;
  const bears = source ? `a reply from ${formatIp(source)}` : 'a reply from another address';
  return `${originator(one)} asked ${target(one)}${toPort(one)} and got ${bears}`;
}

function rejected(one: Finding): string {
  const error = one.evidence.find((sighting) => sighting.kind === 'icmp-error');
  const sender = error ? formatIp(error.src) : 'somebody on the way';
  return `${sender} rejected ${request(one)} of ${originator(one)} to ${target(one)}${toPort(one)} with an ICMP error`;
}

function replyLost(one: Finding): string {
  if (one.path.replyLeft || one.originator)
    return `${replyOf(one)} of ${answerer(one)}${toPort(one)} left${by(one.path.replyLeft)} and never reached ${who(one.originator, null)} (${asker(one)})${heldBack(one)}`;
  if (one.heldBack) return `${replyOf(one)} of ${answerer(one)} never reached ${asker(one)}${heldBack(one)}`;
  // Nobody can tell at which end of its way it was seen.
  const seen = one.evidence.find(({ kind }) => kind === 'syn-ack');
  const where = seen ? ` (seen${on(seen)} of ${seen.host})` : '';
  return `${asker(one)} asked again for ${replyOf(one)} of ${target(one)}${toPort(one)}${where}: it did not get it, or did not take it`;
}

/** Where it came to instead. */
function strayed({ stray }: Finding): string {
  return stray ? `: it came to ${stray.host}${on(stray)}` : '';
}

function heldBack({ heldBack: held }: Finding): string {
  return held ? `: it came to ${held.host}${on(held)} and did not go on` : '';
}

function noReplySeen(one: Finding): string {
  if (one.protocol === 'tcp' && one.path.replyLeft && one.examples[0]?.requests.length === 0)
    return `${replyOf(one)} of ${answerer(one)} to ${asker(one)} left${by(one.path.replyLeft)}, which does not bear its source ${target(one)}, again and again; where the SYN came in was not captured`;
  if (one.path.replyLeft)
    return `${replyOf(one)} of ${answerer(one)}${toPort(one)} left${by(one.path.replyLeft)} and is not seen at ${who(one.originator, null)} (${asker(one)}), whose captures cover only some interfaces`;
  const where = one.path.requestReached ?? one.stray ?? one.path.requestLeft;
  const place = where ? ` (seen${where.interface ? ` on ${where.interface}` : ''} of ${where.host})` : '';
  return `no reply is seen to ${request(one)} of ${originator(one)} to ${target(one)}${toPort(one)}${place}, and the captures cannot tell what became of it`;
}

function request(one: Finding): string {
  return one.protocol === 'tcp' ? 'the SYN' : one.protocol === 'udp' ? 'the datagram' : 'the echo request';
}

function replyOf(one: Finding): string {
  return one.protocol === 'tcp' ? 'the SYN-ACK' : one.protocol === 'udp' ? 'the answer' : 'the echo reply';
}

/** The originator by name, else by the address it asked from. */
function originator(one: Finding): string {
  return one.originator ?? asker(one);
}

function asker(one: Finding): string {
  return one.probe.src ? formatIp(one.probe.src) : (one.originator ?? 'many senders');
}

/** As the one who was asked saw it: a box on the way may have put another address in place of it. */
function askerSeen(one: Finding): string {
  const { requestReached } = one.path;
  return one.probe.src && requestReached ? formatIp(requestReached.src) : asker(one);
}

function answerer(one: Finding): string {
  return one.responder ?? target(one);
}

function target(one: Finding): string {
  return one.probe.dst ? formatIp(one.probe.dst) : (one.responder ?? 'the responder');
}

/** The responder by name and address. */
function asked(one: Finding): string {
  const address = target(one);
  const at = `${address}${toPort(one)}`;
  return one.responder && one.responder !== address ? `${one.responder} (${at})` : at;
}

function who(host: string | null, place: Place | null): string {
  return host ?? place?.host ?? 'the originator';
}

function by(place: Pick<Place, 'interface'> | null): string {
  return place?.interface ? ` by ${place.interface}` : '';
}

function on(place: Pick<Place, 'interface'> | null): string {
  return place?.interface ? ` on ${place.interface}` : '';
}

function toPort(one: Finding): string {
  return one.probe.dstPort === null ? '' : ` port ${one.probe.dstPort}`;
}

function to(port: string): string {
  return port === '' ? '' : ` to${port}`;
}

/** Where no word of the sentence tells which protocol's. */
function fromPort(one: Finding): string {
  const port = toPort(one);
  return port === '' ? '' : ` from ${one.protocol.toUpperCase()}${port}`;
}

function differ(a: Place | null, b: Place | null): boolean {
  return !!a?.interface && !!b?.interface && a.interface !== b.interface;
}
