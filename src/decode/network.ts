import { readIpv4 } from './ipv4.ts';
import { readIpv6 } from './ipv6.ts';
import type { Packet } from './packet.ts';
import { decodeTransport } from './transport.ts';

export function decodeIpv4(view: DataView, at: number, end: number, packet: Packet): void {
  const transport = readIpv4(view, at, end, packet);
  if (transport >= 0) decodeTransport(view, transport, packet.payloadEnd, packet);
}

export function decodeIpv6(view: DataView, at: number, end: number, packet: Packet): void {
  const transport = readIpv6(view, at, end, packet);
  if (transport >= 0) decodeTransport(view, transport, packet.payloadEnd, packet);
}
