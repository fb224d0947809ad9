import type { Packet } from '../decode/packet.ts';
import { destinationEnd, sourceEnd } from './connections.ts';
import { S_STALLS_UNTIL, STALLS_SENT, STALLS_WATCHES } from './shortcut/layout.ts';

/**
 * Bytes behind the IP header. Every link of IPv6 carries 1280 bytes, and hardly one of IPv4 less: what is smaller than
 * this is not lost for its size.
 */
export const LARGE_BYTES = 1000;

/** What a segment tells of a connection whose data may be stuck. */
export const STALL_NONE = 0;
/** A large segment that was sent before, and long enough ago for it to be sent for want of an answer. */
export const STALL_AGAIN = 1;
/** A receiver that still misses what comes before data it has (a selective acknowledgement, RFC 2018). */
export const STALL_GAP = 2;
/** The other end speaks and acknowledges nothing of it. */
export const STALL_SPOKE = 3;
/** It was acknowledged: the trouble is over. */
export const STALL_OVER = 4;

/**
 * Large segments remembered, and connections in trouble at once: powers of two, what is newer takes the slot. The segments
 * must stay in the processor's nearest cache: with eight times as many a busy capture took a quarter longer.
 */
const SENT_BITS = 13;
const WATCHED = 1 << 10;
/** Of a segment that was sent 24 bits of its hash are kept, below them the time in these units, as far as 8 bits go. */
const UNIT_MS = 64;
const TIME = 0xff;
/** Retransmissions for want of an answer come after 200 ms (Linux) or more; the further sightings of one packet at once. */
const AGAIN_UNITS = 3;
/** A difference beyond is one of packets in disorder. */
const AGAIN_MOST = 0xf0;
/** The timer doubles each time: the third sending comes within a second. */
const WATCH_SECONDS = 8;
/** Packets of the other end that are told of one trouble. */
const SPOKEN = 4;

const W_ENDS = 0;
/** Who should acknowledge it. */
const W_TAKER = 1;
const W_SEQ = 2;
const W_LEFT = 3;
const WATCH = 4;

/**
 * Tells which TCP segments show that data does not arrive. A large segment costs a look at a table; all others cost
 * nothing while no connection of the host is in trouble. Nothing is kept of one that is not.
 */
export class Stalls {
  private readonly sent: Int32Array;
  private readonly watches: Int32Array;
  private readonly until: Uint32Array;

  /** @param memory laid out as `shortcut/layout.ts` says, all zero */
  constructor(memory: ArrayBuffer) {
    this.sent = new Int32Array(memory, STALLS_SENT, 1 << SENT_BITS);
    this.watches = new Int32Array(memory, STALLS_WATCHES, WATCHED * WATCH);
    this.until = new Uint32Array(memory, S_STALLS_UNTIL, 1);
  }

  /** The packet is a segment with ACK, and neither SYN nor RST. */
  judge(packet: Packet, seconds: number, nanos: number): number {
    const large = packet.payloadLength >= LARGE_BYTES;
    const watching = seconds < this.until[0];
    if (!large && !watching && !packet.sack) return STALL_NONE;
    const source = sourceEnd(packet);
    const destination = destinationEnd(packet);
    const ends = (source + destination) | 0;
    const told = watching ? this.watched(ends, source, packet) : STALL_NONE;
    if (told !== STALL_NONE) return told;
    const gap = !large && packet.sack;
    if (!large && !gap) return STALL_NONE;
    const seq = (gap ? packet.ack : packet.seq) | 0;
    if (!this.isAgain(hashOf(ends, source, seq), timeOf(seconds, nanos))) return STALL_NONE;
    this.watch(ends, gap ? source : destination, seq, seconds);
    return gap ? STALL_GAP : STALL_AGAIN;
  }

  /** Whether the same was sent before, and not a moment ago. */
  private isAgain(hash: number, time: number): boolean {
    const at = hash >>> (32 - SENT_BITS);
    const before = this.sent[at];
    const same = before >>> 8 === (hash & 0xffffff);
    const apart = (time - before) & TIME;
    if (same && (apart < AGAIN_UNITS || apart > AGAIN_MOST)) return false;
    this.sent[at] = (hash << 8) | time;
    return same;
  }

  private watch(ends: number, taker: number, seq: number, seconds: number): void {
    const at = watchOf(ends);
    const { watches } = this;
    watches[at + W_ENDS] = ends;
    watches[at + W_TAKER] = taker;
    watches[at + W_SEQ] = seq;
    watches[at + W_LEFT] = SPOKEN;
    this.until[0] = seconds + WATCH_SECONDS;
  }

  /** Does the end that should have it acknowledge what is missing? */
  private watched(ends: number, source: number, packet: Packet): number {
    const at = watchOf(ends);
    const { watches } = this;
    if (watches[at + W_ENDS] !== ends || watches[at + W_TAKER] !== source) return STALL_NONE;
    if (((packet.ack - watches[at + W_SEQ]) | 0) > 0) {
      watches[at + W_ENDS] = 0;
      return STALL_OVER;
    }
    return watches[at + W_LEFT]-- > 0 ? STALL_SPOKE : STALL_NONE;
  }
}

function hashOf(ends: number, source: number, seq: number): number {
  const what = ends ^ Math.imul(source, 0x27d4eb2f) ^ seq;
  return Math.imul(what ^ (what >>> 16), 0xc2b2ae35);
}

function timeOf(seconds: number, nanos: number): number {
  return ((seconds * 1e3 + nanos / 1e6) / UNIT_MS) & TIME;
}

function watchOf(ends: number): number {
  return (Math.imul(ends, 0x165667b1) >>> 22) * WATCH;
}
