import {
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_ICMP_ERROR,
  KIND_RST,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  KIND_UDP,
  type Packet,
} from '../decode/packet.ts';
import { foldAddress, PROTOCOL_ICMP, PROTOCOL_ICMP6, PROTOCOL_TCP, PROTOCOL_UDP, pairingKey } from './key.ts';

const TCP_ACK_FLAG = 0x10;
// Echo replies as quoted in errors (RFC 792, RFC 4443).
const ICMP_ECHO_REPLY = 0;
const ICMP6_ECHO_REPLY = 129;

export function foldSource(packet: Packet): number {
  return packet.family === 6
    ? foldAddress(packet.src0, packet.src1, packet.src2, packet.src3)
    : packet.src0 | 0;
}

export function foldDestination(packet: Packet): number {
  return packet.family === 6
    ? foldAddress(packet.dst0, packet.dst1, packet.dst2, packet.dst3)
    : packet.dst0 | 0;
}

/** The pairing key of the exchange this packet would belong to; 0 for packets that belong to none. */
export function keyOf(packet: Packet): number {
  switch (packet.kind) {
    case KIND_ECHO_REQUEST:
      return pairingKey(PROTOCOL_ICMP, foldSource(packet), packet.sourcePort, packet.destinationPort);
    case KIND_ECHO_REPLY:
      return pairingKey(PROTOCOL_ICMP, foldDestination(packet), packet.sourcePort, packet.destinationPort);
    case KIND_SYN:
      return pairingKey(PROTOCOL_TCP, foldSource(packet), packet.sourcePort, packet.seq | 0);
    case KIND_SYN_ACK:
      return pairingKey(PROTOCOL_TCP, foldDestination(packet), packet.destinationPort, (packet.ack - 1) | 0);
    case KIND_TCP_ACK:
      return pairingKey(PROTOCOL_TCP, foldSource(packet), packet.sourcePort, (packet.seq - 1) | 0);
    case KIND_RST:
      return resetKey(packet);
    case KIND_UDP:
      return pairingKey(PROTOCOL_UDP, foldSource(packet), packet.sourcePort, packet.destinationPort);
    case KIND_ICMP_ERROR:
      return quotedKey(packet);
    default:
      return 0;
  }
}

/** The same of what follows the data of a SYN, where the responder took it (TCP Fast Open, RFC 7413). */
export function keyBehindData(packet: Packet): number {
  const seq = (packet.seq + packet.dataLength) | 0;
  return pairingKey(PROTOCOL_TCP, foldSource(packet), packet.sourcePort, seq);
}

/** A responder's RST acknowledges the SYN; the originator's continues after it (RFC 9293 section 3.5.2). */
function resetKey(packet: Packet): number {
  if ((packet.tcpFlags & TCP_ACK_FLAG) !== 0) {
    return pairingKey(PROTOCOL_TCP, foldDestination(packet), packet.destinationPort, (packet.ack - 1) | 0);
  }
  return pairingKey(PROTOCOL_TCP, foldSource(packet), packet.sourcePort, (packet.seq - 1) | 0);
}

function quotedKey(packet: Packet): number {
  const { quotedProtocol } = packet;
  const source = foldQuoted(packet, false);
  if (quotedProtocol === PROTOCOL_TCP) {
    return pairingKey(PROTOCOL_TCP, source, packet.quotedSourcePort, packet.quotedSeq | 0);
  }
  if (quotedProtocol === PROTOCOL_UDP) {
    return pairingKey(PROTOCOL_UDP, source, packet.quotedSourcePort, packet.quotedDestinationPort);
  }
  const originator = quotesEchoReply(quotedProtocol, packet.quotedIcmpType)
    ? foldQuoted(packet, true)
    : source;
  return pairingKey(PROTOCOL_ICMP, originator, packet.quotedSourcePort, packet.quotedDestinationPort);
}

export function foldQuoted(packet: Packet, destination: boolean): number {
  if (packet.family !== 6) return (destination ? packet.quotedDst0 : packet.quotedSrc0) | 0;
  return destination
    ? foldAddress(packet.quotedDst0, packet.quotedDst1, packet.quotedDst2, packet.quotedDst3)
    : foldAddress(packet.quotedSrc0, packet.quotedSrc1, packet.quotedSrc2, packet.quotedSrc3);
}

export function quotesEchoReply(protocol: number, icmpType: number): boolean {
  return icmpType === (protocol === PROTOCOL_ICMP6 ? ICMP6_ECHO_REPLY : ICMP_ECHO_REPLY);
}
