import { countFrames } from './accounts.ts';
import { BATCH_FRAMES, F_DEVICE, F_END, F_KIND, F_LINK, F_TIME, FRAME_BYTES, indexOf } from './batch.ts';
import { expire } from './close.ts';
import { countClosed } from './closed.ts';
import { fetchSets } from './fetch.ts';
import { glance } from './glance.ts';
import { NOT_PLAIN } from './kinds.ts';
import { BATCH, FACE_BYTES, FACES, S_FACES, S_STOP } from './layout.ts';
import { CROWDED, TAKEN } from './outcomes.ts';
import { isTimeToExpire, take } from './pair.ts';
import { BLOCK_BYTES, ENHANCED_PACKET, MAX_PACKET_BYTES, RECORD_BYTES, word } from './record-bytes.ts';
import { AT_END, AT_FRAME, AT_PAIR, FULL, LATE } from './stops.ts';

/** Where the packet lies in an enhanced packet block. */
const PACKET = 28;
/** Of an interface (`FACES`), behind link type, number and direction: units a second, nanoseconds of a unit. */
const I_UNITS = 8;
const I_UNIT_NS = 12;

const GOES_ON = -1;
/**
 * Frames of the first batch behind one that went the long way; each batch may be twice as large as the one before. Perhaps the
 * next one goes that way, too, and then what was read of those behind it has to be read again.
 */
const FIRST_FRAMES = 4;
const FIRST_END = BATCH + FIRST_FRAMES * FRAME_BYTES;

/** Takes what it can of the records of a pcap file in [at, end); where it stopped, and in S_STOP why. */
export function takeRecords(at: i32, end: i32, little: bool): i32 {
  const units = load<u32>(FACES, I_UNITS);
  const unitNs = load<u32>(FACES, I_UNIT_NS);
  const device = deviceOf(FACES);
  let reason = GOES_ON;
  let batchEnd = FIRST_END;
  while (reason === GOES_ON) {
    let f = BATCH;
    while (f < batchEnd) {
      const start = at + RECORD_BYTES;
      reason = AT_END;
      if (start > end) break;
      reason = AT_FRAME;
      const captured = word(at + 8, little);
      const fraction = word(at + 4, little);
      if (captured > MAX_PACKET_BYTES) break;
      if (fraction >= units) break;
      const next = start + <i32>captured;
      if (next > end) {
        reason = AT_END;
        break;
      }
      reason = GOES_ON;
      addFrame(f, device, start, next, word(at, little), fraction * unitNs);
      at = next;
      f += FRAME_BYTES;
    }
    reason = takeBatch(f, reason, at, RECORD_BYTES);
    batchEnd = larger(batchEnd);
  }
  return stoppedFor(reason);
}

/** The same of the blocks of a pcapng section, as long as they are enhanced packet blocks without options. */
export function takeBlocks(at: i32, end: i32, little: bool): i32 {
  let reason = GOES_ON;
  let batchEnd = FIRST_END;
  while (reason === GOES_ON) {
    let f = BATCH;
    while (f < batchEnd) {
      reason = AT_END;
      if (end - at < BLOCK_BYTES) break;
      reason = AT_FRAME;
      const length = word(at + 4, little);
      const captured = word(at + 20, little);
      if (captured > MAX_PACKET_BYTES) break;
      if (((length ^ (((captured + 3) & ~3) + BLOCK_BYTES)) | (word(at, little) ^ ENHANCED_PACKET)) !== 0)
        break;
      const next = at + <i32>length;
      if (next > end) {
        reason = AT_END;
        break;
      }
      const index = word(at + 8, little);
      if (index >= load<u32>(S_FACES)) break;
      if (word(next - 4, little) !== length) break;
      const face = FACES + <i32>index * FACE_BYTES;
      const units = load<u32>(face, I_UNITS);
      if (units === 0) break;
      const stamp = ((<u64>word(at + 12, little)) << 32) | <u64>word(at + 16, little);
      const seconds = stamp / units;
      if (seconds >> 32 !== 0) break;
      reason = GOES_ON;
      const nanos = <u32>(stamp - seconds * units) * load<u32>(face, I_UNIT_NS);
      const start = at + PACKET;
      addFrame(f, deviceOf(face), start, start + <i32>captured, <u32>seconds, nanos);
      at = next;
      f += FRAME_BYTES;
    }
    reason = takeBatch(f, reason, at, PACKET);
    batchEnd = larger(batchEnd);
  }
  return stoppedFor(reason);
}

/** Where the next batch ends. */
function larger(batchEnd: i32): i32 {
  return min(BATCH + ((batchEnd - BATCH) << 1), BATCH + BATCH_FRAMES * FRAME_BYTES);
}

/** Of an interface: link type and device lie side by side, in a frame the other way about. */
function deviceOf(face: i32): u64 {
  return rotl<u64>(load<u64>(face), 32);
}

/** What is told of a frame beside its bytes. */
function addFrame(f: i32, device: u64, start: i32, end: i32, seconds: u32, nanos: u32): void {
  store<i32>(f, start, F_LINK);
  store<i32>(f, end, F_END);
  store<u64>(f, ((<u64>seconds) << 32) | <u64>nanos, F_TIME);
  store<u64>(f, device, F_DEVICE);
}

function stoppedFor(reason: i32): i32 {
  store<i32>(S_STOP, reason);
  return stoppedAt;
}

/** Where a batch ends that was not followed by another one. */
let stoppedAt: i32 = 0;

/**
 * Takes the frames of the batch in their order, up to one that cannot be taken.
 *
 * @param end behind the last one
 * @param reason why no more joined it
 * @param next behind the record of the last one
 * @param headerBytes from where a record begins to its frame
 */
function takeBatch(end: i32, reason: i32, next: i32, headerBytes: i32): i32 {
  const plain = glanceAll(end);
  fetchSets(plain);
  let f = BATCH;
  let taken = TAKEN;
  let late = false;
  while (f < plain) {
    taken = take(f);
    if (taken !== TAKEN) break;
    f += FRAME_BYTES;
    if (isTimeToExpire()) {
      late = !expire();
      if (late) break;
    }
  }
  countClosed();
  countFrames(indexOf(f));
  stoppedAt = f < end ? load<i32>(f, F_LINK) - headerBytes : next;
  if (late) return LATE;
  if (taken === CROWDED) return FULL;
  if (taken !== TAKEN) return AT_PAIR;
  return f < end ? AT_FRAME : reason;
}

/** Up to the first one that is not plain. */
function glanceAll(end: i32): i32 {
  for (let f = BATCH; f < end; f += FRAME_BYTES) {
    const kind = glance(f);
    if (kind === NOT_PLAIN) return f;
    store<i32>(f, kind, F_KIND);
  }
  return end;
}
