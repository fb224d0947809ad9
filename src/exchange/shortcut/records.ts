import { countFrames, countPassed, expire } from './accounts.ts';
import { BATCH_FRAMES, F_DEVICE, F_KIND, F_LINK, F_TIME, FRAME_BYTES, indexOf } from './batch.ts';
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
/** Of an interface (`FACES`), beside the link type: number and direction, units a second, nanoseconds of a unit. */
const I_DEVICE = 4;
const I_UNITS = 8;
const I_UNIT_NS = 12;

const GOES_ON = -1;
/** In place of a number of frames. */
const STOPPED = -1;

/** Takes what it can of the records of a pcap file in [at, end); where it stopped, and in S_STOP why. */
export function takeRecords(at: i32, end: i32, little: bool): i32 {
  const linkType = load<i32>(FACES);
  const units = load<u32>(FACES, I_UNITS);
  let frames = 0;
  let captured = capturedOf(at, end, little);
  for (;;) {
    const start = at + RECORD_BYTES;
    if (start > end) break;
    const fraction = word(at + 4, little);
    if (captured > MAX_PACKET_BYTES) return finished(frames, RECORD_BYTES, at, AT_FRAME);
    if (fraction >= units) return finished(frames, RECORD_BYTES, at, AT_FRAME);
    const next = start + <i32>captured;
    if (next > end) break;
    // Read before this frame is looked at: the processor waits for it no longer than for the rest.
    captured = capturedOf(next, end, little);
    const f = BATCH + frames * FRAME_BYTES;
    const kind = glance(f, linkType, start, next);
    if (kind === NOT_PLAIN) return finished(frames, RECORD_BYTES, at, AT_FRAME);
    finishFrame(f, FACES, start, word(at, little), fraction * load<u32>(FACES, I_UNIT_NS), kind);
    at = next;
    if (frames === 0 && goesAlone(kind)) {
      if (passesOver(f, kind)) continue;
      const reason = takeBatch(1, RECORD_BYTES, at);
      if (reason !== GOES_ON) return stoppedFor(reason);
      continue;
    }
    frames++;
    if (frames === BATCH_FRAMES) {
      const reason = takeBatch(frames, RECORD_BYTES, at);
      if (reason !== GOES_ON) return stoppedFor(reason);
      frames = 0;
    }
  }
  return finished(frames, RECORD_BYTES, at, AT_END);
}

/** Of a record in a pcap file, if its header is whole. */
function capturedOf(at: i32, end: i32, little: bool): u32 {
  return at + RECORD_BYTES <= end ? word(at + 8, little) : 0;
}

/** The same of the blocks of a pcapng section, as long as they are enhanced packet blocks without options. */
export function takeBlocks(at: i32, end: i32, little: bool): i32 {
  let frames = 0;
  let length = lengthOf(at, end, little);
  for (;;) {
    if (end - at < BLOCK_BYTES) break;
    const captured = word(at + 20, little);
    const plain = i32(length === ((captured + 3) & ~3) + BLOCK_BYTES) & i32(captured <= MAX_PACKET_BYTES);
    if ((plain & i32(word(at, little) === ENHANCED_PACKET)) === 0) return finished(frames, PACKET, at, AT_FRAME);
    const next = at + <i32>length;
    if (next > end) break;
    const index = word(at + 8, little);
    const face = FACES + <i32>index * FACE_BYTES;
    if (word(next - 4, little) !== length || index >= load<u32>(S_FACES)) return finished(frames, PACKET, at, AT_FRAME);
    const units = load<u32>(face, I_UNITS);
    if (units === 0) return finished(frames, PACKET, at, AT_FRAME);
    const stamp = ((<u64>word(at + 12, little)) << 32) | <u64>word(at + 16, little);
    const seconds = stamp / units;
    const nanos = <u32>(stamp - seconds * units) * load<u32>(face, I_UNIT_NS);
    if (seconds >> 32 !== 0) return finished(frames, PACKET, at, AT_FRAME);
    const start = at + PACKET;
    length = lengthOf(next, end, little);
    const f = BATCH + frames * FRAME_BYTES;
    const kind = glance(f, load<i32>(face), start, start + <i32>captured);
    if (kind === NOT_PLAIN) return finished(frames, PACKET, at, AT_FRAME);
    finishFrame(f, face, start, <u32>seconds, nanos, kind);
    at = next;
    if (frames === 0 && goesAlone(kind)) {
      if (passesOver(f, kind)) continue;
      const reason = takeBatch(1, PACKET, at);
      if (reason !== GOES_ON) return stoppedFor(reason);
      continue;
    }
    frames++;
    if (frames === BATCH_FRAMES) {
      const reason = takeBatch(frames, PACKET, at);
      if (reason !== GOES_ON) return stoppedFor(reason);
      frames = 0;
    }
  }
  return finished(frames, PACKET, at, AT_END);
}

/** Of a block in a pcapng section, likewise. */
function lengthOf(at: i32, end: i32, little: bool): u32 {
  return end - at < BLOCK_BYTES ? 0 : word(at + 4, little);
}

/** What is told of a frame beside its bytes. Of an interface, link type and device lie side by side. */
function finishFrame(f: i32, face: i32, start: i32, seconds: u32, nanos: u32, kind: i32): void {
  store<i32>(f, start, F_LINK);
  store<u64>(f, ((<u64>seconds) << 32) | <u64>nanos, F_TIME);
  store<u64>(f, rotl<u64>(load<u64>(face), 32), F_DEVICE);
  store<i32>(f, kind, F_KIND);
}

/** Counts a frame that nothing becomes of, without a batch; false for others. */
function passesOver(f: i32, kind: i32): bool {
  if (!passes(f, kind)) return false;
  countPassed(f, kind);
  return true;
}

/** A segment or datagram need not wait for others: nothing has to be fetched for it. */
function goesAlone(kind: i32): bool {
  return kind >= SEGMENT;
}

/** What is left of a batch comes before the reason why no more joined it. */
function finished(frames: i32, headerBytes: i32, at: i32, reason: i32): i32 {
  const earlier = frames > 0 ? takeBatch(frames, headerBytes, at) : GOES_ON;
  if (earlier !== GOES_ON) return stoppedFor(earlier);
  store<i32>(S_STOP, reason);
  return at;
}

function stoppedFor(reason: i32): i32 {
  store<i32>(S_STOP, reason);
  return stoppedAt;
}

/** Of a batch that was not taken to its end. */
let stoppedAt: i32 = 0;

/**
 * Takes the frames in their order, up to one that cannot be taken.
 *
 * @param headerBytes from where a record begins to its frame
 * @param next behind the record of the last one
 */
function takeBatch(frames: i32, headerBytes: i32, next: i32): i32 {
  if (frames > 1) fetchSets(frames);
  const end = BATCH + frames * FRAME_BYTES;
  let f = BATCH;
  let taken = TAKEN;
  let late = false;
  while (f < end) {
    taken = take(f);
    if (taken !== TAKEN) break;
    f += FRAME_BYTES;
    if (isTimeToExpire()) {
      late = !expire();
      if (late) break;
    }
  }
  countFrames(indexOf(f));
  if (taken === TAKEN && !late) return GOES_ON;
  stoppedAt = f < end ? load<i32>(f, F_LINK) - headerBytes : next;
  if (late) return LATE;
  return taken === CROWDED ? FULL : AT_PAIR;
}

function word(at: i32, little: bool): u32 {
  const loaded = load<u32>(at);
  return little ? loaded : bswap(loaded);
}
