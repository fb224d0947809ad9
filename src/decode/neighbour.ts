import { ICMPV6_NEIGHBOUR_SOLICITATION } from './icmp-type.ts';
import { KIND_NEIGHBOUR_ADVERTISEMENT, KIND_NEIGHBOUR_SOLICITATION, type Packet } from './packet.ts';
import { LAYER_ICMPV6, MAX_HEADERS, STOP_LENGTH, stop, stopShort } from './stop.ts';

// RFC 4861 sections 4.3 and 4.4: ICMPv6 header (4), flags or reserved (4), target address (16), options.
const TARGET = 8;
const HEADER_BYTES = 24;

/** Section 4.6: type (1), length (1) in units of 8 bytes, value. */
const OPTION_LENGTH = 1;
const OPTION_UNIT = 8;
const OPTION_ADDRESS = 2;
const SOURCE_LINK_LAYER = 1;
const TARGET_LINK_LAYER = 2;

export function decodeNeighbour(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < HEADER_BYTES) {
    stopShort(packet, LAYER_ICMPV6, at, HEADER_BYTES, end);
    return;
  }
  const solicits = packet.icmpType === ICMPV6_NEIGHBOUR_SOLICITATION;
  packet.kind = solicits ? KIND_NEIGHBOUR_SOLICITATION : KIND_NEIGHBOUR_ADVERTISEMENT;
  packet.target0 = view.getUint32(at + TARGET);
  packet.target1 = view.getUint32(at + TARGET + 4);
  packet.target2 = view.getUint32(at + TARGET + 8);
  packet.target3 = view.getUint32(at + TARGET + 12);
  packet.hardwareHigh = 0;
  packet.hardwareLow = 0;
  takeLinkLayer(solicits ? SOURCE_LINK_LAYER : TARGET_LINK_LAYER, view, at + HEADER_BYTES, end, packet);
}

function takeLinkLayer(wanted: number, view: DataView, at: number, end: number, packet: Packet): void {
  let option = at;
  for (let seen = 0; end - option >= OPTION_UNIT && seen < MAX_HEADERS; seen++) {
    const length = view.getUint8(option + OPTION_LENGTH) * OPTION_UNIT;
    // Section 4.6: a length of 0 makes the packet invalid.
    if (length === 0) {
      stop(packet, LAYER_ICMPV6, STOP_LENGTH, option, OPTION_UNIT, 0);
      return;
    }
    if (view.getUint8(option) === wanted) {
      packet.hardwareHigh = view.getUint16(option + OPTION_ADDRESS);
      packet.hardwareLow = view.getUint32(option + OPTION_ADDRESS + 2);
      return;
    }
    option += length;
  }
}
