import {
  BATCH_FRAMES,
  F_ACK,
  F_DEVICE,
  F_HEADER,
  F_KIND,
  F_RECORD,
  F_TIME,
  FRAME_BYTES,
  indexOf,
} from './batch.ts';
import { expire } from './close.ts';
import { countClosed } from './closed.ts';
import { fetchSets } from './fetch.ts';
import { SEGMENT, SYN_ACK } from './kinds.ts';
import { BATCH, S_NUMBER, S_STOP } from './layout.ts';
import { CROWDED, TAKEN } from './outcomes.ts';
import { isTimeToExpire, pair } from './pair.ts';
import { profileOf } from './profiles.ts';
import { setKey } from './ring.ts';
import { AT_END, AT_FRAME, AT_PAIR, FULL, LATE } from './stops.ts';
import { RECORD_BYTES } from './write.ts';

/**
 * Pairs what it can of the records (`exchange/layout.ts`) in [at, end), as if each were a plain frame read just now; where it
 * stopped, and in S_STOP why.
 */
export function pairRecords(at: i32, end: i32): i32 {
  while (at < end) {
    const frames = readBatch(at, end);
    if (frames === 0) return stopped(AT_FRAME, at);
    const batchEnd = BATCH + frames * FRAME_BYTES;
    fetchSets(batchEnd);
    for (let f = BATCH; f < batchEnd; f += FRAME_BYTES) {
      // Frames of the batch are numbered from here on.
      store<i32>(S_NUMBER, load<i32>(f, F_RECORD) - 1 - indexOf(f));
      const taken = pair(f, load<i32>(f, F_KIND), load<i32>(f, F_DEVICE));
      if (taken !== TAKEN) return stopped(taken === CROWDED ? FULL : AT_PAIR, at);
      at += RECORD_BYTES;
      if (isTimeToExpire() && !expire()) return stopped(LATE, at);
    }
  }
  return stopped(AT_END, at);
}

function stopped(reason: i32, at: i32): i32 {
  countClosed();
  store<i32>(S_STOP, reason);
  return at;
}

function readBatch(at: i32, end: i32): i32 {
  let frames = 0;
  while (at < end && frames < BATCH_FRAMES && readRecord(BATCH + frames * FRAME_BYTES, at)) {
    frames++;
    at += RECORD_BYTES;
  }
  return frames;
}

/** As `exchange/layout.ts` has it: of SYNs with data. */
const HEADER_WORDS = 0xf0;

/**
 * False where it is no IPv4 probe, reply or last step of a handshake, or it is a SYN with data, or there are too many profiles. In F_RECORD is the frame's
 * number, in F_DEVICE its profile.
 */
function readRecord(f: i32, record: i32): bool {
  const kindPlace = load<i32>(record);
  const kind = kindPlace & 0xff;
  if (kind === 0 || (kind > SYN_ACK && kind !== SEGMENT) || load<i32>(record, 48) !== 0) return false;
  const flags = load<i32>(record, 56);
  if ((flags & HEADER_WORDS) !== 0) return false;
  const header = load<i32>(record, 36);
  const macLength = load<i32>(record, 40);
  const type = (header & 0xffff0000) | i32(u32(macLength) >> 16);
  const profile = profileOf(kindPlace, type, load<i32>(record, 44), flags);
  if (profile < 0) return false;
  v128.store(f, v128.load(record, 16));
  store<i32>(f, load<i32>(record, 32), F_ACK);
  store<i32>(f, (header << 16) | (macLength & 0xffff), F_HEADER);
  store<i32>(f, kind, F_KIND);
  setKey(f, load<i32>(record, 52));
  store<i32>(f, load<i32>(record, 12), F_RECORD);
  store<i64>(f, rotl<i64>(load<i64>(record, 4), 32), F_TIME);
  store<i32>(f, profile, F_DEVICE);
  return true;
}
