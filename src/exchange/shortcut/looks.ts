import { setLook } from './groups.ts';
import { LOOKS } from './layout.ts';

/** As `PlainLooks.find`; what is found is set for the search among groups. */
export function findLook(request: i32, reply: i32): bool {
  const slot = u32((request ^ (reply * 0x9e3779b1)) * 0x85ebca6b) >> 24;
  const at = LOOKS + slot * 20;
  if (load<i32>(at) !== request || load<i32>(at, 4) !== reply) return false;
  setLook(load<i32>(at, 8), load<i32>(at, 12), load<i32>(at, 16) === 1);
  return true;
}
