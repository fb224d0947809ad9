import { F_SET, FRAME_BYTES } from './batch.ts';
import { BATCH, S_FETCHED } from './layout.ts';

const FOUR = 4 * FRAME_BYTES;

/**
 * Reads where the frames of the batch will look for their exchanges, up to `end`: all at once, because the processor waits for
 * several lines no longer than for one, and few instructions lie between two of them.
 */
export function fetchSets(end: i32): void {
  let read: i32 = 0;
  let f = BATCH;
  for (; f + FOUR <= end; f += FOUR) {
    read ^= setAt(f) ^ setAt(f + FRAME_BYTES) ^ setAt(f + 2 * FRAME_BYTES) ^ setAt(f + 3 * FRAME_BYTES);
  }
  for (; f < end; f += FRAME_BYTES) read ^= setAt(f);
  // Kept, so that no compiler leaves the reading out.
  store<i32>(S_FETCHED, read);
}

function setAt(f: i32): i32 {
  return load<i32>(load<i32>(f, F_SET));
}
