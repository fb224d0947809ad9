import { decodeIcmp } from './icmp.ts';
import { decodeIcmpv6 } from './icmpv6.ts';
import type { Packet } from './packet.ts';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, PROTOCOL_UDP } from './protocol.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp } from './udp.ts';

// Local, because an imported constant is loaded from its module at each use, and a local one is part of the code.
const TCP = PROTOCOL_TCP;
const ICMP = PROTOCOL_ICMP;

/** Decodes the header that `packet.protocol` announces in [at, end); what we do not follow is passed over. */
export function decodeTransport(view: DataView, at: number, end: number, packet: Packet): void {
  const { protocol } = packet;
  if (protocol === TCP) decodeTcp(view, at, end, packet);
  else if (protocol === ICMP) decodeIcmp(view, at, end, packet);
  else if (protocol === PROTOCOL_UDP) decodeUdp(view, at, end, packet);
  else if (protocol === PROTOCOL_ICMPV6) decodeIcmpv6(view, at, end, packet);
}
