import { isExtension, skipExtensions } from './ipv6-extension.ts';
import type { Packet } from './packet.ts';
import { LAYER_IPV6, LENGTH_FROM_IP, STOP_VERSION, stop, stopShort } from './stop.ts';

// RFC 8200 section 3: version (4 bits), traffic class (8), flow label (20).
const VERSION_CLASS_FLOW = 0;
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const HOP_LIMIT = 7;
const SOURCE = 8;
const DESTINATION = 24;
const HEADER_BYTES = 40;

/** Returns where the transport header begins (it ends at `payloadEnd`), -1 where there is none to read. */
export function readIpv6(view: DataView, at: number, end: number, packet: Packet): number {
  if (end - at < HEADER_BYTES) return stopShort(packet, LAYER_IPV6, at, HEADER_BYTES, end);
  const first = view.getUint32(at + VERSION_CLASS_FLOW);
  if (first >>> 28 !== 6) return stop(packet, LAYER_IPV6, STOP_VERSION, at, 6, first >>> 28);
  packet.family = 6;
  packet.protocol = view.getUint8(at + NEXT_HEADER);
  packet.tos = (first >>> 20) & 0xff;
  packet.ttl = view.getUint8(at + HOP_LIMIT);
  packet.ipId = 0;
  takeAddresses(view, at, packet);
  takeLength(view, at, end, packet);
  const body = at + HEADER_BYTES;
  if (!isExtension(packet.protocol)) return body;
  const transport = skipExtensions(view, body, packet.payloadEnd, packet);
  packet.payloadLength -= transport - body;
  return transport;
}

/** Zero with a jumbo payload (RFC 2675) or where the network card segments: then the frame tells the length. */
function takeLength(view: DataView, at: number, end: number, packet: Packet): void {
  const body = at + HEADER_BYTES;
  const length = view.getUint16(at + PAYLOAD_LENGTH) || packet.wireEnd - body;
  const limited = end - body > length;
  packet.payloadLength = length;
  packet.payloadEnd = limited ? body + length : end;
  if (limited) packet.lengthFrom = LENGTH_FROM_IP;
}

function takeAddresses(view: DataView, at: number, packet: Packet): void {
  packet.src0 = view.getUint32(at + SOURCE);
  packet.src1 = view.getUint32(at + SOURCE + 4);
  packet.src2 = view.getUint32(at + SOURCE + 8);
  packet.src3 = view.getUint32(at + SOURCE + 12);
  packet.dst0 = view.getUint32(at + DESTINATION);
  packet.dst1 = view.getUint32(at + DESTINATION + 4);
  packet.dst2 = view.getUint32(at + DESTINATION + 8);
  packet.dst3 = view.getUint32(at + DESTINATION + 12);
}

/** Addresses and next header of a header that an ICMP error quotes; returns where its payload begins. */
export function readQuotedIpv6(view: DataView, at: number, packet: Packet): number {
  packet.quotedProtocol = view.getUint8(at + NEXT_HEADER);
  packet.quotedSrc0 = view.getUint32(at + SOURCE);
  packet.quotedSrc1 = view.getUint32(at + SOURCE + 4);
  packet.quotedSrc2 = view.getUint32(at + SOURCE + 8);
  packet.quotedSrc3 = view.getUint32(at + SOURCE + 12);
  packet.quotedDst0 = view.getUint32(at + DESTINATION);
  packet.quotedDst1 = view.getUint32(at + DESTINATION + 4);
  packet.quotedDst2 = view.getUint32(at + DESTINATION + 8);
  packet.quotedDst3 = view.getUint32(at + DESTINATION + 12);
  return at + HEADER_BYTES;
}

export const IPV6_HEADER_BYTES = HEADER_BYTES;
