import { KIND_ECHO_REPLY, KIND_ECHO_REQUEST, KIND_SYN, KIND_SYN_ACK, KIND_UDP } from '../decode/packet.ts';
import type { SightingBatch } from './batch.ts';
import type { Clocks } from './clocks.ts';
import type { HostStream } from './host-stream.ts';
import { exactKey } from './key.ts';
import {
  R_ACK,
  R_KEY,
  R_KIND_PLACE,
  R_MAC_LENGTH,
  R_NANOS,
  R_PORTS,
  R_SECONDS,
  R_SEQ,
  STRIDE,
} from './layout.ts';
import type { Interval } from './offset-bounds.ts';
import type { Places, SightingDirection } from './places.ts';
import type { Timeline } from './timeline.ts';

/**
 * Records of each host that are compared before the merge begins, at most; and at first, because most captures show
 * their clocks soon, and what is read ahead must be kept.
 */
const COMPARED = 16384;
const COMPARED_FIRST = 1024;
/** Steps read for them at most: a capture may hold little that is followed. */
const STEPS = 256;
/** Offsets that differ by less belong to one and the same; the rest are identifiers used twice. */
const CLUSTER_NS = 500e6;
/** The offset is taken from this many: a drift would set later ones at odds with them. */
const FIRST_MATCHES = 64;
/** Matches found while a host is read alone, or without looking at addresses, before they are believed. */
const BELIEVED = 3;
/** Records watched for such matches. */
const WATCHED = 5_000_000;

/**
 * Finds how far the hosts' clocks are apart before the merge, by the packets that several hosts saw, even where one was
 * never set. Goes on while a host is read alone, because the others may have begun later.
 */
export class Alignment {
  private readonly clocks: Clocks;
  private readonly timeline: Timeline;
  private readonly places: Places;
  /** By host: packet to where and when it was first seen. */
  private readonly seen: Map<number, First>[] = [];
  private readonly late = new Map<string, number[]>();
  private watched = 0;
  /** Whether records are to be watched; as of the last `review`. */
  searching = false;

  constructor(clocks: Clocks, places: Places, timeline: Timeline) {
    this.clocks = clocks;
    this.places = places;
    this.timeline = timeline;
  }

  /**
   * Reads each host's beginning, compares, and leaves the records to the merge.
   * @param streams by host
   */
  async begin(streams: readonly HostStream[], onStep: () => void): Promise<void> {
    if (!this.clocks.anyOpen) return;
    for (let wanted = COMPARED_FIRST; wanted <= COMPARED; wanted *= 2) {
      await readAhead(streams, wanted, onStep);
      for (const stream of streams) this.seen[stream.host] = this.firstSeen(stream, identityOf);
      this.compareAll(wanted < COMPARED ? FIRST_MATCHES : 1);
      if (!this.clocks.anyOpen) break;
    }
    if (this.clocks.anyOpen) this.compareTranslated(streams);
    this.review();
  }

  private compareAll(least: number): void {
    const hosts = this.clocks.offsets.length;
    for (let round = 0; round < hosts; round++) {
      for (let host = 0; host < hosts; host++) if (this.clocks.isOpen(host)) this.compare(host, least);
    }
  }

  /** A box on the way may have changed the addresses of every packet: several must agree without them. */
  private compareTranslated(streams: readonly HostStream[]): void {
    const exact = this.seen.slice();
    for (const stream of streams) this.seen[stream.host] = this.firstSeen(stream, identityWithoutEnds);
    this.compareAll(BELIEVED);
    for (const [host, seen] of exact.entries()) this.seen[host] = seen;
  }

  /** Looks again whether a host's clock is still unknown. */
  review(): void {
    this.searching = this.watched < WATCHED && this.seen.some((_, host) => this.clocks.isOpen(host));
  }

  /** A record on its way to pairing, of a host that is read alone. */
  watch(batch: SightingBatch, at: number, host: number): void {
    this.watched++;
    const packet = identityOf(batch.words, at);
    if (packet === 0) return;
    const time = this.timeOf(batch.words, at);
    for (let other = 0; other < this.seen.length; other++) {
      if (other === host || this.clocks.isOpen(host) === this.clocks.isOpen(other)) continue;
      const then = this.seen[other].get(packet);
      if (then !== undefined && sameCopy(then.copy, copyOf(batch.words, at)))
        this.found(host, other, time, then.time);
    }
  }

  private found(host: number, other: number, time: number, then: number): void {
    const open = this.clocks.isOpen(host) ? host : other;
    const known = open === host ? other : host;
    const apart = (open === host ? time - then : then - time) + this.clocks.offsets[known];
    const key = `${open} ${known}`;
    const matches = this.late.get(key) ?? [];
    this.late.set(key, matches);
    matches.push(apart);
    const cluster = densest(matches);
    if (cluster.length >= BELIEVED) this.clocks.align(open, middle(cluster));
    else if (matches.length > COMPARED) matches.length = 0;
  }

  private compare(host: number, least: number): void {
    const matches: Match[] = [];
    const hosts = this.seen.length;
    for (let other = 0; other < hosts; other++) {
      if (other === host || this.clocks.isOpen(other)) continue;
      const offset = this.clocks.offsets[other];
      for (const [packet, here] of this.seen[host]) {
        const there = this.seen[other].get(packet);
        if (there && sameCopy(there.copy, here.copy))
          matches.push({ apart: here.time - there.time + offset, reaches: way(there, here) });
      }
    }
    const cluster = densest(matches.map((match) => match.apart));
    if (cluster.length < least) return;
    const { low, high } = boundsOf(matches, cluster);
    const both = Number.isFinite(low) && Number.isFinite(high);
    const offset = both ? (low + high) / 2 : Math.min(Math.max(middle(cluster), low), high);
    this.clocks.align(host, offset);
    if (hosts === 2 && low <= high)
      this.clocks.bound(host, low, high, this.seen[host].values().next().value?.time ?? 0);
  }

