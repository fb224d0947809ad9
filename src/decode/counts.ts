import {
  KIND_ARP_REPLY,
  KIND_ARP_REQUEST,
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_ICMP_ERROR,
  type Packet,
} from './packet.ts';
import { PROTOCOL_TCP } from './protocol.ts';
import { STOP_NONE } from './stop.ts';
import { TCP_ACK, TCP_RST, TCP_SYN } from './tcp.ts';

/** How many packets of each kind a capture holds: what `wayhome info` prints. Each is counted by its outermost IP header. */
export class PacketCounts {
  echo4Requests = 0;
  echo4Replies = 0;
  echo6Requests = 0;
  echo6Replies = 0;
  icmpErrors4 = 0;
  icmpErrors6 = 0;
  syn = 0;
  synAck = 0;
  rst = 0;
  arpRequests = 0;
  arpReplies = 0;
  vlanTagged = 0;
  fragments = 0;
  /** Frames of a link type we do not decode, or whose headers stopped early. */
  notDecoded = 0;

  add(packet: Packet): void {
    if (packet.vlanTags > 0) this.vlanTagged++;
    if (packet.fragment !== 0) this.fragments++;
    if (packet.stopReason !== STOP_NONE) this.notDecoded++;
    // Behind an authentication header lies, for those who count so, another packet.
    if (packet.kind !== 0 && packet.authenticated === 0) this.addKind(packet);
  }

  private addKind(packet: Packet): void {
    const { kind } = packet;
    const four = packet.family === 4;
    if (kind === KIND_ECHO_REQUEST) four ? this.echo4Requests++ : this.echo6Requests++;
    else if (kind === KIND_ECHO_REPLY) four ? this.echo4Replies++ : this.echo6Replies++;
    else if (kind === KIND_ICMP_ERROR) four ? this.icmpErrors4++ : this.icmpErrors6++;
    else if (kind === KIND_ARP_REQUEST) this.arpRequests++;
    else if (kind === KIND_ARP_REPLY) this.arpReplies++;
    else if (packet.protocol === PROTOCOL_TCP) this.addTcp(packet.tcpFlags);
  }

  /** By flags, not by kind: a segment with SYN and RST is both. */
  private addTcp(flags: number): void {
    if ((flags & TCP_RST) !== 0) this.rst++;
    if ((flags & TCP_SYN) === 0) return;
    if ((flags & TCP_ACK) !== 0) this.synAck++;
    else this.syn++;
  }
}
