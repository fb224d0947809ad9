import type { FrameView } from '../capture/frame.ts';
import type { Packet } from '../decode/packet.ts';

const SLOTS = 64;
/** Numbers that make up a question: interface ids, direction and packet type, hardware addresses; and the answer. */
const STRIDE = 8;

/** Remembers the place of frames that look alike below the IP header, so that it is worked out once. */
export class PlaceMemo {
  static readonly MISS = -2;
  private readonly slots = new Float64Array(SLOTS * STRIDE).fill(-1);
  /** Grows with every question that was not remembered. */
  age = 0;
  private asked = 0;

  /** The place, or MISS; then `keep` stores the answer. Without `macs` hardware addresses make no difference. */
  find(frame: FrameView, packet: Packet, macs: boolean): number {
    const kind = (packet.sllType << 2) | packet.direction;
    const srcHigh = macs ? packet.macSrcHigh : 0;
    const srcLow = macs ? packet.macSrcLow : 0;
    const dstHigh = macs ? packet.macDstHigh : 0;
    const dstLow = macs ? packet.macDstLow : 0;
    const mixed = Math.imul(srcLow ^ Math.imul(dstLow, 3) ^ (packet.interfaceIndex << 3) ^ kind, 0x9e3779b1);
    const at = (((mixed >>> 16) ^ frame.interfaceId) & (SLOTS - 1)) * STRIDE;
    const { slots } = this;
    this.asked = at;
    if (
      slots[at] === frame.interfaceId &&
      slots[at + 1] === packet.interfaceIndex &&
      slots[at + 2] === kind &&
      slots[at + 3] === srcHigh &&
      slots[at + 4] === srcLow &&
      slots[at + 5] === dstHigh &&
      slots[at + 6] === dstLow
    ) {
      return slots[at + 7];
    }
    this.age++;
    slots[at] = frame.interfaceId;
    slots[at + 1] = packet.interfaceIndex;
    slots[at + 2] = kind;
    slots[at + 3] = srcHigh;
    slots[at + 4] = srcLow;
    slots[at + 5] = dstHigh;
    slots[at + 6] = dstLow;
    slots[at + 7] = PlaceMemo.MISS;
    return PlaceMemo.MISS;
  }

  /** Answers the question last asked. */
  keep(place: number): void {
    this.slots[this.asked + 7] = place;
  }
}
