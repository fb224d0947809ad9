import type { FrameView } from '../capture/frame.ts';
import { KIND_NONE, KIND_TCP_ACK, type Packet, type PacketKind } from '../decode/packet.ts';
import type { SightingBatch } from './batch.ts';
import { R_NANOS, R_SECONDS, STRIDE } from './layout.ts';
import { DISORDER_NS, type MergeSink } from './merge.ts';
import type { Shortcut } from './shortcut.ts';
import type { Timeline } from './timeline.ts';

const NONE = KIND_NONE;
const ACK = KIND_TCP_ACK;

/** The way of the only capture's frames into the table of open exchanges: with nothing to merge, each goes at once. */
export class Direct {
  private readonly sink: MergeSink;
  private readonly timeline: Timeline;
  private readonly shortcut: Shortcut | null;
  private lastNs = Number.NEGATIVE_INFINITY;

  /** @param shortcut null where not all probes are followed */
  constructor(sink: MergeSink, timeline: Timeline, shortcut: Shortcut | null) {
    this.sink = sink;
    this.timeline = timeline;
    this.shortcut = shortcut;
  }

  /** The kind of a frame that took the shortcut; KIND_NONE where it must be decoded and recorded. */
  take(frame: FrameView): PacketKind {
    if (this.shortcut === null || !frame.timed) return NONE;
    const kind = this.shortcut.take(frame, this.lastNs - DISORDER_NS);
    if (kind === NONE || kind === ACK) return kind;
    const { time } = this.shortcut;
    this.lastNs = time;
    this.sink.taken(time);
    return kind;
  }

  get direction(): number {
    return this.shortcut?.direction ?? 0;
  }

  /** The frame that `take` refused turned out to be of this place, and others like it will be. */
  learn(place: number, packet: Packet): void {
    this.shortcut?.learn(place, packet);
  }

  /** What was recorded of a frame. */
  pass(batch: SightingBatch): void {
    const { words, count } = batch;
    for (let at = 0; at < count * STRIDE; at += STRIDE) {
      const time = this.timeline.nanosOf(words[at + R_SECONDS] >>> 0, words[at + R_NANOS]);
      if (time < this.lastNs - DISORDER_NS) this.sink.wentBack();
      this.lastNs = time;
      this.sink.record(batch, at, time, 0);
    }
    batch.clear();
  }
}
