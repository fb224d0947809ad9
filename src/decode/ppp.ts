import { DIRECTION_IN, DIRECTION_OUT } from '../capture/frame.ts';
import { decodeIpv4, decodeIpv6 } from './network.ts';
import type { Packet } from './packet.ts';
import { LAYER_PPP, stopShort } from './stop.ts';

/** RFC 1662 section 3.1: address and control of HDLC-like framing, which may be left out (RFC 1661 section 6.6). */
const ADDRESS_CONTROL = 0xff03;
const ADDRESS_CONTROL_BYTES = 2;
/** RFC 1661 section 6.5: a protocol below 256 may be sent as its second byte alone, which is odd; the first is even. */
const PROTOCOL_BYTES = 2;

// https://www.iana.org/assignments/ppp-numbers
const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;

/** https://www.tcpdump.org/linktypes/LINKTYPE_PPP_WITH_DIR.html */
const RECEIVED = 0;
const DIRECTION_BYTES = 1;

/** LINKTYPE_PPP and LINKTYPE_PPP_HDLC; Cisco's framing, which the latter may hold as well, is passed over. */
export function decodePpp(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < ADDRESS_CONTROL_BYTES + PROTOCOL_BYTES) {
    stopShort(packet, LAYER_PPP, at, ADDRESS_CONTROL_BYTES + PROTOCOL_BYTES, end);
    return;
  }
  const framed = view.getUint16(at) === ADDRESS_CONTROL;
  const protocol = framed ? at + ADDRESS_CONTROL_BYTES : at;
  const first = view.getUint8(protocol);
  if ((first & 1) === 1) decodeProtocol(first, view, protocol + 1, end, packet);
  else decodeProtocol(view.getUint16(protocol), view, protocol + PROTOCOL_BYTES, end, packet);
}

/** A byte before the frame tells who sent it. */
export function decodePppWithDirection(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < DIRECTION_BYTES) {
    stopShort(packet, LAYER_PPP, at, DIRECTION_BYTES, end);
    return;
  }
  packet.direction = view.getUint8(at) === RECEIVED ? DIRECTION_IN : DIRECTION_OUT;
  decodePpp(view, at + DIRECTION_BYTES, end, packet);
}

function decodeProtocol(protocol: number, view: DataView, at: number, end: number, packet: Packet): void {
  if (protocol === PPP_IPV4) decodeIpv4(view, at, end, packet);
  else if (protocol === PPP_IPV6) decodeIpv6(view, at, end, packet);
}
