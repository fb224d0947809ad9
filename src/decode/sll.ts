import { DIRECTION_IN, DIRECTION_OUT, type Direction } from '../capture/frame.ts';
import { decodeEtherType } from './ethertype.ts';
import { KIND_NONE, type Packet } from './packet.ts';
import { LAYER_SLL, stopShort } from './stop.ts';

/** https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html, in network byte order. */
const PACKET_TYPE = 0;
const ARPHRD_TYPE = 2;
const ADDRESS_LENGTH = 4;
const ADDRESS = 6;
const PROTOCOL = 14;
const HEADER_BYTES = 16;

/** linux/if_packet.h: 0 to us, 1 broadcast, 2 multicast, 3 to somebody else, 4 sent by us. */
export const PACKET_OUTGOING = 4;

/** linux/if_arp.h: devices whose protocol field is no EtherType. */
const ARPHRD_FRAD = 770;
const ARPHRD_IEEE80211_RADIOTAP = 803;
const ARPHRD_NETLINK = 824;

/** LINKTYPE_LINUX_SLL: captures on `any` of older libpcap. */
export function decodeSll(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < HEADER_BYTES) {
    stopShort(packet, LAYER_SLL, at, HEADER_BYTES, end);
    return;
  }
  takePacketType(view.getUint16(at + PACKET_TYPE), packet);
  const device = view.getUint16(at + ARPHRD_TYPE);
  decodeSllProtocol(device, view.getUint16(at + PROTOCOL), view, at + HEADER_BYTES, end, packet);
  if (packet.kind !== KIND_NONE) takeSender(view.getUint16(at + ADDRESS_LENGTH), view, at + ADDRESS, packet);
}

export function takePacketType(type: number, packet: Packet): void {
  packet.sllType = type;
  packet.direction = sllDirection(type);
}

export function sllDirection(type: number): Direction {
  return type === PACKET_OUTGOING ? DIRECTION_OUT : DIRECTION_IN;
}

export function decodeSllProtocol(
  device: number,
  protocol: number,
  view: DataView,
  at: number,
  end: number,
  packet: Packet,
): void {
  if (device === ARPHRD_NETLINK || device === ARPHRD_FRAD || device === ARPHRD_IEEE80211_RADIOTAP) return;
  decodeEtherType(protocol, view, at, end, packet);
}

/** The sender's hardware address, where it is an EUI-48. */
export function takeSender(length: number, view: DataView, at: number, packet: Packet): void {
  if (length !== 6) return;
  packet.macSrcHigh = view.getUint16(at);
  packet.macSrcLow = view.getUint32(at + 2);
}
