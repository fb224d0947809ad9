const PRIME: i32 = 0x01000193;
const OTHER_PRIME: i32 = 0x85ebca6b;
const BLOCK_BYTES = 16;

/** As `hashBytes` of `decode/hash.ts`: its four lanes at once. */
export function hashBytes(at: i32, length: i32): i32 {
  const end = at + length;
  if (length < BLOCK_BYTES) return hashFew(at, end, length);
  let lanes = i32x4(0x811c9dc5, 0x9e3779b1, 0x85ebca77, 0xc2b2ae3d);
  const last = end - BLOCK_BYTES;
  for (let next = at; next < last; next += BLOCK_BYTES) lanes = added(lanes, next);
  lanes = added(lanes, last);
  let hash = length ^ i32x4.extract_lane(lanes, 0);
  hash = (hash ^ i32x4.extract_lane(lanes, 1)) * OTHER_PRIME;
  hash = ((hash ^ i32(u32(hash) >> 15)) + i32x4.extract_lane(lanes, 2)) * PRIME;
  return mix((hash ^ i32x4.extract_lane(lanes, 3)) * OTHER_PRIME);
}

function added(lanes: v128, at: i32): v128 {
  const more = i32x4.mul(v128.xor(lanes, v128.load(at)), i32x4.splat(PRIME));
  return v128.xor(more, i32x4.shr_u(more, 15));
}

function hashFew(at: i32, end: i32, length: i32): i32 {
  let hash = length;
  for (let next = at; next < end; next++) hash = (hash ^ load<u8>(next)) * PRIME;
  return mix(hash);
}

function mix(hash: i32): i32 {
  let mixed = (hash ^ i32(u32(hash) >> 16)) * 0x85ebca6b;
  mixed = (mixed ^ i32(u32(mixed) >> 13)) * 0xc2b2ae35;
  return mixed ^ i32(u32(mixed) >> 16);
}
