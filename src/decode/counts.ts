import { ICMP_ECHO_REPLY, ICMP_ECHO_REQUEST, ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST } from './icmp-type.ts';
import {
  ARP_REPLY,
  ARP_REQUEST,
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_ICMP_ERROR,
  KIND_NONE,
  type Packet,
} from './packet.ts';
import { PROTOCOL_TCP } from './protocol.ts';
import { LAYER_ICMP, LAYER_ICMPV6, STOP_NONE } from './stop.ts';
import { TCP_ACK, TCP_RST, TCP_SYN } from './tcp.ts';

/** How many packets of each kind a capture holds: what `wayhome info` prints. Each is counted by its outermost IP header. */
export class PacketCounts {
  echo4Requests = 0;
  echo4Replies = 0;
  echo6Requests = 0;
  echo6Replies = 0;
  icmpErrors4 = 0;
  icmpErrors6 = 0;
  /** SYN without ACK, SYN with ACK, RST: by flags, so that a segment with SYN and RST is counted as both. */
  syn = 0;
  synAck = 0;
  rst = 0;
  arpRequests = 0;
  arpReplies = 0;
  vlanTagged = 0;
  /** First and later fragments; an IPv6 packet with a fragment header that is whole (RFC 6946) is none. */
  fragments = 0;
  /** Frames of a link type we do not decode, or whose headers stopped early. */
  notDecoded = 0;

  add(packet: Packet): void {
    if (packet.vlanTags > 0) this.vlanTagged++;
    if (packet.fragment !== 0) this.fragments++;
    if (packet.arpOperation === ARP_REQUEST) this.arpRequests++;
    else if (packet.arpOperation === ARP_REPLY) this.arpReplies++;
    if (packet.stopReason !== STOP_NONE) this.addStopped(packet);
    // Behind an authentication header lies, for those who count so, another packet.
    if (packet.kind !== KIND_NONE && packet.authenticated === 0) this.addKind(packet);
  }

  private addKind(packet: Packet): void {
    const { kind } = packet;
    if (kind === KIND_ECHO_REQUEST) this.addEchoRequest(packet);
    else if (kind === KIND_ECHO_REPLY) this.addEchoReply(packet);
    else if (kind === KIND_ICMP_ERROR) {
      if (packet.family === 4) this.icmpErrors4++;
      else this.icmpErrors6++;
    } else if (packet.protocol === PROTOCOL_TCP) this.addTcp(packet.tcpFlags);
  }

  private addEchoRequest(packet: Packet): void {
    if (packet.family === 4) this.echo4Requests++;
    else this.echo6Requests++;
  }

  private addEchoReply(packet: Packet): void {
    if (packet.family === 4) this.echo4Replies++;
    else this.echo6Replies++;
  }

  private addTcp(flags: number): void {
    if ((flags & TCP_RST) !== 0) this.rst++;
    if ((flags & TCP_SYN) === 0) return;
    if ((flags & TCP_ACK) !== 0) this.synAck++;
    else this.syn++;
  }

  /** An echo message that the snap length cut before its sequence number cannot be followed, but it is one. */
  private addStopped(packet: Packet): void {
    this.notDecoded++;
    if (packet.kind !== KIND_NONE || packet.stopHave === 0 || packet.authenticated !== 0) return;
    const { stopLayer, icmpType } = packet;
    if (stopLayer === LAYER_ICMP && icmpType === ICMP_ECHO_REQUEST) this.addEchoRequest(packet);
    else if (stopLayer === LAYER_ICMP && icmpType === ICMP_ECHO_REPLY) this.addEchoReply(packet);
    else if (stopLayer === LAYER_ICMPV6 && icmpType === ICMPV6_ECHO_REQUEST) this.addEchoRequest(packet);
    else if (stopLayer === LAYER_ICMPV6 && icmpType === ICMPV6_ECHO_REPLY) this.addEchoReply(packet);
  }
}
