import { F_ACK, F_KEY, F_KIND, F_PORTS, F_SEQ, F_SET } from './batch.ts';
import { isProbe, SEGMENT, SYN } from './kinds.ts';
import { RING, RING_ACKS, S_HEAD, S_MASK, S_TAIL, SETS } from './layout.ts';
import { kindPlaceOf } from './profiles.ts';

const TAG = 0xfff00000;
const NUMBER = 0x000fffff;
/** No address. */
export const NONE: i32 = 0;
const SEVERAL: i32 = -1;

/** Of an entry in the ring: byte offsets in it. */
export const P_SRC = 0;
export const P_DST = 4;
export const P_PORTS = 8;
export const P_SEQ = 12;
export const P_ACK = 16;
export const P_REPLY_SEQ = 20;
export const P_FRAME = 24;
export const P_REPLY_FRAME = 28;
export const P_HEADER = 32;
export const P_REPLY_HEADER = 36;
export const P_PROFILES = 40;
/** Number of the frame that ended the handshake; 0 where there is none. Of one that is kept as an example, the older one. */
export const P_ACK_FRAME = 44;
export const P_OLDER = 44;
export const P_ASKED = 48;
export const P_ANSWERED = 56;
export const VOID = -1;

/** Of the last step of its handshake (`ackOf`): byte offsets. */
export const A_TIME = 0;
export const A_FRAME = 8;
export const A_ACK = 12;
export const A_HEADER = 16;
export const A_PROFILE = 20;
export const ACK_BYTES = 32;

export function ackOf(at: i32): i32 {
  return RING_ACKS + ((at - RING) >> 1);
}

export function isAnswered(at: i32): bool {
  return load<i32>(at, P_REPLY_FRAME) !== 0;
}

/** @param ack of the last step of its handshake */
export function lastTime(at: i32, ack: i32): f64 {
  if (load<i32>(at, P_ACK_FRAME) !== 0) return load<f64>(ack, A_TIME);
  return isAnswered(at) ? load<f64>(at, P_ANSWERED) : load<f64>(at, P_ASKED);
}

export function ringSize(): i32 {
  return load<i32>(S_HEAD) - load<i32>(S_TAIL);
}

export function ringFull(): bool {
  return ringSize() > load<i32>(S_MASK);
}

export function oldest(): i32 {
  return RING + ((load<i32>(S_TAIL) & load<i32>(S_MASK)) << 6);
}

export function dropOldest(): void {
  store<i32>(S_TAIL, load<i32>(S_TAIL) + 1);
}

/** Slots in which an entry is found: as many as four entries of a full ring have, side by side in a line of the cache. */
const SLOTS = 16;
const ALL_SLOTS = 0xffff;
const SET_BYTES = SLOTS * 4;
const SETS_SHIFT = 2;

/** The slots in which an entry of this key is found. */
function setOf(key: i32): i32 {
  return SETS + (key & (load<i32>(S_MASK) >>> SETS_SHIFT)) * SET_BYTES;
}

/** Tells a frame its key, and where its exchange is looked for. */
export function setKey(f: i32, key: i32): void {
  store<i32>(f, key, F_KEY);
  store<i32>(f, setOf(key), F_SET);
}

/** The same of a segment: most are looked for nowhere, so nothing is to be fetched for it. */
export function setKeyAlone(f: i32, key: i32): void {
  store<i32>(f, key, F_KEY);
  store<i32>(f, f, F_SET);
}

/** A bit for each slot whose entry may be of this key, if it is still in the ring. */
function alike(set: i32, key: i32): i32 {
  const tag = i32x4.splat(key & TAG);
  const mask = i32x4.splat(TAG);
  return bitsOf(
    i32x4.eq(v128.and(v128.load(set), mask), tag),
    i32x4.eq(v128.and(v128.load(set, 16), mask), tag),
    i32x4.eq(v128.and(v128.load(set, 32), mask), tag),
    i32x4.eq(v128.and(v128.load(set, 48), mask), tag),
  );
}

