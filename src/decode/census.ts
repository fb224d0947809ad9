import type { Time } from '../addr/time.ts';
import type { FrameSink, FrameView } from '../capture/frame.ts';
import { PacketCounts } from './counts.ts';
import { decodeFrame } from './decode.ts';
import { isDecoded } from './link-type.ts';
import { Packet } from './packet.ts';

/** Counts what a capture holds, frame by frame. */
export class Census implements FrameSink {
  readonly counts = new PacketCounts();
  /** Frames of link types that are not decoded, by LINKTYPE_ value. */
  readonly undecoded = new Map<number, number>();
  /** Frames whose time is before that of the frame before. */
  backwards = 0;
  private readonly packet = new Packet();
  private timed = false;
  private firstSeconds = 0;
  private firstNanos = 0;
  private lastSeconds = 0;
  private lastNanos = 0;
  private seconds = 0;
  private nanos = 0;

  frame(frame: FrameView): void {
    decodeFrame(frame, this.packet);
    this.counts.add(this.packet);
    if (frame.timed) this.takeTime(frame.seconds, frame.nanos);
    if (!isDecoded(frame.linkType)) {
      this.undecoded.set(frame.linkType, (this.undecoded.get(frame.linkType) ?? 0) + 1);
    }
  }

  /** Earliest time of a frame; null where none bears one. */
  get first(): Time | null {
    return this.timed ? { seconds: this.firstSeconds, nanos: this.firstNanos } : null;
  }

  /** Latest time of a frame. */
  get last(): Time | null {
    return this.timed ? { seconds: this.lastSeconds, nanos: this.lastNanos } : null;
  }

  private takeTime(seconds: number, nanos: number): void {
    if (!this.timed) {
      this.timed = true;
      this.firstSeconds = this.lastSeconds = seconds;
      this.firstNanos = this.lastNanos = nanos;
    } else if (isBefore(seconds, nanos, this.seconds, this.nanos)) {
      this.backwards++;
    }
    this.seconds = seconds;
    this.nanos = nanos;
    if (isBefore(seconds, nanos, this.firstSeconds, this.firstNanos)) {
      this.firstSeconds = seconds;
      this.firstNanos = nanos;
    }
    if (isBefore(this.lastSeconds, this.lastNanos, seconds, nanos)) {
      this.lastSeconds = seconds;
      this.lastNanos = nanos;
    }
  }
}

function isBefore(seconds: number, nanos: number, otherSeconds: number, otherNanos: number): boolean {
  return seconds < otherSeconds || (seconds === otherSeconds && nanos < otherNanos);
}
