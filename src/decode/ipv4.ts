import { skipAh } from './ah.ts';
import type { Packet } from './packet.ts';
import { PROTOCOL_AH } from './protocol.ts';
import { LAYER_IPV4, LENGTH_FROM_IP, STOP_LENGTH, STOP_VERSION, stop, stopShort } from './stop.ts';

// RFC 791 section 3.1.
const VERSION_IHL = 0;
const TOS = 1;
const TOTAL_LENGTH = 2;
const IDENTIFICATION = 4;
const FLAGS_FRAGMENT = 6;
const TTL = 8;
const PROTOCOL = 9;
const SOURCE = 12;
const DESTINATION = 16;
const HEADER_BYTES = 20;

const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;
const AH = PROTOCOL_AH;

/** Returns where the transport header begins (it ends at `payloadEnd`), -1 where there is none to read. */
export function readIpv4(view: DataView, at: number, end: number, packet: Packet): number {
  const have = end - at;
  if (have < HEADER_BYTES) return stopShort(packet, LAYER_IPV4, at, HEADER_BYTES, end);
  const first = view.getUint8(at + VERSION_IHL);
  const headerBytes = (first & 0x0f) * 4;
  // Zero where the sender's network card cut a large segment into packets: then the frame tells the length.
  const total = view.getUint16(at + TOTAL_LENGTH) || packet.wireEnd - at;
  if (first >>> 4 !== 4 || headerBytes < HEADER_BYTES || total < headerBytes || have < headerBytes) {
    return stopAtLengths(first, total, at, end, packet);
  }
  packet.family = 4;
  packet.payloadLength = total - headerBytes;
  if (have > total) packet.lengthFrom = LENGTH_FROM_IP;
  packet.payloadEnd = have > total ? at + total : end;
  const protocol = view.getUint8(at + PROTOCOL);
  packet.protocol = protocol;
  packet.tos = view.getUint8(at + TOS);
  packet.ttl = view.getUint8(at + TTL);
  packet.ipId = view.getUint16(at + IDENTIFICATION);
  packet.src0 = view.getUint32(at + SOURCE);
  packet.dst0 = view.getUint32(at + DESTINATION);
  const fragment = view.getUint16(at + FLAGS_FRAGMENT) & (MORE_FRAGMENTS | FRAGMENT_OFFSET);
  if (fragment !== 0 || protocol === AH) return behindRare(view, at + headerBytes, fragment, packet);
  return at + headerBytes;
}

function stopAtLengths(first: number, total: number, at: number, end: number, packet: Packet): -1 {
  const headerBytes = (first & 0x0f) * 4;
  if (first >>> 4 !== 4) return stop(packet, LAYER_IPV4, STOP_VERSION, at, 4, first >>> 4);
  if (headerBytes < HEADER_BYTES) return stop(packet, LAYER_IPV4, STOP_LENGTH, at, HEADER_BYTES, headerBytes);
  if (total < headerBytes) return stop(packet, LAYER_IPV4, STOP_LENGTH, at, headerBytes, total);
  return stopShort(packet, LAYER_IPV4, at, headerBytes, end);
}

/** Fragments and authentication headers: `at` is behind the IP header. */
function behindRare(view: DataView, at: number, fragment: number, packet: Packet): number {
  if (fragment !== 0) packet.fragment = 1;
  if ((fragment & FRAGMENT_OFFSET) !== 0) return -1;
  if (packet.protocol !== PROTOCOL_AH) return at;
  const next = skipAh(view, at, packet.payloadEnd, packet);
  packet.payloadLength -= next - at;
  return next;
}

/** Addresses and protocol of a header that an ICMP error quotes; returns where its payload begins, -1 in a later fragment. */
export function readQuotedIpv4(view: DataView, at: number, packet: Packet): number {
  packet.quotedProtocol = view.getUint8(at + PROTOCOL);
  packet.quotedSrc0 = view.getUint32(at + SOURCE);
  packet.quotedDst0 = view.getUint32(at + DESTINATION);
  const headerBytes = (view.getUint8(at + VERSION_IHL) & 0x0f) * 4;
  const later = (view.getUint16(at + FLAGS_FRAGMENT) & FRAGMENT_OFFSET) !== 0;
  return later || headerBytes < HEADER_BYTES ? -1 : at + headerBytes;
}

export const IPV4_HEADER_BYTES = HEADER_BYTES;
