export type DnsRole = 0 | 1 | 2;
export const DNS_NONE = 0;
export const DNS_QUERY = 1;
export const DNS_RESPONSE = 2;

/**
 * A frame decoded as far as its bytes go. One object is filled again for every frame (hence mutable); fields are valid
 * only for the kinds named in their comments and stale otherwise. All words are unsigned 32-bit in host order.
 */
export class Packet {
  /** What the packet is to us; KIND_NONE for everything that is not followed. */
  kind: PacketKind = KIND_NONE;
  /** 4 or 6; 0 where no IP header was reached (then ARP or nothing). */
  family: 0 | 4 | 6 = 0;
  /** Source and destination; IPv4 in word 0 (and the ARP sender's and target's protocol addresses). */
  src0 = 0;
  src1 = 0;
  src2 = 0;
  src3 = 0;
  dst0 = 0;
  dst1 = 0;
  dst2 = 0;
  dst3 = 0;
  /** IP protocol number after extension headers. */
  protocol = 0;
  /** tos or traffic class byte. */
  tos = 0;
  /** TTL or hop limit. */
  ttl = 0;
  /** IPv4 identification, or 0. */
  ipId = 0;
  /** IP payload length on the wire as the header tells (bytes after the IP header and extension headers). */
  payloadLength = 0;
  /** TCP and UDP ports; for echo: identifier in `sourcePort`, sequence in `destinationPort`. */
  sourcePort = 0;
  destinationPort = 0;
  /** TCP sequence and acknowledgement numbers. */
  seq = 0;
  ack = 0;
  /** TCP flags byte. */
  tcpFlags = 0;
  /** TCP maximum segment size option of a SYN or SYN-ACK; 0 where absent. */
  mss = 0;
  /** TCP timestamp value (RFC 7323) of a SYN or SYN-ACK; 0 where absent. */
  timestamp = 0;
  /** TCP: the segment bears no data and acknowledges some that came out of order (RFC 2018). */
  sack = false;
  /** Hash (32 bits) of the echo data or UDP payload, over `dataHashed` bytes. */
  dataHash = 0;
  /** Bytes the hash covers: at most DATA_HASH_LIMIT, fewer where the snap length cut. */
  dataHashed = 0;
  /** UDP, where payloads are hashed: whether it is a DNS message; then `dataHash` is of its identification and question. */
  dns: DnsRole = DNS_NONE;
  /** Echo data or UDP payload length on the wire; of a fragmented echo message DATA_LENGTH_UNKNOWN. */
  dataLength = 0;
  /** ICMP or ICMPv6 type and code (echo, errors, neighbour discovery). */
  icmpType = 0;
  icmpCode = 0;
  /** For errors about size: the next hop's MTU (RFC 1191, RFC 4443). */
  icmpMtu = 0;
  /** The packet quoted in an ICMP error: its protocol (0: nothing quoted), addresses, ports or echo id/seq, TCP sequence. */
  quotedProtocol = 0;
  quotedSrc0 = 0;
  quotedSrc1 = 0;
  quotedSrc2 = 0;
  quotedSrc3 = 0;
  quotedDst0 = 0;
  quotedDst1 = 0;
  quotedDst2 = 0;
  quotedDst3 = 0;
  quotedSourcePort = 0;
  quotedDestinationPort = 0;
  quotedSeq = 0;
  /** ICMP type of a quoted ICMP message. */
  quotedIcmpType = 0;
  /** Flags of a quoted TCP segment; 0 where the quote ends before them. */
  quotedTcpFlags = 0;
  /** ARP: sender's and target's hardware addresses; ND: the link-layer address option. Upper 16, lower 32 bits. */
  hardwareHigh = 0;
  hardwareLow = 0;
  /** Neighbour solicitation and advertisement: the target address (its `src`/`dst` are the IP header's). */
  target0 = 0;
  target1 = 0;
  target2 = 0;
  target3 = 0;
  /** Link-layer source (all link types that bear one; SLL: the sender), and destination (Ethernet only). 0 and 0: none. */
  macSrcHigh = 0;
  macSrcLow = 0;
  macDstHigh = 0;
  macDstLow = 0;
  /** Outermost VLAN id, or -1. */
  vlan = -1;
  /** Number of VLAN tags. */
  vlanTags = 0;
  /** ifindex of an SLL2 header, else 0. */
  interfaceIndex = 0;
  /** From SLL/SLL2, else what the capture says of the frame (pcapng flags): 1 in, 2 out; 0 where neither tells. */
  direction: 0 | 1 | 2 = 0;
  /** SLL packet type or 255. 3: to another host (seen promiscuously). */
  sllType = 255;
  /** 1 where the packet is a fragment (first or later). */
  fragment = 0;
  /** Where and why decoding stopped early; STOP_NONE where it did not. See `stopOf`. */
  stopReason = 0;
  stopLayer = 0;
  /** Offset in the frame, bytes needed there and bytes present. */
  stopOffset = 0;
  stopNeed = 0;
  stopHave = 0;
  /** What set the end that decoding ran into: a LENGTH_FROM_ number of `stop.ts`. */
  stopLengthFrom = 0;
  /**
   * ARP_REQUEST or ARP_REPLY, whatever hardware and protocol it is for and also where it is cut; 0 for anything else. `kind`
   * tells only what can be followed.
   */
  arpOperation = 0;
  /** 1 where an authentication header (RFC 4302) stands before the transport header. */
  authenticated = 0;
  /** Set by the caller once: hash UDP payloads too. Never written by the decoder. */
  followUdp = false;
  /**
   * Working state of the decoder: where the frame begins in its chunk and ends on the wire, where the
   * IP payload ends, what limits the bytes, headers so far.
   */
  frameStart = 0;
  wireEnd = 0;
  payloadEnd = 0;
  lengthFrom = 0;
  headers = 0;
}

/** Bytes of echo data that are hashed; both copies of a packet rarely differ beyond them. */
export const DATA_HASH_LIMIT = 64;
/** No echo message is as long: the IP header takes part of what 16 bits can tell. */
export const DATA_LENGTH_UNKNOWN = 0xffff;

/** RFC 826: ar$op. */
export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

export type PacketKind = number;
export const KIND_NONE = 0;
export const KIND_ECHO_REQUEST = 1;
export const KIND_ECHO_REPLY = 2;
/** SYN without ACK. */
export const KIND_SYN = 3;
export const KIND_SYN_ACK = 4;
export const KIND_RST = 5;
/** A TCP segment with ACK, without SYN and RST: perhaps the last step of a handshake, or first data. */
export const KIND_TCP_ACK = 6;
/** An ICMP or ICMPv6 error that quotes a packet. */
export const KIND_ICMP_ERROR = 7;
export const KIND_ARP_REQUEST = 8;
export const KIND_ARP_REPLY = 9;
export const KIND_NEIGHBOUR_SOLICITATION = 10;
export const KIND_NEIGHBOUR_ADVERTISEMENT = 11;
/** ICMP redirect (RFC 792) or ICMPv6 redirect (RFC 4861): advice that quotes a packet; it does not reject it. */
export const KIND_REDIRECT = 13;
/** Any UDP datagram; followed only when UDP is asked for. */
export const KIND_UDP = 12;
