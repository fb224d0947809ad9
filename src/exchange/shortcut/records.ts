import { countFrames, countPassed, expire } from './accounts.ts';
import {
  BATCH_FRAMES,
  F_DEVICE,
  F_KIND,
  F_LINK_TYPE,
  F_NEXT,
  F_RECORD,
  F_TIME,
  FRAME_BYTES,
  indexOf,
} from './batch.ts';
import { glance } from './glance.ts';
import { NOT_PLAIN, SEGMENT } from './kinds.ts';
import { BATCH, FACE_BYTES, FACES, S_FACES, S_STOP } from './layout.ts';
import { CROWDED, TAKEN } from './outcomes.ts';
import { fetchSets, isTimeToExpire, passes, take } from './pair.ts';
import { AT_END, AT_FRAME, AT_PAIR, FULL, LATE } from './stops.ts';

/** draft-ietf-opsawg-pcap section 5. */
const RECORD_BYTES = 16;
const MAX_PACKET_BYTES: u32 = 262144;
/** An enhanced packet block without options: what surrounds the packet (draft-ietf-opsawg-pcapng section 4.3). */
const ENHANCED_PACKET = 6;
const BLOCK_BYTES = 32;
const PACKET = 28;
const SECOND_NS: u32 = 1000000000;

const GOES_ON = -1;
/** In place of a number of frames. */
const STOPPED = -1;

/** Takes what it can of the records of a pcap file in [at, end); where it stopped, and in S_STOP why. */
export function takeRecords(at: i32, end: i32, little: bool): i32 {
  const units = load<u32>(FACES, 8);
  const unitNs = SECOND_NS / units;
  let frames = 0;
  let reason = GOES_ON;
  let captured = capturedOf(at, end, little);
  while (reason === GOES_ON) {
    const start = at + RECORD_BYTES;
    if (start > end) {
      reason = AT_END;
      break;
    }
    const fraction = word(at + 4, little);
    if (captured > MAX_PACKET_BYTES || fraction >= units) {
      reason = AT_FRAME;
      break;
    }
    const next = start + <i32>captured;
    if (next > end) {
      reason = AT_END;
      break;
    }
    // Read before this frame is looked at: the processor waits for it no longer than for the rest.
    captured = capturedOf(next, end, little);
    const f = BATCH + frames * FRAME_BYTES;
    const kind = addFrame(f, FACES, at, start, next, next, word(at, little), fraction * unitNs);
    if (kind === NOT_PLAIN) {
      reason = AT_FRAME;
      break;
    }
    at = next;
    if (frames === 0 && passesOver(f, kind)) continue;
    frames = takeComplete(frames + 1);
    if (frames === STOPPED) return stoppedAt;
  }
  return finished(frames, at, reason);
}

/** Of a record in a pcap file, if its header is whole. */
function capturedOf(at: i32, end: i32, little: bool): u32 {
  return at + RECORD_BYTES <= end ? word(at + 8, little) : 0;
}

/** The same of the blocks of a pcapng section, as long as they are enhanced packet blocks without options. */
export function takeBlocks(at: i32, end: i32, little: bool): i32 {
  let frames = 0;
  let reason = GOES_ON;
  let length = lengthOf(at, end, little);
  while (reason === GOES_ON) {
    if (end - at < BLOCK_BYTES) {
      reason = AT_END;
      break;
    }
    const captured = word(at + 20, little);
    const plain = length === ((captured + 3) & ~3) + BLOCK_BYTES && captured <= MAX_PACKET_BYTES;
    if (word(at, little) !== ENHANCED_PACKET || !plain) {
      reason = AT_FRAME;
      break;
    }
    const next = at + <i32>length;
    if (next > end) {
      reason = AT_END;
      break;
    }
    const index = word(at + 8, little);
    const face = FACES + <i32>index * FACE_BYTES;
    if (word(next - 4, little) !== length || index >= load<u32>(S_FACES) || load<u32>(face, 8) === 0) {
      reason = AT_FRAME;
      break;
    }
    const units = load<u32>(face, 8);
    const stamp = ((<u64>word(at + 12, little)) << 32) | <u64>word(at + 16, little);
    const seconds = stamp / units;
    const nanos = <u32>(stamp - seconds * units) * (SECOND_NS / units);
    const start = at + PACKET;
    length = lengthOf(next, end, little);
    const f = BATCH + frames * FRAME_BYTES;
    const packetEnd = start + <i32>captured;
    const kind =
      seconds >> 32 === 0 ? addFrame(f, face, at, start, packetEnd, next, <u32>seconds, nanos) : NOT_PLAIN;
    if (kind === NOT_PLAIN) {
      reason = AT_FRAME;
      break;
    }
    at = next;
    if (frames === 0 && passesOver(f, kind)) continue;
    frames = takeComplete(frames + 1);
    if (frames === STOPPED) return stoppedAt;
  }
  return finished(frames, at, reason);
}

