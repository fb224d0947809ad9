/** FNV's prime: odd, so that multiplying loses nothing. */
const PRIME = 0x01000193;
const OTHER_PRIME = 0x85ebca6b;

/**
 * A 32-bit hash of `length` bytes from `at`, the same wherever they lie: to tell copies of a packet from other packets, not
 * to keep out somebody who looks for collisions. Two lanes of words, because one multiplication need not wait for the other.
 */
export function hashBytes(view: DataView, at: number, length: number): number {
  let even = length;
  let odd = 0x811c9dc5 | 0;
  let next = at;
  const pairs = at + (length & ~7);
  for (; next < pairs; next += 8) {
    even = Math.imul(even ^ view.getInt32(next, true), PRIME);
    odd = Math.imul(odd ^ view.getInt32(next + 4, true), OTHER_PRIME);
    even ^= even >>> 15;
  }
  for (const end = at + length; next < end; next++) odd = Math.imul(odd ^ view.getUint8(next), PRIME);
  return mix(even ^ Math.imul(odd ^ (odd >>> 16), OTHER_PRIME));
}

/** Spreads every bit over the whole word (MurmurHash3's finaliser). */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
