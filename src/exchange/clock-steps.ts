import { boundsOf, contradicts, type Match, offsetOf, way } from './clock-match.ts';
import type { Clocks } from './clocks.ts';
import { type HostStream, LEAP_NS } from './host-stream.ts';
import { R_FRAME, R_KIND_PLACE, R_NANOS, R_SECONDS, STRIDE } from './layout.ts';
import { identityOfOnce } from './packet-identity.ts';
import type { Places, SightingDirection } from './places.ts';
import type { Timeline } from './timeline.ts';

/** Records of each host that are compared at first, how many times more where they tell nothing, and at most. */
const COMPARED_FIRST = 16;
const MORE = 4;
const COMPARED = 16384;
/** Steps that a host is read on for them at most. */
const STEPS = 16;
/** Records from which the new offset is measured. */
const MEASURED = 1024;
/** Packets that must agree, and how many are asked: those soon after the leap. */
const BELIEVED = 3;
const ASKED = 16;
/** Records looked at, all told: so many, and of those read one in so many, so that silence now and then costs little. */
const LOOKED_AT = 500_000;
const SHARE = 4;

/**
 * Where a host's time leaps, looks whether it was silent or its clock was set: what it saw next is looked for among what the
 * others see next, before anything of it is paired. Of a clock that was set every packet that another host saw tells the
 * same new offset.
 */
export class ClockSteps {
  private readonly clocks: Clocks;
  private readonly places: Places;
  private readonly timeline: Timeline;
  private lookedAt = 0;

  constructor(clocks: Clocks, places: Places, timeline: Timeline) {
    this.clocks = clocks;
    this.places = places;
    this.timeline = timeline;
  }

  /** The next record of the host is no moment after the last one. */
  async look(stream: HostStream, all: readonly HostStream[]): Promise<void> {
    const others = all.filter((one) => one !== stream && one.hasRecord && !this.clocks.isOpen(one.host));
    if (others.length === 0 || !this.clocks.mayBeSet(stream.host)) return;
    await this.compare(stream, others, all);
    if (stream.headNs < stream.takenNs - LEAP_NS) this.clocks.settings.goesBack(stream.host);
  }

  private async compare(
    stream: HostStream,
    others: readonly HostStream[],
    all: readonly HostStream[],
  ): Promise<void> {
    for (let records = COMPARED_FIRST; records <= COMPARED && this.mayLook(all); records *= MORE) {
      await readAhead([stream, ...others], records);
      const votes = this.votes(stream, others, records);
      const [present, changed] = decided(votes, this.clocks.offsets[stream.host]);
      if (changed !== null) {
        const more = await this.more(stream, others, changed);
        if (more.length >= BELIEVED) this.set(stream, more);
      }
      if (present || changed !== null || [stream, ...others].every((one) => one.waiting() < records)) return;
    }
  }

  /** The same and those that agree with them, because the more there are the nearer is what they tell. */
  private async more(
    stream: HostStream,
    others: readonly HostStream[],
    few: readonly Vote[],
  ): Promise<readonly Vote[]> {
    await readAhead([stream, ...others], MEASURED);
    const [{ apart }] = few;
    return this.votes(stream, others, MEASURED).filter((vote) => Math.abs(vote.apart - apart) <= LEAP_NS);
  }

  private mayLook(all: readonly HostStream[]): boolean {
    const frames = all.reduce((sum, stream) => sum + stream.frames, 0);
    return this.lookedAt < LOOKED_AT + frames / SHARE;
  }

  /** The clock was set by what the new offset differs from the present one, unless another host's was. */
  private set(stream: HostStream, votes: readonly Vote[]): void {
    const { host } = stream;
    const cluster = votes.map((vote) => vote.apart).sort((a, b) => a - b);
    const byNs = Math.round(offsetOf(boundsOf(votes, cluster), cluster) - this.clocks.offsets[host]);
    const [{ order, leaps }] = votes;
    const silence = stream.headNs - stream.takenNs - byNs;
    // It may have been set later, or another host's clock the other way: then they were silent before.
    const elsewhere = [
      ...leapsOf(this.seen(stream, order + 1), stream.headNs).map((leap) => leap - byNs),
      ...leaps.map((leap) => leap + byNs),
    ];
    if (silence < -LEAP_NS || elsewhere.some((other) => other >= -LEAP_NS && other < silence)) return;
    const { words } = stream.queue[0];
    const { capture } = this.places.list[words[stream.at + R_KIND_PLACE] >>> 8];
    const frame = words[stream.at + R_FRAME] >>> 0;
    this.clocks.set({
      host,
      against: votes[0].other,
      capture,
      frame,
      byNs,
      fromNs: stream.headNs,
      untilNs: stream.takenNs,
    });
    stream.takenNs += byNs;
  }

