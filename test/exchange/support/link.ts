/** Link-layer headers as bytes, with the packet behind them. */

export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_RAW = 101;
export const LINKTYPE_LINUX_SLL = 113;
export const LINKTYPE_LINUX_SLL2 = 276;

export type Way = 'in' | 'all' | 'group' | 'out' | 'other';

/** linux/if_packet.h. */
const PACKET_TYPES = { in: 0, all: 1, group: 2, other: 3, out: 4 };

/** @param index ifindex */
export function sll2(packet: Buffer, index: number, way: Way, mac = 0x64): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(etherTypeOf(packet), 0);
  header.writeUInt32BE(index, 4);
  header.writeUInt16BE(1, 8);
  header[10] = PACKET_TYPES[way];
  header[11] = 6;
  header.writeUInt32BE(mac, 14);
  return Buffer.concat([header, packet]);
}

export function sll(packet: Buffer, way: Way, mac: number): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt16BE(PACKET_TYPES[way], 0);
  header.writeUInt16BE(1, 2);
  header.writeUInt16BE(6, 4);
  header.writeUInt32BE(mac, 8);
  header.writeUInt16BE(etherTypeOf(packet), 14);
  return Buffer.concat([header, packet]);
}

/** @param tag of IEEE 802.1Q, or null */
export function ethernet(packet: Buffer, srcMac: number, dstMac: number, tag: number | null = null): Buffer {
  const header = Buffer.alloc(tag === null ? 14 : 18);
  header.writeUInt32BE(dstMac, 2);
  header.writeUInt32BE(srcMac, 8);
  if (tag !== null) header.writeUInt32BE(0x81000000 + tag, 12);
  header.writeUInt16BE(etherTypeOf(packet), header.length - 2);
  return Buffer.concat([header, packet]);
}

/** With the header of that link type, whatever it says. */
export function linkedAs(linkType: number, packet: Buffer): Buffer {
  if (linkType === LINKTYPE_ETHERNET) return ethernet(packet, 0x10, 0x11);
  if (linkType === LINKTYPE_LINUX_SLL2) return sll2(packet, 2, 'in');
  return linkType === LINKTYPE_LINUX_SLL ? sll(packet, 'in', 0x10) : packet;
}

function etherTypeOf(packet: Buffer): number {
  if (packet[0] >>> 4 === 6) return 0x86dd;
  return packet[0] >>> 4 === 4 ? 0x0800 : 0x0806;
}
