import { RING, S_HEAD, S_MASK, S_TAIL, SETS } from './layout.ts';

const TAG = 0xfff00000;
const NUMBER = 0x000fffff;
const NONE: i32 = 0;

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
/** Of one that is kept as an example. */
export const P_OLDER = 44;
export const P_ASKED = 48;
export const P_ANSWERED = 56;
export const VOID = -1;

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

/** Slots in which an entry is found: four for each that the ring has room for, eight side by side. */
const SLOTS = 8;

/** The slots in which an entry of this key is found. */
export function setOf(key: i32): i32 {
  return SETS + ((key & (load<i32>(S_MASK) >>> 1)) << 5);
}

/** Lanes that hold the number of an entry still in the ring. */
function living(slots: v128, head: i32, size: i32): v128 {
  const age = v128.and(i32x4.sub(i32x4.splat(head), slots), i32x4.splat(NUMBER));
  return i32x4.lt_u(i32x4.sub(age, i32x4.splat(1)), i32x4.splat(size));
}

function alike(slots: v128, key: i32): v128 {
  return i32x4.eq(v128.and(v128.xor(slots, i32x4.splat(key)), i32x4.splat(TAG)), i32x4.splat(0));
}

/** Where a slot for a new entry of this key is; 0 where there is none, or another of this key may be in the ring. */
export function roomFor(key: i32): i32 {
  const size = ringSize();
  const head = load<i32>(S_HEAD);
  const set = setOf(key);
  const lower = v128.load(set);
  const upper = v128.load(set, 16);
  const lowerLive = living(lower, head, size);
  const upperLive = living(upper, head, size);
  const same = v128.or(v128.and(lowerLive, alike(lower, key)), v128.and(upperLive, alike(upper, key)));
  if (v128.any_true(same)) return NONE;
  const free = ~(i32x4.bitmask(lowerLive) | (i32x4.bitmask(upperLive) << 4));
  const slot = ctz(free);
  return slot < SLOTS ? set + (slot << 2) : NONE;
}

export function addToRing(slot: i32, key: i32): i32 {
  const number = load<i32>(S_HEAD);
  store<i32>(S_HEAD, number + 1);
  store<i32>(slot, (key & TAG) | (number & NUMBER));
  return RING + ((number & load<i32>(S_MASK)) << 6);
}

/** The only entry that may be of this key; 0 where there is none or more than one. */
export function onlyEntry(key: i32): i32 {
  const size = ringSize();
  const head = load<i32>(S_HEAD);
  const set = setOf(key);
  const lower = v128.load(set);
  const upper = v128.load(set, 16);
  const found =
    i32x4.bitmask(v128.and(living(lower, head, size), alike(lower, key))) |
    (i32x4.bitmask(v128.and(living(upper, head, size), alike(upper, key))) << 4);
  if (popcnt(found) !== 1) return NONE;
  const age = (head - load<i32>(set + (ctz(found) << 2))) & NUMBER;
  return RING + (((head - age) & load<i32>(S_MASK)) << 6);
}
