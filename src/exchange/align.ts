import type { SightingBatch } from './batch.ts';
import {
  boundsOf,
  contradicts,
  densest,
  FIRST_MATCHES,
  type Match,
  middle,
  offsetOf,
  way,
} from './clock-match.ts';
import type { Clocks } from './clocks.ts';
import { type HostStream, LEAP_NS } from './host-stream.ts';
import { R_KIND_PLACE, R_NANOS, R_SECONDS, STRIDE } from './layout.ts';
import { copyOf, identityOf, identityOfOnce, identityWithoutEnds, sameCopy } from './packet-identity.ts';
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
    const cluster = densest(matches, CLUSTER_NS);
    if (cluster.length >= BELIEVED) this.clocks.align(open, middle(cluster));
    else if (matches.length > COMPARED) matches.length = 0;
  }

  private compare(host: number, least: number): void {
    const matches: Match[] = [];
    const once: Match[] = [];
    const hosts = this.seen.length;
    for (let other = 0; other < hosts; other++) {
      if (other === host || this.clocks.isOpen(other)) continue;
      const offset = this.clocks.offsets[other];
      for (const [packet, here] of this.seen[host]) {
        const there = this.seen[other].get(packet);
        if (!there || !sameCopy(there.copy, here.copy)) continue;
        const apart = here.time - there.time + offset;
        const match = { apart, reaches: way(there, here) };
        matches.push(match);
        if (here.once) once.push(match);
      }
    }
    const most = densest(
      matches.map(({ apart }) => apart),
      CLUSTER_NS,
    );
    if (most.length < least) return;
    const all = boundsOf(matches, most);
    const near = all.low > all.high + LEAP_NS ? null : middle(most);
    const cluster = beginning(matches, once, near) ?? most;
    const { low, high } = boundsOf(matches, cluster);
    this.clocks.align(host, offsetOf({ low, high }, cluster));
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
      const [time, copy, once] = [this.timeOf(words, at), copyOf(words, at), identityOfOnce(words, at) !== 0];
      first.set(packet, { time, direction, copy, once });
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
  /** It is sent once. */
  readonly once: boolean;
  /** Of a SYN its timestamp, which tells a repeated one from the first; 0 where it has none, or it was cut off. */
  readonly copy: number;
}

/**
 * Those near the first few that are sent once and agree: most may differ because a clock was set later.
 * @param most what most agree on; null: nothing
 */
function beginning(all: readonly Match[], once: readonly Match[], most: number | null): number[] | null {
  const first = once.slice(0, BELIEVED).sort((a, b) => a.apart - b.apart);
  if (first.length < BELIEVED || first[BELIEVED - 1].apart - first[0].apart > LEAP_NS) return null;
  if (most !== null && !first.some((one) => contradicts(one, one.apart - most))) return null;
  const { apart } = first[BELIEVED >> 1];
  return all
    .map((one) => one.apart)
    .filter((one) => Math.abs(one - apart) <= LEAP_NS)
    .sort((a, b) => a - b);
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
