import { ARP_REPLY, ARP_REQUEST, KIND_ARP_REPLY, KIND_ARP_REQUEST, type Packet } from './packet.ts';
import { LAYER_ARP, stopShort } from './stop.ts';

/** RFC 826: ar$hrd (2), ar$pro (2), ar$hln, ar$pln, ar$op (2), ar$sha, ar$spa, ar$tha, ar$tpa. */
const PRO = 2;
const HLN = 4;
const PLN = 5;
const OP = 6;
const SHA = 8;
const FIXED_BYTES = 8;

const PROTOCOL_IPV4 = 0x0800;

/** IPv4 over hardware addresses of 6 bytes; ARP for anything else is counted and passed over. */
export function decodeArp(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < FIXED_BYTES) {
    stopShort(packet, LAYER_ARP, at, FIXED_BYTES, end);
    return;
  }
  const op = view.getUint16(at + OP);
  if (op !== ARP_REQUEST && op !== ARP_REPLY) return;
  packet.arpOperation = op;
  const hardware = view.getUint8(at + HLN);
  if (view.getUint16(at + PRO) !== PROTOCOL_IPV4 || view.getUint8(at + PLN) !== 4 || hardware !== 6) return;
  const spa = at + SHA + hardware;
  const tpa = spa + 4 + hardware;
  if (end < tpa + 4) {
    stopShort(packet, LAYER_ARP, at, tpa + 4 - at, end);
    return;
  }
  packet.hardwareHigh = view.getUint16(at + SHA);
  packet.hardwareLow = view.getUint32(at + SHA + 2);
  packet.src0 = view.getUint32(spa);
  packet.dst0 = view.getUint32(tpa);
  packet.kind = op === ARP_REQUEST ? KIND_ARP_REQUEST : KIND_ARP_REPLY;
}
