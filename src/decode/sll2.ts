import { KIND_NONE, type Packet } from './packet.ts';
import { decodeSllProtocol, takePacketType, takeSender } from './sll.ts';
import { LAYER_SLL2, stopShort } from './stop.ts';

/** https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html, in network byte order. */
const PROTOCOL = 0;
const INTERFACE_INDEX = 4;
const ARPHRD_TYPE = 8;
const PACKET_TYPE = 10;
const ADDRESS_LENGTH = 11;
const ADDRESS = 12;
const HEADER_BYTES = 20;

/** LINKTYPE_LINUX_SLL2: captures on `any` since libpcap 1.10. */
export function decodeSll2(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < HEADER_BYTES) {
    stopShort(packet, LAYER_SLL2, at, HEADER_BYTES, end);
    return;
  }
  takePacketType(view.getUint8(at + PACKET_TYPE), packet);
  packet.interfaceIndex = view.getUint32(at + INTERFACE_INDEX);
  const device = view.getUint16(at + ARPHRD_TYPE);
  decodeSllProtocol(device, view.getUint16(at + PROTOCOL), view, at + HEADER_BYTES, end, packet);
  if (packet.kind !== KIND_NONE) takeSender(view.getUint8(at + ADDRESS_LENGTH), view, at + ADDRESS, packet);
}
