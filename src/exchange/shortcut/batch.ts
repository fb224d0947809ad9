import { BATCH } from './layout.ts';

/** Frames are decoded some at a time before they are paired: one line of the processor's cache for each. */
export const BATCH_FRAMES = 32;
export const FRAME_BYTES = 64;
const FRAME_SHIFT = 6;

/** Byte offsets. The first four words lie as in the ring (`ring.ts`). */
export const F_SRC = 0;
export const F_DST = 4;
export const F_PORTS = 8;
export const F_SEQ = 12;
export const F_ACK = 16;
/** TTL and TOS (8 bits each from the top), bytes behind the IP header. */
export const F_HEADER = 20;
/** ICMP type and code in the upper 16 bits; TCP flags. */
export const F_TYPE = 24;
export const F_KIND = 28;
export const F_KEY = 32;
/** Where its exchange is looked for (`ring.ts`). */
export const F_SET = 36;
/** Where its link-layer header begins, and where the packet ends. */
export const F_LINK = 40;
export const F_END = 44;
/** Of a record that was made elsewhere (`recorded.ts`): the frame's number. */
export const F_RECORD = 40;
/** Nanoseconds in the lower word, seconds in the upper one. */
export const F_TIME = 48;
/** Interface and direction as `placeOf` wants them, and the LINKTYPE_ value. */
export const F_DEVICE = 56;
export const F_LINK_TYPE = 60;

/** How many of the batch come before it. */
export function indexOf(f: i32): i32 {
  return (f - BATCH) >>> FRAME_SHIFT;
}
