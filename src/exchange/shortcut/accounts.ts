import { F_DEVICE, F_KIND, F_LINK, F_LINK_TYPE, F_TIME, FRAME_BYTES, indexOf } from './batch.ts';
import { directionOf } from './headers.ts';
import { isProbe, SEGMENT } from './kinds.ts';
import {
  BATCH,
  S_BACK_FRAME,
  S_BACK_NS,
  S_DIRECTIONS,
  S_FIRST_TIME,
  S_FRAMES,
  S_LATEST_TIME,
  S_NUMBER,
  S_PROBES,
  S_REPLIES,
  S_SECONDS,
  S_SEEN,
  S_UNFILTERED,
} from './layout.ts';

/** Counts the first frames of the batch, which were taken. */
export function countFrames(frames: i32): void {
  const end = BATCH + frames * FRAME_BYTES;
  let seen = load<i32>(S_SEEN);
  let directions = load<i32>(S_DIRECTIONS);
  let first = load<u64>(S_FIRST_TIME);
  let latest = load<u64>(S_LATEST_TIME);
  let probes = 0;
  let followed = 0;
  for (let f = BATCH; f < end; f += FRAME_BYTES) {
    const kind = load<i32>(f, F_KIND);
    const time = load<u64>(f, F_TIME);
    seen |= 1 << kind;
    directions |=
      1 << directionOf(load<i32>(f, F_LINK_TYPE), load<i32>(f, F_LINK), load<i32>(f, F_DEVICE) & 3);
    if (time < first) first = time;
    if (time >= latest) latest = time;
    else noteBack(latest, time, indexOf(f));
    const follows = i32(kind < SEGMENT);
    followed += follows;
    probes += follows & i32(isProbe(kind));
  }
  store<i32>(S_SEEN, seen);
  store<i32>(S_DIRECTIONS, directions);
  store<u64>(S_FIRST_TIME, first);
  store<u64>(S_LATEST_TIME, latest);
  add(S_PROBES, probes);
  add(S_REPLIES, followed - probes);
  add(S_FRAMES, frames);
  add(S_NUMBER, frames);
  add(S_UNFILTERED, -frames);
  if (frames > 0) store<i32>(S_SECONDS, load<i32>(end - FRAME_BYTES, F_TIME + 4));
}

/** Seldom: the time of a frame lies before that of one before it. */
function noteBack(latest: u64, time: u64, index: i32): void {
  const seconds = <f64>((latest >> 32) - (time >> 32));
  const backNs = seconds * 1e9 + <f64>((latest & 0xffffffff) as i64) - <f64>((time & 0xffffffff) as i64);
  if (backNs <= load<f64>(S_BACK_NS)) return;
  store<f64>(S_BACK_NS, backNs);
  store<i32>(S_BACK_FRAME, load<i32>(S_NUMBER) + index + 1);
}

function add(counter: i32, count: i32): void {
  store<i32>(counter, load<i32>(counter) + count);
}
