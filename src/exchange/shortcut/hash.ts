const PRIME: i32 = 0x01000193;
const OTHER_PRIME: i32 = 0x85ebca6b;

/** As `hashBytes` of `decode/hash.ts`: its four lanes at once. */
export function hashBytes(at: i32, length: i32): i32 {
  const blocks = at + (length & ~15);
  let next = at;
  let lanes = i32x4(0x811c9dc5, 0x9e3779b1, 0x85ebca77, 0xc2b2ae3d);
  for (; next < blocks; next += 16) {
    lanes = i32x4.mul(v128.xor(lanes, v128.load(next)), i32x4.splat(PRIME));
    lanes = v128.xor(lanes, i32x4.shr_u(lanes, 15));
  }
  let hash = length ^ i32x4.extract_lane(lanes, 0);
  hash = (hash ^ i32x4.extract_lane(lanes, 1)) * OTHER_PRIME;
  hash = ((hash ^ i32(u32(hash) >> 15)) + i32x4.extract_lane(lanes, 2)) * PRIME;
  hash = (hash ^ i32x4.extract_lane(lanes, 3)) * OTHER_PRIME;
  const words = at + (length & ~3);
  for (; next < words; next += 4) hash = (hash ^ load<i32>(next) ^ i32(u32(hash) >> 15)) * PRIME;
  for (const end = at + length; next < end; next++) hash = (hash ^ load<u8>(next)) * PRIME;
  return mix(hash);
}

function mix(hash: i32): i32 {
  let mixed = (hash ^ i32(u32(hash) >> 16)) * 0x85ebca6b;
  mixed = (mixed ^ i32(u32(mixed) >> 13)) * 0xc2b2ae35;
  return mixed ^ i32(u32(mixed) >> 16);
}
