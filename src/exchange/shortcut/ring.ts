import { F_ACK, F_DST, F_KIND, F_PORTS, F_SEQ, F_SRC } from './batch.ts';
import { ECHO_REQUEST, SEGMENT, SYN } from './kinds.ts';
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
const SET_BYTES = SLOTS * 4;
const SETS_SHIFT = 2;

/** The slots in which an entry of this key is found. */
export function setOf(key: i32): i32 {
  return SETS + (key & (load<i32>(S_MASK) >>> SETS_SHIFT)) * SET_BYTES;
}

/** A bit for each slot whose entry may be of this key, if it is still in the ring. */
function alike(set: i32, key: i32): i32 {
  const tag = i32x4.splat(key & TAG);
  let same = 0;
  for (let lane = 0; lane < SLOTS; lane += 4) {
    const slots = v128.load(set + lane * 4);
    same |= i32x4.bitmask(i32x4.eq(v128.and(slots, i32x4.splat(TAG)), tag)) << lane;
  }
  return same;
}

/** The first slot whose entry has left the ring; 0 where there is none. */
function freeSlot(set: i32): i32 {
  const size = ringSize();
  const head = load<i32>(S_HEAD);
  for (let lane = 0; lane < SLOTS; lane += 4) {
    const slots = v128.load(set + lane * 4);
    const age = v128.and(i32x4.sub(i32x4.splat(head), slots), i32x4.splat(NUMBER));
    const free = i32x4.bitmask(i32x4.ge_u(i32x4.sub(age, i32x4.splat(1)), i32x4.splat(size)));
    if (free !== 0) return set + (lane + ctz(free)) * 4;
  }
  return NONE;
}

/** Where a slot for a new entry of the frame's key is; 0 where there is none, or one of this key is in the ring. */
export function roomFor(f: i32, key: i32): i32 {
  const set = setOf(key);
  const same = alike(set, key);
  if (same !== 0 && onlyOf(f, set, same) !== NONE) return NONE;
  return freeSlot(set);
}

export function addToRing(slot: i32, key: i32): i32 {
  const number = load<i32>(S_HEAD);
  store<i32>(S_HEAD, number + 1);
  store<i32>(slot, (key & TAG) | (number & NUMBER));
  return RING + ((number & load<i32>(S_MASK)) << 6);
}

/** The only entry that is of the frame's key; NONE where there is none, below it where there are more. */
export function onlyEntry(f: i32, key: i32): i32 {
  const set = setOf(key);
  return onlyOf(f, set, alike(set, key));
}

/** Of entries whose keys are alike in some of their bits: the one whose key is the frame's, NONE or SEVERAL. */
function onlyOf(f: i32, set: i32, same: i32): i32 {
  let only = NONE;
  for (let left = same; left !== 0; left &= left - 1) {
    const at = entryAt(set + (ctz(left) << 2));
    if (at === NONE || !isOfKey(at, f)) continue;
    if (only !== NONE) return SEVERAL;
    only = at;
  }
  return only;
}

/** The entry whose number a slot holds; NONE if it has left the ring. */
function entryAt(slot: i32): i32 {
  const head = load<i32>(S_HEAD);
  const age = (head - load<i32>(slot)) & NUMBER;
  if (age === 0 || age > ringSize()) return NONE;
  return RING + (((head - age) & load<i32>(S_MASK)) << 6);
}

/** As `pairingKey` tells exchanges apart. */
function isOfKey(at: i32, f: i32): bool {
  const kind = load<i32>(f, F_KIND);
  const forth = kind === ECHO_REQUEST || kind === SYN || kind === SEGMENT;
  const tcp = kind >= SYN;
  const ports = load<i32>(f, F_PORTS);
  const originator = forth ? load<i32>(f, F_SRC) : load<i32>(f, F_DST);
  if (load<i32>(at, P_SRC) !== originator || isSyn(at) !== tcp) return false;
  if (!tcp) return load<i32>(at, P_PORTS) === ports;
  const port = forth ? ports >>> 16 : ports & 0xffff;
  const seq = forth ? load<i32>(f, F_SEQ) - i32(kind === SEGMENT) : load<i32>(f, F_ACK) - 1;
  return load<i32>(at, P_PORTS) >>> 16 === port && load<i32>(at, P_SEQ) === seq;
}

/** Whether the entry's request is a SYN. */
export function isSyn(at: i32): bool {
  return (kindPlaceOf(load<i32>(at, P_PROFILES) >>> 16) & 0xff) === SYN;
}
