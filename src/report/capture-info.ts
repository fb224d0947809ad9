import type { Time } from '../addr/time.ts';
import type { CaptureFacts, CaptureProblem } from '../capture/frame.ts';
import type { PacketCounts } from '../decode/counts.ts';

/** What `info` tells of one file: what it holds, or why it is no capture. */
export type CaptureInfo = ReadCapture | UnreadCapture;

export interface ReadCapture {
  readonly kind: 'read';
  readonly facts: CaptureFacts;
  readonly counts: PacketCounts;
  /** Bytes of the capture, after decompression, as far as it was read. */
  readonly bytes: number;
  /** Earliest and latest time of a frame; null where no frame bears one. */
  readonly first: Time | null;
  readonly last: Time | null;
  /** Frames whose time is before that of the frame before. */
  readonly backwards: number;
  /** Frames of each link type that is not decoded, most first. */
  readonly undecoded: readonly { readonly linkType: number; readonly frames: number }[];
}

export interface UnreadCapture {
  readonly kind: 'unread';
  readonly problem: CaptureProblem;
}

/** Whether everything that was captured is there: nothing damaged, nothing dropped. */
export function isWhole({ facts }: ReadCapture): boolean {
  return facts.damage.length === 0 && !facts.dropped;
}
