import { SightingBatch } from './batch.ts';
import { R_NANOS, R_SECONDS, STRIDE } from './layout.ts';
import type { CaptureInput } from './options.ts';
import type { Recorder } from './recorder.ts';
import type { Timeline } from './timeline.ts';

/** One capture on its way through the merge: batches read and not yet paired. */
export class CaptureStream {
  readonly input: CaptureInput;
  /** Number of the host (`Places.hostNumber`). */
  readonly host: number;
  readonly recorder: Recorder;
  /** Batches waiting; the first is being paired. */
  readonly queue: SightingBatch[] = [];
  /** First word of the next record in `queue[0]`. */
  at = 0;
  ended = false;
  /** Time of the next record on its own clock; only valid while there is one. */
  headNs = 0;
  private readonly spare: SightingBatch[] = [];
  private readonly timeline: Timeline;

  constructor(input: CaptureInput, host: number, recorder: Recorder, timeline: Timeline) {
    this.input = input;
    this.host = host;
    this.recorder = recorder;
    this.timeline = timeline;
  }

  get hasRecord(): boolean {
    return this.queue.length > 0;
  }

  /** Reads one chunk; its batch joins the queue unless nothing in it is followed. False at the end. */
  async read(): Promise<boolean> {
    const batch = this.spare.pop() ?? new SightingBatch();
    batch.clear();
    this.recorder.batch = batch;
    if (!(await this.input.reader.next(this.recorder))) {
      this.ended = true;
      return false;
    }
    if (batch.count === 0) this.spare.push(batch);
    else if (this.queue.push(batch) === 1) this.takeHead();
    return true;
  }

  /** Reads on until there is a record, or the end. */
  async fill(): Promise<void> {
    while (!this.hasRecord && !this.ended) await this.read();
  }

  /** On to the next record. */
  advance(): void {
    this.at += STRIDE;
    const batch = this.queue[0];
    if (this.at === batch.count * STRIDE) {
      this.queue.shift();
      if (this.spare.length === 0) this.spare.push(batch);
      this.at = 0;
    }
    if (this.queue.length > 0) this.takeHead();
  }

  /** Records waiting. */
  waiting(): number {
    return this.queue.reduce((sum, batch) => sum + batch.count, 0);
  }

  private takeHead(): void {
    const { words } = this.queue[0];
    this.headNs = this.timeline.nanosOf(words[this.at + R_SECONDS] >>> 0, words[this.at + R_NANOS]);
  }
}