  /** What the host's next packets tell of its offset, in their order. */
  private votes(stream: HostStream, others: readonly HostStream[], records: number): Vote[] {
    const next = new Map<number, Seen>();
    const here = this.seen(stream, records);
    for (const seen of here) if (!next.has(seen.packet)) next.set(seen.packet, seen);
    // Identifiers that are used again (a ping that numbers each run alike) tell nothing.
    for (const seen of here) if (isAgain(next.get(seen.packet), seen)) next.delete(seen.packet);
    next.delete(0);
    const votes = others.flatMap((other) => this.votesOf(other, next, records));
    return votes.sort((a, b) => a.order - b.order);
  }

  private votesOf(other: HostStream, next: ReadonlyMap<number, Seen>, records: number): Vote[] {
    const seen = this.seen(other, records);
    const first = seen.findIndex(({ packet }) => next.has(packet));
    const leaps = leapsOf(seen.slice(0, first + 1), other.takenNs);
    const found = new Map<number, Seen>();
    for (const there of seen) if (!found.has(there.packet)) found.set(there.packet, there);
    for (const there of seen) if (isAgain(found.get(there.packet), there)) found.delete(there.packet);
    return [...found.values()].flatMap((there) => {
      const here = next.get(there.packet);
      if (!here) return [];
      const apart = here.time - there.time + this.clocks.offsets[other.host];
      return [{ other: other.host, apart, reaches: way(there, here), order: here.order, leaps }];
    });
  }

  /** The next records of a host. */
  private seen({ queue, at }: HostStream, records: number): Seen[] {
    const seen: Seen[] = [];
    for (const [number, { words, count }] of queue.entries()) {
      for (let from = number === 0 ? at : 0; from < count * STRIDE; from += STRIDE) {
        if (seen.length === records) return seen;
        this.lookedAt++;
        const { direction } = this.places.list[words[from + R_KIND_PLACE] >>> 8];
        const time = this.timeline.nanosOf(words[from + R_SECONDS] >>> 0, words[from + R_NANOS]);
        seen.push({ packet: identityOfOnce(words, from), time, direction, order: seen.length });
      }
    }
    return seen;
  }
}

function isAgain(first: Seen | undefined, seen: Seen): boolean {
  return first !== undefined && Math.abs(seen.time - first.time) > LEAP_NS;
}

/** A packet that a host is about to see, on its own clock. */
interface Seen {
  /** 0: of those that are not compared. */
  readonly packet: number;
  readonly time: number;
  readonly direction: SightingDirection;
  /** How many records lie before it. */
  readonly order: number;
}

/** What a packet tells of the host's offset, by where it stands among the host's; and where the other's time leaps before. */
interface Vote extends Match {
  readonly other: number;
  readonly order: number;
  readonly leaps: readonly number[];
}

/** Where time leaps, by how much. */
function leapsOf(seen: readonly Seen[], beforeNs: number): number[] {
  return seen
    .map(({ time }, i) => time - (i === 0 ? beforeNs : seen[i - 1].time))
    .filter((leap) => Math.abs(leap) > LEAP_NS);
}

/**
 * Whether the first of the packets agree with the present offset; else those that agree with each other, and on another one.
 * Where the clock is set some packets later, the first ones agree. What may as well have waited on its way tells nothing.
 */
function decided(votes: readonly Vote[], offset: number): [boolean, readonly Vote[] | null] {
  const asked = votes.slice(0, ASKED);
  const near = (value: number) => asked.filter(({ apart }) => Math.abs(apart - value) <= LEAP_NS);
  const present = near(offset);
  const changed = asked
    .filter((vote) => !present.includes(vote))
    .map(({ apart }) => near(apart))
    .find((alike) => {
      return alike.length >= BELIEVED && alike.some((one) => contradicts(one, one.apart - offset));
    });
  if (!changed) return [present.length > 0, null];
  const stays = present.length > 0 && present[0].order < changed[BELIEVED - 1].order;
  return stays ? [true, null] : [false, changed];
}

async function readAhead(streams: readonly HostStream[], records: number): Promise<void> {
  for (let step = 0; step < STEPS; step++) {
    const wanting = streams.filter((stream) => !stream.ended && stream.waiting() < records);
    if (wanting.length === 0) return;
    for (const stream of wanting) await stream.read();
  }
}
