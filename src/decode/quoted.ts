import { ICMP_ECHO_REPLY, ICMP_ECHO_REQUEST, ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST } from './icmp-type.ts';
import { IPV4_HEADER_BYTES, readQuotedIpv4 } from './ipv4.ts';
import { IPV6_HEADER_BYTES, readQuotedIpv6 } from './ipv6.ts';
import { isExtension } from './ipv6-extension.ts';
import type { Packet } from './packet.ts';
import { PROTOCOL_FRAGMENT, PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, PROTOCOL_UDP } from './protocol.ts';
import { LAYER_QUOTED, MAX_HEADERS, stopShort } from './stop.ts';

/** Of TCP, UDP and echo the first 8 bytes are quoted at least (RFC 792; RFC 1812 section 4.3.2.3 asks for more). */
const TRANSPORT_BYTES = 8;
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const TCP_SEQUENCE = 4;
const TCP_FLAGS = 13;
const ECHO_IDENTIFIER = 4;
const ECHO_SEQUENCE = 6;

/** The packet that an ICMP error quotes in [at, end). `quotedProtocol` stays 0 where its IP header is not whole. */
export function decodeQuoted(view: DataView, at: number, end: number, packet: Packet): void {
  clear(packet);
  if (end - at < 1) {
    stopShort(packet, LAYER_QUOTED, at, IPV4_HEADER_BYTES, end);
    return;
  }
  const first = view.getUint8(at);
  if (first >>> 4 === 4) quotedIpv4(view, at, end, packet);
  else if (first >>> 4 === 6) quotedIpv6(view, at, end, packet);
}

function clear(packet: Packet): void {
  packet.quotedProtocol = 0;
  packet.quotedSourcePort = 0;
  packet.quotedDestinationPort = 0;
  packet.quotedSeq = 0;
  packet.quotedIcmpType = 0;
  packet.quotedTcpFlags = 0;
}

function quotedIpv4(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < IPV4_HEADER_BYTES) {
    stopShort(packet, LAYER_QUOTED, at, IPV4_HEADER_BYTES, end);
    return;
  }
  const transport = readQuotedIpv4(view, at, packet);
  if (transport >= 0) quotedTransport(view, transport, end, packet);
}

function quotedIpv6(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < IPV6_HEADER_BYTES) {
    stopShort(packet, LAYER_QUOTED, at, IPV6_HEADER_BYTES, end);
    return;
  }
  const transport = quotedExtensions(view, readQuotedIpv6(view, at, packet), end, packet);
  if (transport >= 0) quotedTransport(view, transport, end, packet);
}

/** Extension headers of the quoted packet (RFC 8200 section 4): as many as are whole; -1 in a later fragment. */
function quotedExtensions(view: DataView, at: number, end: number, packet: Packet): number {
  let header = at;
  while (isExtension(packet.quotedProtocol) && end - header >= 8 && ++packet.headers <= MAX_HEADERS) {
    const fragment = packet.quotedProtocol === PROTOCOL_FRAGMENT;
    packet.quotedProtocol = view.getUint8(header);
    if (fragment && (view.getUint16(header + 2) & 0xfff8) !== 0) return -1;
    header += fragment ? 8 : (view.getUint8(header + 1) + 1) * 8;
  }
  return header;
}

function quotedTransport(view: DataView, at: number, end: number, packet: Packet): void {
  const { quotedProtocol } = packet;
  if (end - at < TRANSPORT_BYTES) {
    stopShort(packet, LAYER_QUOTED, Math.min(at, end), TRANSPORT_BYTES, end);
    return;
  }
  if (quotedProtocol === PROTOCOL_TCP || quotedProtocol === PROTOCOL_UDP) {
    packet.quotedSourcePort = view.getUint16(at + SOURCE_PORT);
    packet.quotedDestinationPort = view.getUint16(at + DESTINATION_PORT);
    if (quotedProtocol !== PROTOCOL_TCP) return;
    packet.quotedSeq = view.getUint32(at + TCP_SEQUENCE);
    if (end - at > TCP_FLAGS) packet.quotedTcpFlags = view.getUint8(at + TCP_FLAGS);
  } else if (quotedProtocol === PROTOCOL_ICMP || quotedProtocol === PROTOCOL_ICMPV6)
    quotedIcmp(view, at, packet);
}

function quotedIcmp(view: DataView, at: number, packet: Packet): void {
  const type = view.getUint8(at);
  packet.quotedIcmpType = type;
  const echo =
    packet.quotedProtocol === PROTOCOL_ICMP
      ? type === ICMP_ECHO_REQUEST || type === ICMP_ECHO_REPLY
      : type === ICMPV6_ECHO_REQUEST || type === ICMPV6_ECHO_REPLY;
  if (!echo) return;
  packet.quotedSourcePort = view.getUint16(at + ECHO_IDENTIFIER);
  packet.quotedDestinationPort = view.getUint16(at + ECHO_SEQUENCE);
}
