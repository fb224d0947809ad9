import { decodeEtherType } from './ethertype.ts';
import type { Packet } from './packet.ts';

/** IEEE 802.2 clause 3.2: DSAP and SSAP 0xaa announce SNAP, control 3 an unnumbered frame; RFC 1042: OUI 0, EtherType. */
const SNAP_HIGH = 0xaaaa0300;
const SNAP_LOW = 0x0000;
const TYPE = 6;
const SNAP_BYTES = 8;

/** Only SNAP with an EtherType leads to IP or ARP; everything else is passed over. */
export function decodeLlc(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < SNAP_BYTES) return;
  if (view.getUint32(at) !== SNAP_HIGH || view.getUint16(at + 4) !== SNAP_LOW) return;
  decodeEtherType(view.getUint16(at + TYPE), view, at + SNAP_BYTES, end, packet);
}
