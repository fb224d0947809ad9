import type { Packet } from './packet.ts';
import { LAYER_AH, stopShort } from './stop.ts';

/** RFC 4302 section 2: next header (1), payload length (1) in words of 4 bytes less 2, ... */
const NEXT_HEADER = 0;
const PAYLOAD_LENGTH = 1;
const FIXED_BYTES = 12;

/** Passes an authentication header: sets `protocol` to what follows and returns where that begins, -1 where it is cut. */
export function skipAh(view: DataView, at: number, end: number, packet: Packet): number {
  if (end - at < FIXED_BYTES) return stopShort(packet, LAYER_AH, at, FIXED_BYTES, end);
  const length = (view.getUint8(at + PAYLOAD_LENGTH) + 2) * 4;
  if (end - at < length) return stopShort(packet, LAYER_AH, at, length, end);
  packet.authenticated = 1;
  packet.protocol = view.getUint8(at + NEXT_HEADER);
  return at + length;
}
