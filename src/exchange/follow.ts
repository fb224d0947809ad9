import type { Ip } from '../addr/ip.ts';
import { contains, type Prefix } from '../addr/prefix.ts';
import {
  KIND_ARP_REPLY,
  KIND_ARP_REQUEST,
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_ICMP_ERROR,
  KIND_NEIGHBOUR_ADVERTISEMENT,
  KIND_NEIGHBOUR_SOLICITATION,
  KIND_RST,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  KIND_UDP,
  type Packet,
} from '../decode/packet.ts';
import { PROTOCOL_ICMP, PROTOCOL_ICMP6, PROTOCOL_TCP, PROTOCOL_UDP } from './key.ts';
import { type CorrelateOptions, DEFAULT_PROTOCOLS } from './options.ts';

/** Which packets are recorded, by the options. */
export class Follow {
  /** By packet kind: 1 where it is of use at all. */
  readonly kinds = new Uint8Array(256);
  /** Whether addresses or a port narrow the choice further. */
  readonly narrow: boolean;
  private readonly between: readonly Prefix[];
  private readonly port: number | undefined;
  private readonly quoted = new Set<number>();
  /** UDP is followed by itself, as long as nothing else that is followed was seen. */
  private untilProbe: boolean;
  private readonly decoded: Packet[] = [];

  constructor(options: CorrelateOptions) {
    const protocols = options.protocols ?? DEFAULT_PROTOCOLS;
    this.between = options.between ?? [];
    this.port = options.port;
    this.narrow = this.between.length > 0 || this.port !== undefined;
    const echo = protocols.has('icmp') && this.port === undefined;
    if (echo) this.add([KIND_ECHO_REQUEST, KIND_ECHO_REPLY], [PROTOCOL_ICMP, PROTOCOL_ICMP6]);
    if (protocols.has('tcp')) this.add([KIND_SYN, KIND_SYN_ACK, KIND_RST, KIND_TCP_ACK], [PROTOCOL_TCP]);
    this.untilProbe = options.protocols === undefined;
    if (protocols.has('udp') || this.untilProbe) this.add([KIND_UDP], [PROTOCOL_UDP]);
    this.add([KIND_ICMP_ERROR, KIND_ARP_REQUEST, KIND_ARP_REPLY], []);
    this.add([KIND_NEIGHBOUR_SOLICITATION, KIND_NEIGHBOUR_ADVERTISEMENT], []);
  }

  /** Every echo request and every SYN, whatever its addresses. */
  get allProbes(): boolean {
    return !this.narrow && this.kinds[KIND_ECHO_REQUEST] === 1 && this.kinds[KIND_SYN] === 1;
  }

  get udp(): boolean {
    return this.kinds[KIND_UDP] === 1;
  }

  /** A decoder's packet: it is told whether to hash datagrams. */
  tell(packet: Packet): void {
    this.decoded.push(packet);
    packet.followUdp = this.udp;
  }

  /** An echo request or a SYN was seen. */
  probeSeen(): void {
    if (!this.untilProbe) return;
    this.untilProbe = false;
    this.kinds[KIND_UDP] = 0;
    this.quoted.delete(PROTOCOL_UDP);
    for (const packet of this.decoded) packet.followUdp = false;
  }

  /** For kinds that are followed: whether this packet is wanted. */
  wants(packet: Packet): boolean {
    if (packet.kind === KIND_ICMP_ERROR) return this.wantsError(packet);
    if (packet.kind === KIND_UDP && isDhcp(packet)) return false;
    if (!this.narrow || asksForNeighbour(packet.kind)) return true;
    return this.portWanted(packet.sourcePort, packet.destinationPort) && this.endsWanted(packet);
  }

  private add(kinds: readonly number[], protocols: readonly number[]): void {
    for (const kind of kinds) this.kinds[kind] = 1;
    for (const protocol of protocols) this.quoted.add(protocol);
  }

  private wantsError(packet: Packet): boolean {
    if (!this.quoted.has(packet.quotedProtocol)) return false;
    if (!this.narrow) return true;
    const { quotedSrc0, quotedSrc1, quotedSrc2, quotedSrc3 } = packet;
    const { quotedDst0, quotedDst1, quotedDst2, quotedDst3 } = packet;
    return (
      this.portWanted(packet.quotedSourcePort, packet.quotedDestinationPort) &&
      this.liesBetween(
        ipOf(packet.family, quotedSrc0, quotedSrc1, quotedSrc2, quotedSrc3),
        ipOf(packet.family, quotedDst0, quotedDst1, quotedDst2, quotedDst3),
      )
    );
  }

  private portWanted(source: number, destination: number): boolean {
    return this.port === undefined || source === this.port || destination === this.port;
  }

  private endsWanted(packet: Packet): boolean {
    const { family } = packet;
    return this.liesBetween(
      ipOf(family, packet.src0, packet.src1, packet.src2, packet.src3),
      ipOf(family, packet.dst0, packet.dst1, packet.dst2, packet.dst3),
    );
  }

  private liesBetween(a: Ip, b: Ip): boolean {
    const [first, second] = this.between;
    if (!first) return true;
    if (!second) return contains(first, a) || contains(first, b);
    return (contains(first, a) && contains(second, b)) || (contains(first, b) && contains(second, a));
  }
}

function asksForNeighbour(kind: number): boolean {
  return kind >= KIND_ARP_REQUEST && kind <= KIND_NEIGHBOUR_ADVERTISEMENT;
}

/** RFC 2131, RFC 8415: clients without an address ask, and what answers them names another one. */
function isDhcp({ sourcePort, destinationPort }: Packet): boolean {
  const low = Math.min(sourcePort, destinationPort);
  return (
    (low === 67 || low === 68 || low === 546 || low === 547) && Math.max(sourcePort, destinationPort) <= 547
  );
}

function ipOf(family: number, w0: number, w1: number, w2: number, w3: number): Ip {
  return { family: family === 6 ? 6 : 4, w0, w1, w2, w3 };
}
