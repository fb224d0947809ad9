import { decodeIpv4, decodeIpv6 } from './network.ts';
import type { Packet } from './packet.ts';
import { LAYER_LINK, STOP_VERSION, stop, stopShort } from './stop.ts';

/** LINKTYPE_RAW: the packet's own version tells whether it is IPv4 or IPv6. */
export function decodeRawIp(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < 1) {
    stopShort(packet, LAYER_LINK, at, 1, end);
    return;
  }
  const version = view.getUint8(at) >>> 4;
  if (version === 4) decodeIpv4(view, at, end, packet);
  else if (version === 6) decodeIpv6(view, at, end, packet);
  else stop(packet, LAYER_LINK, STOP_VERSION, at, 1, end - at);
}
