import type { Packet } from './packet.ts';
import { LAYER_VLAN, MAX_HEADERS, STOP_DEPTH, stop, stopShort } from './stop.ts';

// EtherTypes of tags: 802.1Q, 802.1ad (service tag), and what came before 802.1ad.
const TYPE_CUSTOMER = 0x8100;
const TYPE_SERVICE = 0x88a8;
const TYPE_SERVICE_OLD = 0x9100;

/** IEEE 802.1Q clause 9.6: tag control information (priority 3 bits, DEI 1, identifier 12), then the type it hides. */
const TCI = 0;
const TYPE = 2;
export const TAG_BYTES = 4;
const VLAN_ID = 0x0fff;

export function isVlanTag(type: number): boolean {
  return type === TYPE_CUSTOMER || type === TYPE_SERVICE || type === TYPE_SERVICE_OLD;
}

/** Reads a tag, `at` being behind the EtherType that announced it: returns the type it hides, 0 where there is none to read. */
export function readTag(view: DataView, at: number, end: number, packet: Packet): number {
  if (end - at < TAG_BYTES) {
    stopShort(packet, LAYER_VLAN, at, TAG_BYTES, end);
    return 0;
  }
  if (++packet.headers > MAX_HEADERS) {
    stop(packet, LAYER_VLAN, STOP_DEPTH, at, 0, end - at);
    return 0;
  }
  if (packet.vlanTags++ === 0) packet.vlan = view.getUint16(at + TCI) & VLAN_ID;
  return view.getUint16(at + TYPE);
}
