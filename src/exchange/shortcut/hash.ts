/** As `hashBytes` of `decode/hash.ts`. */
export function hashBytes(at: i32, length: i32): i32 {
  let even = length;
  let odd: i32 = 0x811c9dc5;
  const pairs = at + (length & ~7);
  let next = at;
  for (; next < pairs; next += 8) {
    even = (even ^ load<i32>(next)) * 0x01000193;
    odd = (odd ^ load<i32>(next, 4)) * 0x85ebca6b;
    even ^= i32(u32(even) >> 15);
  }
  for (const end = at + length; next < end; next++) odd = (odd ^ load<u8>(next)) * 0x01000193;
  return mix(even ^ ((odd ^ i32(u32(odd) >> 16)) * 0x85ebca6b));
}

function mix(hash: i32): i32 {
  let mixed = (hash ^ i32(u32(hash) >> 16)) * 0x85ebca6b;
  mixed = (mixed ^ i32(u32(mixed) >> 13)) * 0xc2b2ae35;
  return mixed ^ i32(u32(mixed) >> 16);
}
