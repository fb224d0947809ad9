import { skipAh } from './ah.ts';
import type { Packet } from './packet.ts';
import {
  PROTOCOL_AH,
  PROTOCOL_DSTOPTS,
  PROTOCOL_FRAGMENT,
  PROTOCOL_HIP,
  PROTOCOL_HOPOPT,
  PROTOCOL_MOBILITY,
  PROTOCOL_ROUTING,
  PROTOCOL_SHIM6,
} from './protocol.ts';
import { LAYER_IPV6_EXTENSION, MAX_HEADERS, STOP_DEPTH, stop, stopShort } from './stop.ts';

/** RFC 8200 section 4 and RFC 6564: next header (1), length (1) in units of 8 bytes less the first. */
const NEXT_HEADER = 0;
const LENGTH = 1;
const UNIT = 8;
/** RFC 8200 section 4.5: next header, reserved, offset (13 bits), reserved (2), M, identification (4). */
const FRAGMENT_OFFSET_M = 2;
const FRAGMENT_BYTES = 8;
const OFFSET = 0xfff8;
const MORE_FRAGMENTS = 1;

export function isExtension(protocol: number): boolean {
  return (
    protocol === PROTOCOL_HOPOPT ||
    protocol === PROTOCOL_ROUTING ||
    protocol === PROTOCOL_FRAGMENT ||
    protocol === PROTOCOL_AH ||
    protocol === PROTOCOL_DSTOPTS ||
    protocol === PROTOCOL_MOBILITY ||
    protocol === PROTOCOL_HIP ||
    protocol === PROTOCOL_SHIM6
  );
}

/**
 * Passes the extension headers from `at` (their first kind is in `protocol`): sets `protocol` and returns where the
 * transport header begins, or -1 where there is none to read: cut, too many, or a later fragment.
 */
export function skipExtensions(view: DataView, at: number, end: number, packet: Packet): number {
  let header = at;
  while (isExtension(packet.protocol)) {
    if (++packet.headers > MAX_HEADERS) {
      return stop(packet, LAYER_IPV6_EXTENSION, STOP_DEPTH, header, 0, end - header);
    }
    header = skipOne(view, header, end, packet);
    if (header < 0) return -1;
  }
  return header;
}

function skipOne(view: DataView, at: number, end: number, packet: Packet): number {
  const { protocol } = packet;
  if (protocol === PROTOCOL_AH) return skipAh(view, at, end, packet);
  if (end - at < UNIT) return stopShort(packet, LAYER_IPV6_EXTENSION, at, UNIT, end);
  packet.protocol = view.getUint8(at + NEXT_HEADER);
  if (protocol === PROTOCOL_FRAGMENT) return skipFragment(view, at, packet);
  const length = (view.getUint8(at + LENGTH) + 1) * UNIT;
  return end - at < length ? stopShort(packet, LAYER_IPV6_EXTENSION, at, length, end) : at + length;
}

/** An offset of 0 without more fragments is an "atomic" fragment (RFC 6946): the packet is whole. */
function skipFragment(view: DataView, at: number, packet: Packet): number {
  const field = view.getUint16(at + FRAGMENT_OFFSET_M);
  if ((field & (OFFSET | MORE_FRAGMENTS)) !== 0) packet.fragment = 1;
  return (field & OFFSET) === 0 ? at + FRAGMENT_BYTES : -1;
}
