import { isExtension, skipExtensions } from './ipv6-extension.ts';
import type { Packet } from './packet.ts';
import { isFollowed } from './protocol.ts';
import { LAYER_IPV6, LENGTH_FROM_IP, STOP_VERSION, stop, stopShort } from './stop.ts';

// RFC 8200 section 3: version (4 bits), traffic class (8), flow label (20).
const VERSION_CLASS_FLOW = 0;
const PAYLOAD_LENGTH = 4;
export const IPV6_NEXT_HEADER = 6;
const HOP_LIMIT = 7;
export const IPV6_SOURCE = 8;
export const IPV6_DESTINATION = 24;
export const IPV6_HEADER_BYTES = 40;

/** Returns where the transport header begins (it ends at `payloadEnd`), -1 where there is none that we follow. */
export function readIpv6(view: DataView, at: number, end: number, packet: Packet): number {
  if (end - at < IPV6_HEADER_BYTES) return stopShort(packet, LAYER_IPV6, at, IPV6_HEADER_BYTES, end);
  const first = view.getUint32(at + VERSION_CLASS_FLOW);
  if (first >>> 28 !== 6) return stop(packet, LAYER_IPV6, STOP_VERSION, at, 6, first >>> 28);
  packet.family = 6;
  const protocol = view.getUint8(at + IPV6_NEXT_HEADER);
  packet.protocol = protocol;
  const extended = isExtension(protocol);
  if (!extended && !isFollowed(protocol)) return -1;
  takeHeader(view, at, first, packet);
  takeLength(view, at, end, packet);
  const body = at + IPV6_HEADER_BYTES;
  if (!extended) return body;
  const transport = skipExtensions(view, body, packet.payloadEnd, packet);
  packet.payloadLength -= transport - body;
  return transport;
}

/** Zero with a jumbo payload (RFC 2675) or where the network card segments: then the frame tells the length. */
function takeLength(view: DataView, at: number, end: number, packet: Packet): void {
  const body = at + IPV6_HEADER_BYTES;
  const length = view.getUint16(at + PAYLOAD_LENGTH) || packet.wireEnd - body;
  const limited = end - body > length;
  packet.payloadLength = length;
  packet.payloadEnd = limited ? body + length : end;
  if (limited) packet.lengthFrom = LENGTH_FROM_IP;
}

function takeHeader(view: DataView, at: number, first: number, packet: Packet): void {
  packet.tos = (first >>> 20) & 0xff;
  packet.ttl = view.getUint8(at + HOP_LIMIT);
  packet.ipId = 0;
  packet.src0 = view.getUint32(at + IPV6_SOURCE);
  packet.src1 = view.getUint32(at + IPV6_SOURCE + 4);
  packet.src2 = view.getUint32(at + IPV6_SOURCE + 8);
  packet.src3 = view.getUint32(at + IPV6_SOURCE + 12);
  packet.dst0 = view.getUint32(at + IPV6_DESTINATION);
  packet.dst1 = view.getUint32(at + IPV6_DESTINATION + 4);
  packet.dst2 = view.getUint32(at + IPV6_DESTINATION + 8);
  packet.dst3 = view.getUint32(at + IPV6_DESTINATION + 12);
}
