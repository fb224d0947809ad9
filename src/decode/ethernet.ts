import { decodeEtherType, ETHERTYPE_IPV4 } from './ethertype.ts';
import { decodeIpv4 } from './network.ts';
import { KIND_NONE, type Packet } from './packet.ts';
import { LAYER_ETHERNET, stopShort } from './stop.ts';

/** IEEE 802.3 clause 3.1.1: destination (6), source (6), length or type (2). */
const DESTINATION = 0;
const SOURCE = 6;
const TYPE = 12;
const HEADER_BYTES = 14;

const IPV4 = ETHERTYPE_IPV4;
const NONE = KIND_NONE;

/** LINKTYPE_ETHERNET. */
export function decodeEthernet(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < HEADER_BYTES) {
    stopShort(packet, LAYER_ETHERNET, at, HEADER_BYTES, end);
    return;
  }
  const type = view.getUint16(at + TYPE);
  if (type === IPV4) decodeIpv4(view, at + HEADER_BYTES, end, packet);
  // Below 0x0600 it is the length of an LLC frame: passed over, too.
  else decodeEtherType(type, view, at + HEADER_BYTES, end, packet);
  if (packet.kind === NONE) return;
  packet.macDstHigh = view.getUint16(at + DESTINATION);
  packet.macDstLow = view.getUint32(at + DESTINATION + 2);
  packet.macSrcHigh = view.getUint16(at + SOURCE);
  packet.macSrcLow = view.getUint32(at + SOURCE + 2);
}
