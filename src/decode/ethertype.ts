import { decodeArp } from './arp.ts';
import { decodeIpv4, decodeIpv6 } from './network.ts';
import type { Packet } from './packet.ts';
import { isVlanTag, readTag, TAG_BYTES } from './vlan.ts';

// IEEE 802 EtherTypes (https://www.iana.org/assignments/ieee-802-numbers).
export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;

/** Decodes what an EtherType announces at `at`, behind any tags; what we do not follow is passed over. */
export function decodeEtherType(type: number, view: DataView, at: number, end: number, packet: Packet): void {
  let inner = type;
  let header = at;
  while (isVlanTag(inner)) {
    inner = readTag(view, header, end, packet);
    header += TAG_BYTES;
  }
  if (inner === ETHERTYPE_IPV4) decodeIpv4(view, header, end, packet);
  else if (inner === ETHERTYPE_IPV6) decodeIpv6(view, header, end, packet);
  else if (inner === ETHERTYPE_ARP) decodeArp(view, header, end, packet);
}
