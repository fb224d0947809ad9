import { takeEcho } from './echo.ts';
import {
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_NEIGHBOUR_ADVERTISEMENT,
  ICMPV6_NEIGHBOUR_SOLICITATION,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_PARAMETER_PROBLEM,
  ICMPV6_REDIRECT,
  ICMPV6_UNREACHABLE,
} from './icmp-type.ts';
import { decodeNeighbour } from './neighbour.ts';
import { KIND_ECHO_REPLY, KIND_ECHO_REQUEST, KIND_ICMP_ERROR, KIND_REDIRECT, type Packet } from './packet.ts';
import { decodeQuoted } from './quoted.ts';
import { LAYER_ICMPV6, stopShort } from './stop.ts';

/** RFC 4443 section 2.1: type (1), code (1), checksum (2), four bytes by type, the rest. */
const TYPE = 0;
const CODE = 1;
const MTU = 4;
const HEADER_BYTES = 8;

/** RFC 4861 section 4.5: target (16), destination (16), options. */
const REDIRECT_TARGET = 8;
const REDIRECT_BYTES = 40;

export function decodeIcmpv6(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < HEADER_BYTES) {
    if (end > at) packet.icmpType = view.getUint8(at + TYPE);
    stopShort(packet, LAYER_ICMPV6, at, HEADER_BYTES, end);
    return;
  }
  const type = view.getUint8(at + TYPE);
  packet.icmpType = type;
  packet.icmpCode = view.getUint8(at + CODE);
  if (type === ICMPV6_ECHO_REQUEST || type === ICMPV6_ECHO_REPLY) {
    packet.kind = type === ICMPV6_ECHO_REQUEST ? KIND_ECHO_REQUEST : KIND_ECHO_REPLY;
    takeEcho(view, at, end, packet);
  } else if (type === ICMPV6_NEIGHBOUR_SOLICITATION || type === ICMPV6_NEIGHBOUR_ADVERTISEMENT) {
    decodeNeighbour(view, at, end, packet);
  } else if (type >= ICMPV6_UNREACHABLE && type <= ICMPV6_PARAMETER_PROBLEM) takeError(view, at, end, packet);
  else if (type === ICMPV6_REDIRECT) takeRedirect(view, at, end, packet);
}

function takeError(view: DataView, at: number, end: number, packet: Packet): void {
  packet.kind = KIND_ICMP_ERROR;
  packet.icmpMtu = packet.icmpType === ICMPV6_PACKET_TOO_BIG ? view.getUint32(at + MTU) : 0;
  decodeQuoted(view, at + HEADER_BYTES, end, packet);
}

/** The packet it is about stands in an option (RFC 4861 section 4.6.3), which is not followed. */
function takeRedirect(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < REDIRECT_BYTES) {
    stopShort(packet, LAYER_ICMPV6, at, REDIRECT_BYTES, end);
    return;
  }
  packet.kind = KIND_REDIRECT;
  packet.quotedProtocol = 0;
  packet.target0 = view.getUint32(at + REDIRECT_TARGET);
  packet.target1 = view.getUint32(at + REDIRECT_TARGET + 4);
  packet.target2 = view.getUint32(at + REDIRECT_TARGET + 8);
  packet.target3 = view.getUint32(at + REDIRECT_TARGET + 12);
}
