import { setLook } from './groups.ts';
import { LOOKS } from './layout.ts';

/** As `PlainLooks.find`; what is found is set for the search among groups. */
export function findLook(request: i32, reply: i32, ack: i32): bool {
  const slot = u32((request ^ (reply * 0x9e3779b1) ^ (ack * 0x27d4eb2f)) * 0x85ebca6b) >> 24;
  const at = LOOKS + slot * 24;
  if (load<i32>(at) !== request || load<i32>(at, 4) !== reply || load<i32>(at, 8) !== ack) return false;
  setLook(load<i32>(at, 12), load<i32>(at, 16), load<i32>(at, 20) === 1);
  return true;
}
