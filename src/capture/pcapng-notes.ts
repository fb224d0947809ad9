import type { FrameComment } from './frame.ts';

const COMMENTS_KEPT = 1000;
/** Bytes of a comment that are kept. */
export const COMMENT_BYTES = 1000;

/** What a pcapng file tells besides its packets: comments, and packets that were dropped while it was written. */
export class PcapngNotes {
  readonly comments: FrameComment[] = [];
  private readonly droppedByInterface = new Map<number, number>();
  private droppedBeforeFrames: number | null = null;

  comment(frame: number, text: string): void {
    if (this.comments.length < COMMENTS_KEPT) this.comments.push({ frame, text });
  }

  /** Interface statistics count from the beginning of the capture: the last ones hold. */
  statistics(interfaceId: number, dropped: number): void {
    this.droppedByInterface.set(interfaceId, dropped);
  }

  /** Drops since the packet before (epb_dropcount, or the obsolete packet block's field). */
  droppedBefore(count: number): void {
    this.droppedBeforeFrames = (this.droppedBeforeFrames ?? 0) + count;
  }

  /** The same drops may be told both ways: the larger figure counts. */
  dropped(): number | null {
    if (this.droppedByInterface.size === 0) return this.droppedBeforeFrames;
    let sum = 0;
    for (const count of this.droppedByInterface.values()) sum += count;
    return Math.max(sum, this.droppedBeforeFrames ?? 0);
  }
}
