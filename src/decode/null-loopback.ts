import { decodeIpv4, decodeIpv6 } from './network.ts';
import type { Packet } from './packet.ts';
import { LAYER_NULL, stopShort } from './stop.ts';

/** https://www.tcpdump.org/linktypes/LINKTYPE_NULL.html: an address family in the byte order of the capturing machine. */
const HEADER_BYTES = 4;
const AF_INET = 2;

/** LINKTYPE_NULL, and LINKTYPE_LOOP, whose family is in network byte order: families are small, so both orders are told apart. */
export function decodeNull(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < HEADER_BYTES) {
    stopShort(packet, LAYER_NULL, at, HEADER_BYTES, end);
    return;
  }
  const big = view.getUint32(at);
  const family = big > 0xffff ? view.getUint32(at, true) : big;
  if (family === AF_INET) decodeIpv4(view, at + HEADER_BYTES, end, packet);
  else if (isInet6(family)) decodeIpv6(view, at + HEADER_BYTES, end, packet);
}

/** AF_INET6 of NetBSD and OpenBSD (24), FreeBSD (28), macOS (30), Linux (10). */
function isInet6(family: number): boolean {
  return family === 24 || family === 28 || family === 30 || family === 10;
}
