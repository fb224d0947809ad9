import type { SightingBatch } from './batch.ts';
import { dropDatagrams } from './datagrams.ts';
import type { Follow } from './follow.ts';
import type { HostFeed, HostStep } from './host-feed.ts';
import { R_KIND_PLACE, R_NANOS, R_SECONDS, STRIDE } from './layout.ts';
import type { Places } from './places.ts';
import type { Timeline } from './timeline.ts';

/** What the streams of all hosts have in common. */
export interface Common {
  readonly follow: Follow;
  readonly places: Places;
  readonly timeline: Timeline;
}

/** A record that is further from the one before it is no moment later, and clocks that agree better need no look. */
export const LEAP_NS = 100e6;

/** One host's captures on their way through the merge: batches read and not yet paired. */
export class HostStream {
  readonly feed: HostFeed;
  /** Number of the host (`Places.hostNumber`). */
  readonly host: number;
  /** Batches waiting; the first is being paired. */
  readonly queue: SightingBatch[] = [];
  /** First word of the next record in `queue[0]`. */
  at = 0;
  ended = false;
  /** Time of the next record on the host's clock; only valid while there is one. */
  headNs = 0;
  /** Time of the record taken last. */
  takenNs = Number.NEGATIVE_INFINITY;
  /** The next record is no moment later than the one taken last: the host was silent, or its clock was set. */
  leapt = false;
  /** As of the last step. */
  frames = 0;
  bytesRead = 0;
  capturesEnded = 0;
  private readonly firstCapture: number;
  private readonly common: Common;
  /** There is no other host. */
  private readonly only: boolean;
  private probed = false;
  /** By the feed's number of a place: ours. */
  private readonly numbers: number[] = [];
  private renumbered = false;

  /** @param firstCapture number of the first of its captures among those of all hosts */
  constructor(feed: HostFeed, firstCapture: number, common: Common, only: boolean) {
    this.feed = feed;
    this.firstCapture = firstCapture;
    this.common = common;
    this.only = only;
    this.host = common.places.hostNumber(feed.host);
  }

  get hasRecord(): boolean {
    return this.queue.length > 0;
  }

  /** Takes one step; its batch joins the queue unless it is empty. */
  async read(): Promise<void> {
    const step = await this.feed.next();
    if (!step) {
      this.tellProbe();
      this.ended = true;
      return;
    }
    this.take(step);
    if (step.batch.count === 0) this.feed.release(step.batch);
    else if (this.queue.push(step.batch) === 1) this.takeHead();
  }

  /** On to the next record. */
  advance(): void {
    this.takenNs = this.headNs;
    this.at += STRIDE;
    if (this.at === this.queue[0].count * STRIDE) this.skipBatch();
    else this.takeHead();
  }

  /** On to the next batch. */
  skipBatch(): void {
    this.tellProbe();
    const [batch] = this.queue.splice(0, 1);
    this.feed.release(batch);
    this.at = 0;
    if (this.queue.length > 0) this.takeHead();
  }

  /** Records waiting. */
  waiting(): number {
    return this.queue.reduce((sum, batch) => sum + batch.count, 0);
  }

  /** The only host's datagrams before its first probe are paired with what was read with them: so they are where nothing is recorded. */
  private tellProbe(): void {
    if (this.only && this.probed) this.common.follow.probeSeen();
  }

  private take({ batch, places, probed, frames, bytesRead, ended }: HostStep): void {
    this.frames = frames;
    this.bytesRead = bytesRead;
    this.capturesEnded = ended;
    if (!this.only) this.dropDatagrams(batch, probed);
    this.probed = probed;
    for (const place of places) {
      const capture = this.firstCapture + place.capture;
      const number = this.common.places.numberOf({ ...place, capture });
      this.renumbered ||= number !== this.numbers.length;
      this.numbers.push(number);
    }
    if (this.renumbered) this.renumber(batch);
  }

  /** Each host follows datagrams until it sees a probe itself; another may have seen one before. */
  private dropDatagrams(batch: SightingBatch, probed: boolean): void {
    const { follow } = this.common;
    if (probed) follow.probeSeen();
    if (!follow.udp && !this.probed) dropDatagrams(batch);
  }

  private renumber({ words, count }: SightingBatch): void {
    for (let at = R_KIND_PLACE; at < count * STRIDE; at += STRIDE) {
      words[at] = (words[at] & 0xff) | (this.numbers[words[at] >>> 8] << 8);
    }
  }

  private takeHead(): void {
    const { words } = this.queue[0];
    this.headNs = this.common.timeline.nanosOf(words[this.at + R_SECONDS] >>> 0, words[this.at + R_NANOS]);
    const apart = this.headNs - this.takenNs;
    if (apart > LEAP_NS || apart < -LEAP_NS) this.leapt = true;
  }
}