  private firstSeen({ queue }: HostStream, identity: typeof identityOf): Map<number, First> {
    const first = new Map<number, First>();
    let left = COMPARED;
    for (const batch of queue) {
      this.addFirst(first, batch, Math.min(left, batch.count), identity);
      left -= batch.count;
      if (left <= 0) break;
    }
    return first;
  }

  private addFirst(
    first: Map<number, First>,
    { words }: SightingBatch,
    count: number,
    identity: typeof identityOf,
  ): void {
    for (let at = 0; at < count * STRIDE; at += STRIDE) {
      const packet = identity(words, at);
      if (packet === 0 || first.has(packet)) continue;
      const { direction } = this.places.list[words[at + R_KIND_PLACE] >>> 8];
      first.set(packet, { time: this.timeOf(words, at), direction, copy: copyOf(words, at) });
    }
  }

  private timeOf(words: Int32Array, at: number): number {
    return this.timeline.nanosOf(words[at + R_SECONDS] >>> 0, words[at + R_NANOS]);
  }
}

/** A packet's first sighting at a host, on its own clock. */
interface First {
  readonly time: number;
  readonly direction: SightingDirection;
  /** Of a SYN its timestamp, which tells a repeated one from the first; 0 where it has none, or it was cut off. */
  readonly copy: number;
}

function copyOf(words: Int32Array, at: number): number {
  return (words[at + R_KIND_PLACE] & 0xff) === KIND_SYN ? words[at + R_ACK] : 0;
}

/** A host that missed a SYN shows the next, sent a second later. */
function sameCopy(a: number, b: number): boolean {
  return a === b || a === 0 || b === 0;
}

/** How far apart two hosts' clocks put one packet, and whether it came to the host in question or left it. */
interface Match {
  readonly apart: number;
  readonly reaches: 'here' | 'there' | 'unknown';
}

function way(there: First, here: First): Match['reaches'] {
  if (there.direction === here.direction) return 'unknown';
  if (there.direction === 'out' || here.direction === 'in') return 'here';
  return there.direction === 'in' || here.direction === 'out' ? 'there' : 'unknown';
}

/** What the directions of the packets in the cluster say of the offset. */
function boundsOf(matches: readonly Match[], cluster: readonly number[]): Interval {
  const near = matches
    .filter(({ apart }) => apart >= cluster[0] && apart <= cluster[cluster.length - 1])
    .slice(0, FIRST_MATCHES);
  const bounds = (reaches: Match['reaches']) =>
    near.filter((one) => one.reaches === reaches).map((one) => one.apart);
  return {
    low: bounds('there').reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    high: bounds('here').reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  };
}

/** By turns: hosts that are read in other threads are read at the same time. */
async function readAhead(streams: readonly HostStream[], records: number, onStep: () => void): Promise<void> {
  for (let step = 0; step < STEPS; step++) {
    const wanting = streams.filter((stream) => !stream.ended && stream.waiting() < records);
    if (wanting.length === 0) return;
    for (const stream of wanting) await stream.read();
    onStep();
  }
}

/** A packet by what is the same in all its copies, unless its source is translated; 0 for kinds that are not compared. */
function identityOf(words: Int32Array, at: number): number {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  if (kind > KIND_SYN_ACK && kind !== KIND_UDP) return 0;
  const tcp = kind === KIND_SYN || kind === KIND_SYN_ACK;
  // The data itself may be cut by one capture's snap length, its length is not.
  const own = tcp ? words[at + R_SEQ] : words[at + R_ACK] >>> 16;
  const low = exactKey(words[at + R_KEY], own) >>> 0;
  const high = (words[at + R_KEY] ^ Math.imul(kind + KIND_ECHO_REPLY, 0x9e3779b1)) & 0xfffff;
  return low + high * 2 ** 32;
}

/** The same for requests and SYN-ACKs by nothing that a translating box changes. */
function identityWithoutEnds(words: Int32Array, at: number): number {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  if (kind === KIND_SYN_ACK) return identityFrom(kind, words[at + R_SEQ], words[at + R_ACK]);
  if (kind === KIND_SYN) return identityFrom(kind, words[at + R_SEQ], words[at + R_MAC_LENGTH] & 0xffff);
  if (kind === KIND_ECHO_REQUEST) return identityFrom(kind, words[at + R_SEQ], words[at + R_PORTS] & 0xffff);
  return kind === KIND_UDP ? identityFrom(kind, words[at + R_SEQ], words[at + R_ACK]) : 0;
}

function identityFrom(kind: number, own: number, other: number): number {
  const high = (other ^ Math.imul(kind, 0x9e3779b1)) & 0xfffff;
  return (exactKey(own, other) >>> 0) + high * 2 ** 32;
}

/** The most values that lie close together; of equally many those nearest to no offset at all. */
function densest(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  let best: number[] = [];
  for (let from = 0, to = 0; from < sorted.length; from++) {
    while (to < sorted.length && sorted[to] - sorted[from] <= CLUSTER_NS) to++;
    const size = to - from;
    const nearer = size === best.length && Math.abs(sorted[from]) < Math.abs(best[0]);
    if (size > best.length || nearer) best = sorted.slice(from, to);
  }
  return best;
}

function middle(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1];
}
