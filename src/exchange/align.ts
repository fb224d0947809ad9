import { KIND_ECHO_REPLY, KIND_SYN, KIND_SYN_ACK } from '../decode/packet.ts';
import type { SightingBatch } from './batch.ts';
import type { Clocks } from './clocks.ts';
import { exactKey } from './key.ts';
import { R_ACK, R_KEY, R_KIND_PLACE, R_NANOS, R_SECONDS, R_SEQ, STRIDE } from './layout.ts';
import type { CaptureStream } from './stream.ts';
import type { Timeline } from './timeline.ts';

/** Records of each host that are compared before the merge begins. */
const COMPARED = 16384;
/** Chunks read for them at most: a capture may hold little that is followed. */
const CHUNKS = 1024;
/** Offsets that differ by less belong to one and the same; the rest are identifiers used twice. */
const CLUSTER_NS = 500e6;
/** Matches found while a host is read alone, before they are believed. */
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
  /** By host: packet to the time it was first seen. */
  private readonly seen: Map<number, number>[] = [];
  private readonly late = new Map<string, number[]>();
  private watched = 0;
  /** Whether records are to be watched; as of the last `review`. */
  searching = false;

  constructor(clocks: Clocks, timeline: Timeline) {
    this.clocks = clocks;
    this.timeline = timeline;
  }

  /** Reads each host's beginning, compares, and leaves the records to the merge. */
  async begin(streams: readonly CaptureStream[]): Promise<void> {
    const hosts = this.clocks.offsets.length;
    if (!this.clocks.anyOpen) return;
    for (let host = 0; host < hosts; host++) {
      const own = streams.filter((stream) => stream.host === host);
      await readAhead(own);
      this.seen[host] = this.firstSeen(own);
    }
    for (let round = 0; round < hosts; round++) {
      for (let host = 0; host < hosts; host++) if (this.clocks.isOpen(host)) this.compare(host);
    }
    this.review();
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
      if (then !== undefined) this.found(host, other, time, then);
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

  private compare(host: number): void {
    const matches: number[] = [];
    for (let other = 0; other < this.seen.length; other++) {
      if (other === host || this.clocks.isOpen(other)) continue;
      for (const [packet, time] of this.seen[host]) {
        const there = this.seen[other].get(packet);
        if (there !== undefined) matches.push(time - there + this.clocks.offsets[other]);
      }
    }
    const cluster = densest(matches);
    if (cluster.length > 0) this.clocks.align(host, middle(cluster));
  }

  private firstSeen(streams: readonly CaptureStream[]): Map<number, number> {
    const first = new Map<number, number>();
    const byTime = streams.filter((stream) => stream.hasRecord).sort((a, b) => a.headNs - b.headNs);
    for (const stream of byTime) {
      for (const batch of stream.queue) this.addFirst(first, batch);
      if (first.size >= COMPARED * 4) break;
    }
    return first;
  }

  private addFirst(first: Map<number, number>, { words, count }: SightingBatch): void {
    for (let at = 0; at < count * STRIDE; at += STRIDE) {
      const packet = identityOf(words, at);
      if (packet !== 0 && !first.has(packet)) first.set(packet, this.timeOf(words, at));
    }
  }

  private timeOf(words: Int32Array, at: number): number {
    return this.timeline.nanosOf(words[at + R_SECONDS] >>> 0, words[at + R_NANOS]);
  }
}

async function readAhead(streams: readonly CaptureStream[]): Promise<void> {
  for (const stream of streams) await stream.fill();
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    const waiting = streams.reduce((sum, stream) => sum + stream.waiting(), 0);
    const next = streams.filter((stream) => !stream.ended).sort((a, b) => a.headNs - b.headNs)[0];
    if (waiting >= COMPARED || !next) return;
    await next.read();
  }
}

/** A packet by what is the same in all its copies, NAT or not; 0 for kinds that are not compared. */
function identityOf(words: Int32Array, at: number): number {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  if (kind > KIND_SYN_ACK) return 0;
  const tcp = kind >= KIND_SYN;
  // The data itself may be cut by one capture's snap length, its length is not.
  const own = tcp ? words[at + R_SEQ] : words[at + R_ACK] >>> 16;
  const low = exactKey(words[at + R_KEY], own) >>> 0;
  const high = (words[at + R_KEY] ^ Math.imul(kind + KIND_ECHO_REPLY, 0x9e3779b1)) & 0xfffff;
  return low + high * 2 ** 32;
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