/** A bit for each slot whose entry is still in the ring: how far behind the oldest one tells. */
function held(set: i32): i32 {
  const size = i32x4.splat(ringSize());
  const tail = i32x4.splat(load<i32>(S_TAIL));
  const mask = i32x4.splat(NUMBER);
  return bitsOf(
    i32x4.gt_s(size, v128.and(i32x4.sub(v128.load(set), tail), mask)),
    i32x4.gt_s(size, v128.and(i32x4.sub(v128.load(set, 16), tail), mask)),
    i32x4.gt_s(size, v128.and(i32x4.sub(v128.load(set, 32), tail), mask)),
    i32x4.gt_s(size, v128.and(i32x4.sub(v128.load(set, 48), tail), mask)),
  );
}

/** A bit for each of sixteen words that are 0 or -1. */
function bitsOf(first: v128, second: v128, third: v128, fourth: v128): i32 {
  const low = i16x8.narrow_i32x4_s(first, second);
  const high = i16x8.narrow_i32x4_s(third, fourth);
  return i8x16.bitmask(i8x16.narrow_i16x8_s(low, high));
}

/** Where a slot for a new entry of the frame's key is; 0 where there is none, or one of this key is in the ring. */
export function roomFor(f: i32, key: i32): i32 {
  const set = load<i32>(f, F_SET);
  const same = alike(set, key);
  if (same !== 0 && onlyOf(f, set, same) !== NONE) return NONE;
  const free = held(set) ^ ALL_SLOTS;
  return free === 0 ? NONE : set + (turnOf(free) << 2);
}

/**
 * One of the free slots, another one each time: what a slot held that is left alone for as long as numbers take to come again
 * would seem to be in the ring again.
 */
function turnOf(free: i32): i32 {
  const first = load<i32>(S_HEAD) & (SLOTS - 1);
  return (ctz((free | (free << SLOTS)) >>> first) + first) & (SLOTS - 1);
}

export function addToRing(slot: i32, key: i32): i32 {
  const number = load<i32>(S_HEAD);
  store<i32>(S_HEAD, number + 1);
  store<i32>(slot, (key & TAG) | (number & NUMBER));
  return RING + ((number & load<i32>(S_MASK)) << 6);
}

/** The only entry that is of the frame's key; NONE where there is none, below it where there are more. */
export function onlyEntry(f: i32, key: i32): i32 {
  const set = load<i32>(f, F_SET);
  return onlyOf(f, set, alike(set, key));
}

/** Of entries whose keys are alike in some of their bits: the one whose key is the frame's, NONE or SEVERAL. */
function onlyOf(f: i32, set: i32, same: i32): i32 {
  const tail = load<i32>(S_TAIL);
  let only = NONE;
  for (let left = same; left !== 0; left &= left - 1) {
    const number = load<i32>(set + (ctz(left) << 2));
    if (((number - tail) & NUMBER) >= ringSize()) continue;
    const at = RING + ((number & load<i32>(S_MASK)) << 6);
    if (keysDiffer(at, f) !== 0) continue;
    if (only !== NONE) return SEVERAL;
    only = at;
  }
  return only;
}

/** As `pairingKey` tells exchanges apart; 0 where it does not. */
function keysDiffer(at: i32, f: i32): i32 {
  const kind = load<i32>(f, F_KIND);
  const ports = load<i32>(f, F_PORTS);
  const forth = i32(isProbe(kind)) | i32(kind === SEGMENT);
  // Source and destination lie side by side.
  const originator = load<i32>(at, P_SRC) ^ load<i32>(f + ((forth ^ 1) << 2));
  const syn = i32(isSyn(at));
  if (kind < SYN) return originator | (load<i32>(at, P_PORTS) ^ ports) | syn;
  const port = (rotl<i32>(ports, forth << 4) & 0xffff) ^ <i32>load<u16>(at, P_PORTS + 2);
  const seq = forth === 0 ? load<i32>(f, F_ACK) - 1 : load<i32>(f, F_SEQ) - i32(kind === SEGMENT);
  return originator | port | (load<i32>(at, P_SEQ) ^ seq) | (syn ^ 1);
}

/** Whether the entry's request is a SYN. */
function isSyn(at: i32): bool {
  return (kindPlaceOf(load<i32>(at, P_PROFILES) >>> 16) & 0xff) === SYN;
}
