import { setLook } from './groups.ts';
import { LOOKS } from './layout.ts';

/** As `PlainLooks.find`; what is found is set for the search among groups. */
export function findLook(request: i32, reply: i32, ack: i32): bool {
  const mixed = request ^ (reply * 0xc2b2ae35) ^ (ack * 0x85ebca6b);
  const slot = u32((mixed ^ i32(u32(mixed) >> 13)) * 0x9e3779b1) >> 24;
  const at = LOOKS + slot * 24;
  if (load<i32>(at) !== request || load<i32>(at, 4) !== reply || load<i32>(at, 8) !== ack) return false;
  setLook(load<i32>(at, 12), load<i32>(at, 16), load<i32>(at, 20) === 1);
  return true;
}
