import type { FrameView } from '../capture/frame.ts';
import {
  KIND_ARP_REPLY,
  KIND_ARP_REQUEST,
  KIND_ICMP_ERROR,
  KIND_NEIGHBOUR_ADVERTISEMENT,
  KIND_NEIGHBOUR_SOLICITATION,
  KIND_SYN,
  KIND_TCP_ACK,
  KIND_UDP,
  type Packet,
} from '../decode/packet.ts';
import type { SightingBatch } from './batch.ts';
import type { Connections } from './connections.ts';
import { PROTOCOL_TCP, pairingKey } from './key.ts';
import {
  DNS_SHIFT,
  HEADER_WORDS,
  KIND_SEGMENT,
  R_ACK,
  R_DST,
  R_FLAGS,
  R_FRAME,
  R_HEADER,
  R_KEY,
  R_KIND_PLACE,
  R_MAC_LENGTH,
  R_MAC_LOW,
  R_NANOS,
  R_PORTS,
  R_SECONDS,
  R_SEQ,
  R_SRC,
  R_WIDE,
  STRIDE,
  WIDE_STRIDE,
  X_DST,
  X_FORTH,
  X_FOURTH,
  X_HARDWARE,
  X_MTU,
  X_QUOTED,
  X_QUOTED_PORTS,
  X_QUOTED_SEQ,
  X_SRC,
  X_STALL,
  X_THIRD,
} from './layout.ts';
import { foldDestination, foldSource } from './packet-key.ts';

const LONGEST = 0xffff;

/** Appends a followed packet to the batch. */
export function writeRecord(
  batch: SightingBatch,
  frame: FrameView,
  packet: Packet,
  place: number,
  key: number,
): void {
  const at = batch.addRecord();
  const { words } = batch;
  const { kind } = packet;
  const tcp = kind >= KIND_SYN && kind <= KIND_TCP_ACK;
  words[at + R_KIND_PLACE] = kind | (place << 8);
  words[at + R_SECONDS] = frame.seconds;
  words[at + R_NANOS] = frame.nanos;
  words[at + R_FRAME] = frame.number;
  words[at + R_SRC] = foldSource(packet);
  words[at + R_DST] = foldDestination(packet);
  const transport = tcp || kind < KIND_SYN || kind === KIND_UDP;
  words[at + R_PORTS] = transport ? (packet.sourcePort << 16) | packet.destinationPort : 0;
  words[at + R_SEQ] = tcp ? packet.seq : packet.dataHash;
  words[at + R_ACK] = tcp ? acknowledged(packet) : dataWord(packet);
  words[at + R_HEADER] = headerWord(packet, tcp);
  words[at + R_MAC_LENGTH] = (packet.macSrcHigh << 16) | lengthOf(packet);
  words[at + R_MAC_LOW] = packet.macSrcLow;
  words[at + R_WIDE] = packet.family === 6 || kind > KIND_TCP_ACK ? writeWide(batch, packet) : 0;
  words[at + R_KEY] = key;
  words[at + R_FLAGS] = packet.family | (tcp ? (packet.tcpFlags << 8) | headerWordsOf(packet) : 0);
}

/** Appends a later segment under the key of its handshake, which `connection` found. */
export function writeSegment(
  batch: SightingBatch,
  frame: FrameView,
  packet: Packet,
  place: number,
  told: number,
  connection: Connections,
): void {
  const { fromOriginator, seq } = connection;
  const originator = fromOriginator ? foldSource(packet) : foldDestination(packet);
  const port = fromOriginator ? packet.sourcePort : packet.destinationPort;
  writeRecord(batch, frame, packet, place, pairingKey(PROTOCOL_TCP, originator, port, seq));
  const { words } = batch;
  const at = (batch.count - 1) * STRIDE;
  words[at + R_KIND_PLACE] = KIND_SEGMENT | (place << 8);
  if (words[at + R_WIDE] === 0) words[at + R_WIDE] = writeWide(batch, packet);
  const row = (words[at + R_WIDE] - 1) * WIDE_STRIDE;
  batch.wide[row + X_STALL] = told;
  batch.wide[row + X_FORTH] = Number(fromOriginator);
  batch.wide[row + X_QUOTED_SEQ] = seq;
}

/** The error that was appended last quotes a segment of this connection: it goes by the number of the SYN. */
export function resolveQuoted({ words, wide, count }: SightingBatch, connection: Connections): void {
  const row = (words[(count - 1) * STRIDE + R_WIDE] - 1) * WIDE_STRIDE;
  wide[row + X_QUOTED_SEQ] = connection.seq;
  if (!connection.fromOriginator) wide[row + X_QUOTED] |= 1;
}