/** Of a block in a pcapng section, likewise. */
function lengthOf(at: i32, end: i32, little: bool): u32 {
  return end - at < BLOCK_BYTES ? 0 : word(at + 4, little);
}

/** The kind of the frame, which joins the batch; NOT_PLAIN where it does not. */
function addFrame(
  f: i32,
  face: i32,
  record: i32,
  start: i32,
  end: i32,
  next: i32,
  seconds: u32,
  nanos: u32,
): i32 {
  store<i32>(f, load<i32>(face), F_LINK_TYPE);
  const kind = glance(f, start, end);
  if (kind === NOT_PLAIN) return kind;
  store<i32>(f, load<i32>(face, 4), F_DEVICE);
  store<u32>(f, nanos, F_TIME);
  store<u32>(f, seconds, F_TIME + 4);
  store<i32>(f, kind, F_KIND);
  store<i32>(f, record, F_RECORD);
  store<i32>(f, next, F_NEXT);
  return kind;
}

/** Counts a frame that nothing becomes of, without a batch; false for others. */
function passesOver(f: i32, kind: i32): bool {
  if (!passes(f, kind)) return false;
  countPassed(f, kind);
  return true;
}

/** Takes the batch if it is complete; the frames that are in it then, or STOPPED. */
function takeComplete(frames: i32): i32 {
  if (!isComplete(frames)) return frames;
  const reason = takeBatch(frames);
  store<i32>(S_STOP, reason);
  return reason === GOES_ON ? 0 : STOPPED;
}

/** A segment that comes alone need not wait for others: nothing has to be fetched for it. */
function isComplete(frames: i32): bool {
  return frames === BATCH_FRAMES || (frames === 1 && load<i32>(BATCH, F_KIND) >= SEGMENT);
}

/** What is left of a batch comes before the reason why no more joined it. */
function finished(frames: i32, at: i32, reason: i32): i32 {
  const earlier = frames > 0 ? takeBatch(frames) : GOES_ON;
  store<i32>(S_STOP, earlier === GOES_ON ? reason : earlier);
  return earlier === GOES_ON ? at : stoppedAt;
}

/** Of a batch that was not taken to its end. */
let stoppedAt: i32 = 0;

/** Takes the frames in their order, up to one that cannot be taken. */
function takeBatch(frames: i32): i32 {
  if (frames > 1) fetchSets(frames);
  const end = BATCH + frames * FRAME_BYTES;
  let f = BATCH;
  let taken = TAKEN;
  let late = false;
  while (f < end && !late) {
    taken = take(f);
    if (taken !== TAKEN) break;
    f += FRAME_BYTES;
    late = isTimeToExpire() && !expire();
  }
  countFrames(indexOf(f));
  if (taken !== TAKEN) {
    stoppedAt = load<i32>(f, F_RECORD);
    return taken === CROWDED ? FULL : AT_PAIR;
  }
  if (!late) return GOES_ON;
  stoppedAt = load<i32>(f - FRAME_BYTES, F_NEXT);
  return LATE;
}

function word(at: i32, little: bool): u32 {
  const loaded = load<u32>(at);
  return little ? loaded : bswap(loaded);
}
