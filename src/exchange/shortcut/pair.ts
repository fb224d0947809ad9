import { mayHoldAck } from './acks.ts';
import {
  F_DEVICE,
  F_DST,
  F_HEADER,
  F_KEY,
  F_KIND,
  F_LINK,
  F_LINK_TYPE,
  F_PORTS,
  F_SEQ,
  F_SRC,
  F_TIME,
  FRAME_BYTES,
} from './batch.ts';
import { closeUntil } from './close.ts';
import { answerExchange, openExchange } from './exchanges.ts';
import { ECHO_REQUEST, SEGMENT, SYN } from './kinds.ts';
import {
  BATCH,
  S_ASKED,
  S_BASE_SECONDS,
  S_DIRECTIONS,
  S_FETCHED,
  S_FIRST_TIME,
  S_FRAMES,
  S_LAST_NS,
  S_LATEST_TIME,
  S_NOW_NS,
  S_NUMBER,
  S_PAIRS,
  S_PROBED,
  S_PROBES,
  S_REPLIES,
  S_SECONDS,
  S_SEEN,
  S_SINCE_EXPIRY,
  S_TABLE_QUEUED,
  S_UNFILTERED,
  S_WINDOW_NS,
} from './layout.ts';
import { REFUSED, TAKEN, TAKEN_LATE } from './outcomes.ts';
import { findProfile } from './places.ts';
import { setOf } from './ring.ts';
import { passesStalls } from './stalls.ts';

const SLL2 = 276;
const OUTGOING = 4;
const DISORDER_NS: f64 = 60e9;
const EXPIRE_EVERY = 64;

/**
 * Reads where the frames of the batch will look for their exchanges: all at once, because the processor waits for several
 * lines no longer than for one.
 */
export function fetchSets(frames: i32): void {
  let read: i32 = 0;
  const end = BATCH + frames * FRAME_BYTES;
  for (let f = BATCH; f < end; f += FRAME_BYTES) read ^= load<i32>(setOf(load<i32>(f, F_KEY)));
  // Kept, so that no compiler leaves the reading out.
  store<i32>(S_FETCHED, read);
}

/** What becomes of a frame of the batch (`outcomes.ts`). */
export function take(f: i32): i32 {
  const kind = load<i32>(f, F_KIND);
  if (kind >= SEGMENT) {
    if (kind === SEGMENT && !passes(f)) return REFUSED;
    counted(f, kind);
    return TAKEN;
  }
  const paired = pair(f, kind);
  if (paired !== TAKEN) return paired;
  counted(f, kind);
  return expire();
}

/** A segment of which nothing is to be recorded: no step of a handshake that was seen, and no sign of lost data. */
function passes(f: i32): bool {
  if (load<i32>(S_UNFILTERED) > 0 || mayHoldAck(load<i32>(f, F_KEY))) return false;
  const ports = load<i32>(f, F_PORTS);
  return passesStalls(
    load<i32>(f, F_HEADER) & 0xffff,
    load<i32>(f, F_SRC),
    load<i32>(f, F_DST),
    ports >>> 16,
    ports & 0xffff,
    load<i32>(f, F_SEQ),
    load<u32>(f, F_TIME + 4),
    load<i32>(f, F_TIME),
  );
}

function pair(f: i32, kind: i32): i32 {
  store<i32>(S_ASKED, 0);
  if (load<i32>(S_PAIRS) === 0 || load<i32>(S_PROBED) === 0) return REFUSED;
  const time = (f64(load<u32>(f, F_TIME + 4)) - load<f64>(S_BASE_SECONDS)) * 1e9 + f64(load<i32>(f, F_TIME));
  if (time < load<f64>(S_LAST_NS) - DISORDER_NS) return REFUSED;
  const profile = findProfile(f, kind);
  if (profile < 0) return REFUSED;
  const request = kind === ECHO_REQUEST || kind === SYN;
  store<f64>(S_NOW_NS, time);
  if (request) {
    const opened = openExchange(f, kind === SYN, profile, time);
    if (opened !== TAKEN) return opened;
  } else if (!answerExchange(f, kind > SYN, profile, time)) {
    return REFUSED;
  }
  store<f64>(S_LAST_NS, time);
  const counter = request ? S_PROBES : S_REPLIES;
  store<i32>(counter, load<i32>(counter) + 1);
  return TAKEN;
}

function counted(f: i32, kind: i32): void {
  store<i32>(S_NUMBER, load<i32>(S_NUMBER) + 1);
  store<i32>(S_FRAMES, load<i32>(S_FRAMES) + 1);
  store<i32>(S_SEEN, load<i32>(S_SEEN) | (1 << kind));
  store<i32>(S_DIRECTIONS, load<i32>(S_DIRECTIONS) | (1 << directionOf(f)));
  if (load<i32>(S_UNFILTERED) > 0) store<i32>(S_UNFILTERED, load<i32>(S_UNFILTERED) - 1);
  store<i32>(S_SECONDS, load<i32>(f, F_TIME + 4));
  const time = load<u64>(f, F_TIME);
  if (time > load<u64>(S_LATEST_TIME)) store<u64>(S_LATEST_TIME, time);
  if (time < load<u64>(S_FIRST_TIME)) store<u64>(S_FIRST_TIME, time);
}

function directionOf(f: i32): i32 {
  if (load<i32>(f, F_LINK_TYPE) !== SLL2) return load<i32>(f, F_DEVICE) & 3;
  return load<u8>(load<i32>(f, F_LINK), 10) === OUTGOING ? 2 : 1;
}

/** Every so often, what has waited for its reply too long is closed. */
function expire(): i32 {
  const since = load<i32>(S_SINCE_EXPIRY) + 1;
  store<i32>(S_SINCE_EXPIRY, since < EXPIRE_EVERY ? since : 0);
  if (since < EXPIRE_EVERY) return TAKEN;
  const before = load<f64>(S_LAST_NS) - load<f64>(S_WINDOW_NS);
  if (load<f64>(S_TABLE_QUEUED) < before) return TAKEN_LATE;
  return closeUntil(before) ? TAKEN : TAKEN_LATE;
}