/** A SYN acknowledges nothing; its timestamp tells copies of it that were translated from other SYNs. */
function acknowledged(packet: Packet): number {
  return packet.kind === KIND_SYN ? packet.timestamp : packet.ack;
}

/** As `HEADER_WORDS` of R_FLAGS: with the length of all that is behind the IP header they tell how much data the SYN bears. */
function headerWordsOf({ kind, payloadLength, dataLength }: Packet): number {
  if (kind !== KIND_SYN || dataLength <= 0) return 0;
  return ((payloadLength - dataLength) >>> 2) << 4;
}

/** Bytes of data that a SYN bears (TCP Fast Open, RFC 7413). */
export function synDataLength({ words }: SightingBatch, at: number): number {
  const headerWords = (words[at + R_FLAGS] & HEADER_WORDS) >>> 4;
  return headerWords === 0 ? 0 : (words[at + R_MAC_LENGTH] & 0xffff) - (headerWords << 2);
}

function dataWord({ kind, dns, dataLength, dataHashed }: Packet): number {
  const role = kind === KIND_UDP ? dns << DNS_SHIFT : 0;
  return (dataLength << 16) | role | dataHashed;
}

function lengthOf(packet: Packet): number {
  if (packet.family === 0) return 0;
  return Math.min(packet.payloadLength, LONGEST);
}

/** Fields that the packet does not have are stale in `packet` and 0 here. */
function headerWord(packet: Packet, tcp: boolean): number {
  if (packet.family === 0) return 0;
  const icmp = tcp || packet.kind === KIND_UDP ? 0 : (packet.icmpType << 8) | packet.icmpCode;
  return (icmp << 16) | (packet.ttl << 8) | packet.tos;
}

/** Number of the row + 1. */
function writeWide(batch: SightingBatch, packet: Packet): number {
  const at = batch.addRow();
  const { wide } = batch;
  wide[at + X_SRC] = packet.src0;
  wide[at + X_SRC + 1] = packet.src1;
  wide[at + X_SRC + 2] = packet.src2;
  wide[at + X_SRC + 3] = packet.src3;
  wide[at + X_DST] = packet.dst0;
  wide[at + X_DST + 1] = packet.dst1;
  wide[at + X_DST + 2] = packet.dst2;
  wide[at + X_DST + 3] = packet.dst3;
  const { kind } = packet;
  if (kind === KIND_ICMP_ERROR) writeQuoted(wide, at, packet);
  else if (kind === KIND_ARP_REQUEST || kind === KIND_ARP_REPLY) writeHardware(wide, at, packet);
  else if (kind === KIND_NEIGHBOUR_SOLICITATION || kind === KIND_NEIGHBOUR_ADVERTISEMENT) {
    writeHardware(wide, at, packet);
    wide[at + X_THIRD] = packet.target0;
    wide[at + X_THIRD + 1] = packet.target1;
    wide[at + X_THIRD + 2] = packet.target2;
    wide[at + X_THIRD + 3] = packet.target3;
  }
  return batch.rows;
}

function writeHardware(wide: Int32Array, at: number, packet: Packet): void {
  wide[at + X_HARDWARE] = packet.hardwareHigh;
  wide[at + X_HARDWARE + 1] = packet.hardwareLow;
}

function writeQuoted(wide: Int32Array, at: number, packet: Packet): void {
  wide[at + X_THIRD] = packet.quotedSrc0;
  wide[at + X_THIRD + 1] = packet.quotedSrc1;
  wide[at + X_THIRD + 2] = packet.quotedSrc2;
  wide[at + X_THIRD + 3] = packet.quotedSrc3;
  wide[at + X_FOURTH] = packet.quotedDst0;
  wide[at + X_FOURTH + 1] = packet.quotedDst1;
  wide[at + X_FOURTH + 2] = packet.quotedDst2;
  wide[at + X_FOURTH + 3] = packet.quotedDst3;
  wide[at + X_QUOTED] = (packet.quotedProtocol << 16) | (packet.quotedTcpFlags << 8) | packet.quotedIcmpType;
  wide[at + X_QUOTED_PORTS] = (packet.quotedSourcePort << 16) | packet.quotedDestinationPort;
  wide[at + X_QUOTED_SEQ] = packet.quotedSeq;
  wide[at + X_MTU] = packet.icmpMtu;
}
