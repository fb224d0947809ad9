import { takeEcho } from './echo.ts';
import {
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_PARAMETER_PROBLEM,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
} from './icmp-type.ts';
import { KIND_ECHO_REPLY, KIND_ECHO_REQUEST, KIND_ICMP_ERROR, KIND_REDIRECT, type Packet } from './packet.ts';
import { decodeQuoted } from './quoted.ts';
import { LAYER_ICMP, stopShort } from './stop.ts';

/** RFC 792: type (1), code (1), checksum (2), four bytes by type, data or the packet quoted. */
const TYPE = 0;
const CODE = 1;
const GATEWAY = 4;
/** RFC 1191 section 4: the next hop's MTU, where the code is 4 (fragmentation needed). */
const NEXT_HOP_MTU = 6;
const HEADER_BYTES = 8;

const CODE_FRAGMENTATION_NEEDED = 4;
const ECHO_REQUEST = ICMP_ECHO_REQUEST;
const ECHO_REPLY = ICMP_ECHO_REPLY;
const IS_REQUEST = KIND_ECHO_REQUEST;
const IS_REPLY = KIND_ECHO_REPLY;

export function decodeIcmp(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < HEADER_BYTES) {
    if (end > at) packet.icmpType = view.getUint8(at + TYPE);
    stopShort(packet, LAYER_ICMP, at, HEADER_BYTES, end);
    return;
  }
  const type = view.getUint8(at + TYPE);
  packet.icmpType = type;
  packet.icmpCode = view.getUint8(at + CODE);
  if (type === ECHO_REQUEST || type === ECHO_REPLY) {
    packet.kind = type === ECHO_REQUEST ? IS_REQUEST : IS_REPLY;
    takeEcho(view, at, end, packet);
  } else if (isError(type)) takeError(view, at, end, packet);
  else if (type === ICMP_REDIRECT) takeRedirect(view, at, end, packet);
}

/** RFC 1122 section 3.2.2 counts redirects in, too; we keep advice and rejection apart. */
function isError(type: number): boolean {
  return (
    type === ICMP_UNREACHABLE ||
    type === ICMP_TIME_EXCEEDED ||
    type === ICMP_PARAMETER_PROBLEM ||
    type === ICMP_SOURCE_QUENCH
  );
}

function takeError(view: DataView, at: number, end: number, packet: Packet): void {
  packet.kind = KIND_ICMP_ERROR;
  const tooBig = packet.icmpType === ICMP_UNREACHABLE && packet.icmpCode === CODE_FRAGMENTATION_NEEDED;
  packet.icmpMtu = tooBig ? view.getUint16(at + NEXT_HOP_MTU) : 0;
  decodeQuoted(view, at + HEADER_BYTES, end, packet);
}

function takeRedirect(view: DataView, at: number, end: number, packet: Packet): void {
  packet.kind = KIND_REDIRECT;
  packet.target0 = view.getUint32(at + GATEWAY);
  decodeQuoted(view, at + HEADER_BYTES, end, packet);
}
