import { sameIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { LARGE_BYTES } from '../exchange/stalls.ts';
import type { Distinction, FindingKind } from './finding.ts';
import type { Case } from './signs.ts';

/** Kinds that say only that a packet vanished under way, or that nobody saw what became of it. */
const VANISHED: ReadonlySet<FindingKind> = new Set(['request-lost', 'reply-lost', 'no-reply-seen']);

/** A segment recorded so often was sent once more before, and does not fail to arrive by chance. */
const SENT_AGAIN = 2;

/** Data of a TCP connection that does not get through, although small packets do. */
export interface StuckData {
  /** Who sends it. */
  readonly from: 'originator' | 'responder';
  /** `sender`: large segments are sent again and again; `receiver`: it still misses what came before data it has. */
  readonly seenBy: 'sender' | 'receiver';
  readonly segments: readonly Sighting[];
  /** Sent by the one and, as the capture of the other shows, never come; else only one side tells. */
  readonly witnessed: boolean;
}

type Seen = Pick<Case, 'exchange' | 'roles' | 'witness'>;
type End = StuckData['from'];
const ENDS: readonly End[] = ['originator', 'responder'];

/** As the sender shows it, else as the receiver does. */
export function stuckData(one: Seen): StuckData | null {
  if (one.exchange.protocol !== 'tcp' || !one.exchange.stalled) return null;
  const told = ENDS.map((from) => sentInVain(one, from) ?? missed(one, from));
  return told.find((stuck) => stuck?.seenBy === 'sender') ?? told.find((stuck) => stuck !== null) ?? null;
}

/** The same large segment is sent again and again. */
function sentInVain(one: Seen, from: End): StuckData | null {
  const { exchange, roles, witness } = one;
  const taker = other(from);
  const sent = segmentsAt(one, from, from).filter(isLarge);
  const last = sent.at(-1);
  const segments = sent.filter(
    ({ seq, interface: device }) => seq === last?.seq && device === last.interface,
  );
  if (!last || segments.length < SENT_AGAIN) return null;
  if (segmentsAt(one, taker, from).some((came) => isLarge(came) && came.seq === last.seq)) return null;
  const covered = taker === 'responder' ? witness.responderCovered : witness.originatorCovered;
  const shows = exchange.acks.some(({ host }) => host === roles[taker]);
  const spoke = segmentsAt(one, from, taker).some((said) => !isLarge(said));
  if (covered && (shows || spoke)) return { from, seenBy: 'sender', segments, witnessed: true };
  const told = spoke || (isFirstLarge(one, from, last.seq) && !answeredAgain(one));
  return told && !covered ? { from, seenBy: 'sender', segments, witnessed: false } : null;
}

/** Nothing large ever came, and what came after it is acknowledged as out of order, long after it should have been repaired. */
function missed(one: Seen, from: End): StuckData | null {
  const taker = other(from);
  const segments = segmentsAt(one, taker, taker).filter((said) => !isLarge(said));
  if (segments.length === 0 || segmentsAt(one, taker, from).some(isLarge)) return null;
  if (!isFirstLarge(one, from, segments[0].ack)) return null;
  return { from, seenBy: 'receiver', segments, witnessed: false };
}

/** Segments that one end sent, as one end saw them. */
function segmentsAt({ exchange, roles }: Seen, at: End, from: End): Sighting[] {
  const way = at === from ? 'out' : 'in';
  return exchange.segments.filter(({ host, direction, src, sourcePort }) => {
    if (host !== roles[at]) return false;
    if (direction !== 'unknown') return direction === way;
    const byOriginator = sameIp(src, exchange.src) && sourcePort === exchange.srcPort;
    return byOriginator === (from === 'originator');
  });
}

function isLarge({ payloadLength }: Sighting): boolean {
  return payloadLength >= LARGE_BYTES;
}

/** Less than one large segment was acknowledged before, so none ever was. */
function isFirstLarge({ exchange }: Seen, from: End, seq: number): boolean {
  const opened = (from === 'originator' ? exchange.requests : exchange.replies)[0];
  return opened !== undefined && ((seq - opened.seq) | 0) < LARGE_BYTES;
}

/** The SYN-ACK came again: the handshake is not over for the responder, so its silence has another reason. */
function answeredAgain({ exchange: { replies }, roles }: Seen): boolean {
  return ENDS.some((end) => {
    const here = replies.filter(({ host }) => host === roles[end]);
    return here.some((one) => one !== here[0] && one.interface === here[0].interface);
  });
}

function other(end: End): End {
  return end === 'originator' ? 'responder' : 'originator';
}

/** Echo requests that vanish under way, all of them large, while all smaller ones to the same address are answered. */
export function losesLarge(one: Case, finding: FindingKind, distinction: Distinction | null): boolean {
  if (!VANISHED.has(finding)) return false;
  if (!one.exchange.protocol.startsWith('icmp') || distinction?.kind !== 'size') return false;
  return distinction.failed.least >= LARGE_BYTES;
}
