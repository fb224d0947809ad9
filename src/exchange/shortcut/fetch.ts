import { F_KEY, F_KIND, FRAME_BYTES } from './batch.ts';
import { SEGMENT } from './kinds.ts';
import { BATCH, S_FETCHED } from './layout.ts';
import { setOf } from './ring.ts';

/**
 * Reads where the probes and replies of the batch will look for their exchanges, up to `end`: all at once, because the processor
 * waits for several lines no longer than for one.
 */
export function fetchSets(end: i32): void {
  let read: i32 = 0;
  for (let f = BATCH; f < end; f += FRAME_BYTES) {
    if (load<i32>(f, F_KIND) < SEGMENT) read ^= load<i32>(setOf(load<i32>(f, F_KEY)));
  }
  // Kept, so that no compiler leaves the reading out.
  store<i32>(S_FETCHED, read);
}
