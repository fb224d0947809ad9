/** FNV's prime: odd, so that multiplying loses nothing. */
const PRIME = 0x01000193;
const OTHER_PRIME = 0x85ebca6b;
const BLOCK_BYTES = 16;

/**
 * A 32-bit hash of `length` bytes from `at`, the same wherever they lie: to tell copies of a packet from other packets, not
 * to keep out somebody who looks for collisions. Four lanes of words, because one multiplication need not wait for the other,
 * and a processor can do four at once; the last sixteen bytes may overlap those before.
 */
export function hashBytes(view: DataView, at: number, length: number): number {
  if (length < BLOCK_BYTES) return hashFew(view, at, length);
  const last = at + length - BLOCK_BYTES;
  let [first, second, third, fourth] = [0x811c9dc5 | 0, 0x9e3779b1 | 0, 0x85ebca77 | 0, 0xc2b2ae3d | 0];
  for (let next = at; ; next = Math.min(next + BLOCK_BYTES, last)) {
    first = Math.imul(first ^ view.getInt32(next, true), PRIME);
    first ^= first >>> 15;
    second = Math.imul(second ^ view.getInt32(next + 4, true), PRIME);
    second ^= second >>> 15;
    third = Math.imul(third ^ view.getInt32(next + 8, true), PRIME);
    third ^= third >>> 15;
    fourth = Math.imul(fourth ^ view.getInt32(next + 12, true), PRIME);
    fourth ^= fourth >>> 15;
    if (next === last) break;
  }
  let hash = Math.imul(length ^ first ^ second, OTHER_PRIME);
  hash = Math.imul((hash ^ (hash >>> 15)) + third, PRIME);
  return mix(Math.imul(hash ^ fourth, OTHER_PRIME));
}

function hashFew(view: DataView, at: number, length: number): number {
  let hash = length;
  for (const end = at + length; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), PRIME);
  return mix(hash);
}

/** Spreads every bit over the whole word (MurmurHash3's finaliser). */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
