import type { SightingBatch } from './batch.ts';
import { E_ASKED, E_ASKED_WIDE, E_ID, E_ORIGINATOR, E_ORIGINATOR_WIDE, E_SEQ, ENTRY } from './entry.ts';
import { foldAddress, PROTOCOL_ICMP, PROTOCOL_ICMP6, PROTOCOL_TCP, PROTOCOL_UDP, pairingKey } from './key.ts';
import {
  R_ACK,
  R_DST,
  R_FLAGS,
  R_KEY,
  R_PORTS,
  R_SEQ,
  R_SRC,
  R_WIDE,
  WIDE_STRIDE,
  X_DST,
  X_FORTH,
  X_FOURTH,
  X_QUOTED,
  X_QUOTED_PORTS,
  X_QUOTED_SEQ,
  X_SRC,
  X_THIRD,
} from './layout.ts';
import { quotesEchoReply } from './packet-key.ts';
import { NONE } from './pool.ts';
import type { OpenTable } from './table.ts';

/** The exchange a record speaks of, taken out of the record; one object is filled again and again. */
export class Subject {
  key = 0;
  protocol = 0;
  originator = 0;
  asked = 0;
  /** As `E_ID` and `E_SEQ` hold them. */
  id = 0;
  seq = 0;
  /** First word of the addresses in the batch's wide rows; NONE for IPv4. */
  originatorWide = NONE;
  askedWide = NONE;
  private wide = new Int32Array(0);

  /** The record's source is the originator. */
  fromOriginator(batch: SightingBatch, at: number, protocol: number): void {
    const { words } = batch;
    this.addresses(batch, at, words[at + R_SRC], words[at + R_DST], X_SRC, X_DST);
    const ports = words[at + R_PORTS];
    if (protocol === PROTOCOL_TCP) this.set(protocol, ports >>> 16, (words[at + R_SEQ] - 1) | 0);
    else this.set(protocol, ports >>> 16, ports & 0xffff);
  }

  /** The record's destination is the originator. */
  fromResponder(batch: SightingBatch, at: number, protocol: number): void {
    const { words } = batch;
    this.addresses(batch, at, words[at + R_DST], words[at + R_SRC], X_DST, X_SRC);
    const ports = words[at + R_PORTS];
    if (protocol === PROTOCOL_TCP) this.set(protocol, ports & 0xffff, (words[at + R_ACK] - 1) | 0);
    else if (protocol === PROTOCOL_UDP) this.set(protocol, ports & 0xffff, ports >>> 16);
    else this.set(protocol, ports >>> 16, ports & 0xffff);
  }

  /**
   * The packet quoted in an ICMP error; an echo reply quoted comes from the responder.
   * @param back take a UDP datagram quoted for a reply as well
   */
  fromQuoted(batch: SightingBatch, at: number, back: boolean): void {
    const row = (batch.words[at + R_WIDE] - 1) * WIDE_STRIDE;
    const { wide } = batch;
    const protocol = wide[row + X_QUOTED] >>> 16;
    const echo = protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMP6;
    const told = wide[row + X_QUOTED] & 0xff;
    const answers = back || (protocol === PROTOCOL_TCP && told === 1);
    const reply = echo ? quotesEchoReply(protocol, told) : answers;
    const originator = row + (reply ? X_FOURTH : X_THIRD);
    const asked = row + (reply ? X_THIRD : X_FOURTH);
    const six = (batch.words[at + R_FLAGS] & 0xf) === 6;
    this.wide = wide;
    this.originator = six ? folded(wide, originator) : wide[originator];
    this.asked = six ? folded(wide, asked) : wide[asked];
    this.originatorWide = six ? originator : NONE;
    this.askedWide = six ? asked : NONE;
    const ports = wide[row + X_QUOTED_PORTS];
    const [first, second] = answers ? [ports & 0xffff, ports >>> 16] : [ports >>> 16, ports & 0xffff];
    const seq = protocol === PROTOCOL_TCP ? wide[row + X_QUOTED_SEQ] : second;
    this.set(echo ? PROTOCOL_ICMP : protocol, first, seq);
  }

  /** A SYN bears the number itself, which later segments continue. */
  withSeq(seq: number): void {
    this.seq = seq;
  }

  /** A later segment of a connection, with the number of its SYN. */
  fromSegment(batch: SightingBatch, at: number): void {
    const row = (batch.words[at + R_WIDE] - 1) * WIDE_STRIDE;
    if (batch.wide[row + X_FORTH] === 1) this.fromOriginator(batch, at, PROTOCOL_TCP);
    else this.fromResponder(batch, at, PROTOCOL_TCP);
    this.seq = batch.wide[row + X_QUOTED_SEQ];
  }

  /** From the fields, for records whose R_KEY may be another one. */
  workOutKey(): void {
    this.key = pairingKey(this.protocol, this.originator, this.id & 0xffff, this.seq);
  }

  /** Whether the entry is of the same originator, id and sequence. */
  matches(table: OpenTable, entry: number): boolean {
    const { words } = table;
    const at = entry * ENTRY;
    return (
      words[at + E_SEQ] === this.seq &&
      words[at + E_ORIGINATOR] === this.originator &&
      words[at + E_ID] === this.id &&
      this.sameWide(table, words[at + E_ORIGINATOR_WIDE], this.originatorWide)
    );
  }

  /** Whether the entry's address asked is the same. */
  asks(table: OpenTable, entry: number): boolean {
    const { words } = table;
    const at = entry * ENTRY;
    return (
      words[at + E_ASKED] === this.asked && this.sameWide(table, words[at + E_ASKED_WIDE], this.askedWide)
    );
  }

  private sameWide(table: OpenTable, there: number, here: number): boolean {
    if (here === NONE || there === NONE) return here === there;
    const a = table.pool.wide;
    const b = this.wide;
    return (
      a[there] === b[here] &&
      a[there + 1] === b[here + 1] &&
      a[there + 2] === b[here + 2] &&
      a[there + 3] === b[here + 3]
    );
  }

  private addresses(
    batch: SightingBatch,
    at: number,
    originator: number,
    asked: number,
    originatorOffset: number,
    askedOffset: number,
  ): void {
    this.originator = originator;
    this.asked = asked;
    this.key = batch.words[at + R_KEY];
    this.wide = batch.wide;
    const six = (batch.words[at + R_FLAGS] & 0xf) === 6;
    const row = (batch.words[at + R_WIDE] - 1) * WIDE_STRIDE;
    this.originatorWide = six ? row + originatorOffset : NONE;
    this.askedWide = six ? row + askedOffset : NONE;
  }

  private set(protocol: number, id: number, seq: number): void {
    this.protocol = protocol;
    this.id = (protocol << 16) | id;
    this.seq = seq;
  }
}

function folded(wide: Int32Array, at: number): number {
  return foldAddress(wide[at], wide[at + 1], wide[at + 2], wide[at + 3]);
}

/** The offset in the pool's wide rows that stands for an offset in a batch's: same place in another row. */
export function movedOffset(offset: number, row: number): number {
  return offset === NONE ? NONE : row * WIDE_STRIDE + (offset % WIDE_STRIDE);
}
