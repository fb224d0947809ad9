import type { SightingBatch } from './batch.ts';
import type { CaptureCursor } from './capture-cursor.ts';

/**
 * Merges captures of one host by time until one of them has no record in memory. Within a capture the order of the file
 * stays; of equal times the capture given first comes first.
 * @param cursors all of them with a record
 */
export function mergeCursors(cursors: readonly CaptureCursor[], into: SightingBatch): void {
  for (;;) {
    const first = earliest(cursors);
    const until = nextTime(cursors, first);
    const from = first.at;
    do first.advance();
    while (first.hasRecord && first.headNs < until);
    into.appendAll(first.batch, from, first.at);
    if (!first.hasRecord) return;
  }
}

function earliest(cursors: readonly CaptureCursor[]): CaptureCursor {
  let first = cursors[0];
  for (const other of cursors) if (other.headNs < first.headNs) first = other;
  return first;
}

/** When the next of the other captures has its turn. */
function nextTime(cursors: readonly CaptureCursor[], running: CaptureCursor): number {
  let time = Number.POSITIVE_INFINITY;
  for (const cursor of cursors) if (cursor !== running) time = Math.min(time, cursor.headNs);
  return time;
}
