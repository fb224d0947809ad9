import { skipAh } from './ah.ts';
import type { Packet } from './packet.ts';
import { isFollowed, PROTOCOL_AH } from './protocol.ts';
import { LAYER_IPV4, LENGTH_FROM_IP, STOP_LENGTH, STOP_VERSION, stop, stopShort } from './stop.ts';

// RFC 791 section 3.1.
export const IPV4_VERSION_IHL = 0;
const TOS = 1;
const TOTAL_LENGTH = 2;
const IDENTIFICATION = 4;
export const IPV4_FLAGS_FRAGMENT = 6;
const TTL = 8;
export const IPV4_PROTOCOL = 9;
export const IPV4_SOURCE = 12;
export const IPV4_DESTINATION = 16;
export const IPV4_HEADER_BYTES = 20;

const MORE_FRAGMENTS = 0x2000;
export const IPV4_FRAGMENT_OFFSET = 0x1fff;

/** Returns where the transport header begins (it ends at `payloadEnd`), -1 where there is none that we follow. */
export function readIpv4(view: DataView, at: number, end: number, packet: Packet): number {
  const headerBytes = readLengths(view, at, end, packet);
  if (headerBytes < 0) return -1;
  packet.family = 4;
  const protocol = view.getUint8(at + IPV4_PROTOCOL);
  packet.protocol = protocol;
  const fragment = view.getUint16(at + IPV4_FLAGS_FRAGMENT);
  if ((fragment & (MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET)) !== 0) {
    packet.fragment = 1;
    if ((fragment & IPV4_FRAGMENT_OFFSET) !== 0) return -1;
  }
  if (!isFollowed(protocol) && protocol !== PROTOCOL_AH) return -1;
  packet.tos = view.getUint8(at + TOS);
  packet.ttl = view.getUint8(at + TTL);
  packet.ipId = view.getUint16(at + IDENTIFICATION);
  packet.src0 = view.getUint32(at + IPV4_SOURCE);
  packet.dst0 = view.getUint32(at + IPV4_DESTINATION);
  const payload = at + headerBytes;
  return protocol === PROTOCOL_AH ? behindAh(view, payload, packet) : payload;
}

/** Sets the payload's length and end; returns the header's length, -1 where the header is cut or its lengths cannot be. */
function readLengths(view: DataView, at: number, end: number, packet: Packet): number {
  const have = end - at;
  if (have < IPV4_HEADER_BYTES) return stopShort(packet, LAYER_IPV4, at, IPV4_HEADER_BYTES, end);
  const first = view.getUint8(at + IPV4_VERSION_IHL);
  if (first >>> 4 !== 4) return stop(packet, LAYER_IPV4, STOP_VERSION, at, 4, first >>> 4);
  const headerBytes = (first & 0x0f) * 4;
  // Zero where the sender's network card cut a large segment into packets: then the frame tells the length.
  const total = view.getUint16(at + TOTAL_LENGTH) || packet.wireEnd - at;
  if (headerBytes < IPV4_HEADER_BYTES)
    return stop(packet, LAYER_IPV4, STOP_LENGTH, at, IPV4_HEADER_BYTES, headerBytes);
  if (total < headerBytes) return stop(packet, LAYER_IPV4, STOP_LENGTH, at, headerBytes, total);
  if (have < headerBytes) return stopShort(packet, LAYER_IPV4, at, headerBytes, end);
  packet.payloadLength = total - headerBytes;
  packet.payloadEnd = have > total ? at + total : end;
  if (have > total) packet.lengthFrom = LENGTH_FROM_IP;
  return headerBytes;
}

function behindAh(view: DataView, at: number, packet: Packet): number {
  const next = skipAh(view, at, packet.payloadEnd, packet);
  packet.payloadLength -= next - at;
  return next;
}
