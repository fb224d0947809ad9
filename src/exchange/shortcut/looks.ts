import { LOOKS } from './layout.ts';

/** Of a look (`plain-looks.ts`): the words of its signature, and 1 where it is well; byte offsets. */
export const L_LOW = 12;
export const L_HIGH = 16;
export const L_WELL = 20;

/** Where the look of such an exchange is, if it is known: that `isLook` tells. */
export function lookOf(request: i32, reply: i32, ack: i32): i32 {
  const mixed = request ^ (reply * 0xc2b2ae35) ^ (ack * 0x85ebca6b);
  const slot = u32((mixed ^ i32(u32(mixed) >> 13)) * 0x9e3779b1) >> 24;
  return LOOKS + slot * 24;
}

export function isLook(at: i32, request: i32, reply: i32, ack: i32): bool {
  return ((load<i32>(at) ^ request) | (load<i32>(at, 4) ^ reply) | (load<i32>(at, 8) ^ ack)) === 0;
}
