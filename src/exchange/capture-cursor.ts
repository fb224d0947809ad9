import { SightingBatch } from './batch.ts';
import { R_NANOS, R_SECONDS, STRIDE } from './layout.ts';
import type { CaptureInput } from './options.ts';
import type { Recorder } from './recorder.ts';
import type { Timeline } from './timeline.ts';

/** One of several captures of a host: the followed packets of its chunk in memory, one after another. */
export class CaptureCursor {
  readonly batch = new SightingBatch();
  /** First word of the next record in the batch. */
  at = 0;
  /** Its time; only valid while there is one. */
  headNs = 0;
  ended = false;
  private readonly input: CaptureInput;
  private readonly recorder: Recorder;
  private readonly timeline: Timeline;

  constructor(input: CaptureInput, recorder: Recorder, timeline: Timeline) {
    this.input = input;
    this.recorder = recorder;
    this.timeline = timeline;
  }

  get hasRecord(): boolean {
    return this.at < this.batch.count * STRIDE;
  }

  /** Whether it must be read before the next record of the host is known. */
  get isDry(): boolean {
    return !this.ended && !this.hasRecord;
  }

  /** One chunk; only when dry. */
  async read(): Promise<void> {
    this.batch.clear();
    this.at = 0;
    this.recorder.batch = this.batch;
    const { reader } = this.input;
    if (!(reader.nextNow?.(this.recorder) ?? (await reader.next(this.recorder)))) this.ended = true;
    if (this.hasRecord) this.takeHead();
  }

  /** On to the next record. */
  advance(): void {
    this.at += STRIDE;
    if (this.hasRecord) this.takeHead();
  }

  private takeHead(): void {
    const { words } = this.batch;
    this.headNs = this.timeline.nanosOf(words[this.at + R_SECONDS] >>> 0, words[this.at + R_NANOS]);
  }
}
