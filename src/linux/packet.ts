import type { Ip } from '../addr/ip.ts';

/** A packet as the rules of one host see it. Fields that a capture or a forecast cannot know are null, and a rule that asks for them cannot be told. */
export interface Packet {
  readonly source: Ip;
  readonly destination: Ip;
  /** IANA protocol number. */
  readonly protocol: number;
  /** 0 for ICMP. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** ICMP and ICMPv6. */
  readonly icmp: { readonly type: number; readonly code: number } | null;
  /** The flags byte of a TCP header (RFC 9293, 3.1): FIN is bit 0. */
  readonly tcpFlags: number | null;
  readonly tos: number;
  readonly ttl: number | null;
  /** Length of the IP packet. */
  readonly lengthBytes: number | null;
  /** A later fragment: where it begins in the packet, in units of 8 bytes. Absent: a whole one. */
  readonly fragmentOffset?: number;
}

/** Put together from its fragments. */
export function whole({ fragmentOffset: _, ...packet }: Packet): Packet {
  return packet;
}
