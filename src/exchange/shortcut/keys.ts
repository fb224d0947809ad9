/** As `key.ts`, `connections.ts` and `stalls.ts` have them. */

export function pairingKey(protocol: i32, originator: i32, id: i32, seq: i32): i32 {
  const first = (originator ^ ((id + (protocol << 16)) * 0x9e3779b1)) * 0x85ebca6b;
  const second = (first ^ i32(u32(first) >> 15) ^ seq) * 0xc2b2ae35;
  return second ^ i32(u32(second) >> 13);
}

export function endOf(address: i32, port: i32): i32 {
  const mixed = (address ^ (port * 0x9e3779b1)) * 0x85ebca6b;
  return mixed ^ i32(u32(mixed) >> 15);
}

/** An IPv6 address in network byte order. */
export function foldAddress(at: i32): i32 {
  const high = (bswap(load<i32>(at)) * 0x9e3779b1) ^ (bswap(load<i32>(at, 4)) * 0x85ebca6b);
  const low = (bswap(load<i32>(at, 8)) * 0xc2b2ae35) ^ (bswap(load<i32>(at, 12)) * 0x27d4eb2f);
  return (high ^ i32(u32(high) >> 16)) + (low ^ i32(u32(low) >> 15));
}
