import { KIND_SYN, type Packet } from '../decode/packet.ts';
import { foldDestination, foldQuoted, foldSource } from './packet-key.ts';
import { CONNECTIONS } from './shortcut/layout.ts';

/** A power of two; with more connections at once the latest of those that share a slot is known. */
const SLOTS = 1 << 14;
const WORDS = 3;
const ENDS = 0;
const ORIGINATOR = 1;
const SEQ = 2;
/** No SYN bears more data. */
const MOST_DATA = 0xffff;

/**
 * Which handshake a segment belongs to, by its addresses and ports, of the connections that a host's captures showed to
 * open last: later segments bear no number of the SYN. Asked for segments in trouble only.
 */
export class Connections {
  /** Of the last connection found. */
  seq = 0;
  fromOriginator = false;
  private readonly words: Int32Array;

  /** @param memory laid out as `shortcut/layout.ts` says, all zero */
  constructor(memory: ArrayBuffer) {
    this.words = new Int32Array(memory, CONNECTIONS, SLOTS * WORDS);
  }

  /** A SYN or a SYN-ACK. */
  add(packet: Packet): void {
    const source = sourceEnd(packet);
    const destination = destinationEnd(packet);
    const syn = packet.kind === KIND_SYN;
    const at = slotOf(source, destination);
    const ends = (source + destination) | 0;
    const originator = syn ? source : destination;
    const seq = syn ? packet.seq | 0 : (packet.ack - 1) | 0;
    if (!syn && this.acknowledgesMore(at, ends, originator, seq)) return;
    this.words[at + ENDS] = ends;
    this.words[at + ORIGINATOR] = originator;
    this.words[at + SEQ] = seq;
  }

  /** Data that came with the SYN as well (TCP Fast Open, RFC 7413): the connection goes by the number of the SYN. */
  private acknowledgesMore(at: number, ends: number, originator: number, seq: number): boolean {
    const { words } = this;
    if (words[at + ENDS] !== ends || words[at + ORIGINATOR] !== originator) return false;
    return (seq - words[at + SEQ]) >>> 0 <= MOST_DATA;
  }

  find(source: number, destination: number): boolean {
    const at = slotOf(source, destination);
    const originator = this.words[at + ORIGINATOR];
    if (this.words[at + ENDS] !== ((source + destination) | 0)) return false;
    if (originator !== source && originator !== destination) return false;
    this.seq = this.words[at + SEQ];
    this.fromOriginator = originator === source;
    return true;
  }

  findQuoted(packet: Packet): boolean {
    return this.find(
      endOf(foldQuoted(packet, false), packet.quotedSourcePort),
      endOf(foldQuoted(packet, true), packet.quotedDestinationPort),
    );
  }
}

/** One end of a connection, address and port, as a hash. */
export function sourceEnd(packet: Packet): number {
  return endOf(foldSource(packet), packet.sourcePort);
}

export function destinationEnd(packet: Packet): number {
  return endOf(foldDestination(packet), packet.destinationPort);
}

export function endOf(address: number, port: number): number {
  const mixed = Math.imul(address ^ Math.imul(port, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** The same for both directions. */
function slotOf(source: number, destination: number): number {
  return (Math.imul((source + destination) | 0, 0xc2b2ae35) >>> 18) * WORDS;
}
