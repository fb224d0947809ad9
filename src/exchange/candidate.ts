import { DATA_LENGTH_UNKNOWN, KIND_SYN } from '../decode/packet.ts';
import { E_DATA_HASH, E_DATA_LENGTH, E_FIRST, E_ID, E_REPLIES, E_REQUESTS, ENTRY } from './entry.ts';
import { FITS, FITS_AGAIN, FITS_COPY, FITS_NOT, FITS_UNASKED, IS_DUPLICATE } from './fit.ts';
import { PROTOCOL_TCP } from './key.ts';
import { isReplyAt, isRequestAt } from './kind.ts';
import { R_ACK, R_HEADER, R_KIND_PLACE, R_NANOS, R_NEXT, R_SECONDS, R_SEQ, STRIDE } from './layout.ts';
import type { Current, OpenExchanges } from './open-exchanges.ts';
import { NONE } from './pool.ts';
import type { OpenTable } from './table.ts';

/**
 * The same packet at the same place twice within this time was captured twice (a bridge and its port under one name,
 * two files); further apart it was sent twice. SYN-ACKs have been measured 126 us apart.
 */
export const DUPLICATE_NS = 50_000;

/** How far apart one host sees one packet on several interfaces. */
const ONE_HOST_NS = 100e6;

/** Judges whether an open exchange with the right key can be the one of the record at hand. */
export class Candidate {
  /** By how much the clocks of two hosts may still be wrong against each other; 0 with one host. */
  private readonly slackNs: number;
  private readonly exchanges: OpenExchanges;
  private readonly table: OpenTable;
  private readonly current: Current;
  private readonly windowNs: number;

  constructor(exchanges: OpenExchanges, current: Current, windowNs: number, slackNs: number) {
    this.slackNs = slackNs;
    this.exchanges = exchanges;
    this.table = exchanges.table;
    this.current = current;
    this.windowNs = windowNs;
  }

  /** A further copy of the entry's request, or its retransmission? */
  fitsRequest(entry: number): number {
    if (!this.withinWindow(entry) || !this.fitsData(entry)) return FITS_NOT;
    const { words } = this.table;
    if (words[entry * ENTRY + E_REQUESTS] === 0) return this.precedes(entry) ? FITS_UNASKED : FITS_NOT;
    const before = this.sightingHere(entry, true);
    if (before === NONE) return this.momentApart(entry) ? FITS_COPY : FITS_NOT;
    if (this.captured(before)) return IS_DUPLICATE;
    if (words[entry * ENTRY + E_ID] >>> 16 === PROTOCOL_TCP) return FITS_AGAIN;
    if (this.isFragmented(entry)) return FITS_NOT;
    return this.comesRound(before) ? FITS_COPY : FITS_NOT;
  }

  /** An answer to the entry's request, or a further copy of one? */
  fitsReply(entry: number): number {
    if (!this.withinWindow(entry) || !this.fitsData(entry)) return FITS_NOT;
    const at = entry * ENTRY;
    const { words } = this.table;
    const tcp = words[at + E_ID] >>> 16 === PROTOCOL_TCP;
    const before = words[at + E_REPLIES] === 0 ? NONE : this.sightingHere(entry, false);
    if (before !== NONE && this.captured(before)) return IS_DUPLICATE;
    if (words[at + E_REQUESTS] === 0) return before === NONE || tcp ? FITS_UNASKED : FITS_NOT;
    if (!this.follows(entry)) return FITS_NOT;
    if (before !== NONE) return tcp ? FITS_COPY : FITS_AGAIN;
    return words[at + E_REPLIES] > 0 ? FITS_COPY : FITS;
  }

  /** RSTs, last ACKs and ICMP errors: anything of the right sequence that is not a second copy. */
  fitsOther(entry: number): number {
    if (!this.withinWindow(entry)) return FITS_NOT;
    for (let slot = this.first(entry); slot !== NONE; slot = this.next(slot)) {
      if (this.isHere(slot) && this.kindOf(slot) === this.current.kind && this.captured(slot))
        return IS_DUPLICATE;
    }
    return FITS;
  }

  /** A sighting of this kind at this very place, whenever it was. */
  has(entry: number, kind: number): boolean {
    for (let slot = this.first(entry); slot !== NONE; slot = this.next(slot)) {
      if (this.isHere(slot) && this.kindOf(slot) === kind) return true;
    }
    return false;
  }

  /** The segment at hand was recorded at this very place before. */
  sentHere(entry: number): boolean {
    const { words } = this.table.pool;
    const seq = this.current.batch.words[this.current.at + R_SEQ];
    for (let slot = this.first(entry); slot !== NONE; slot = this.next(slot)) {
      const same = this.kindOf(slot) === this.current.kind && words[slot * STRIDE + R_SEQ] === seq;
      if (same && this.isHere(slot)) return true;
    }
    return false;
  }

  withinWindow(entry: number): boolean {
    const apart = this.current.time - this.table.lastTime(entry);
    return apart <= this.windowNs && -apart <= this.windowNs;
  }

  /** Echo replies return the data of the request (RFC 792). Only what both copies hold can be compared. */
  private fitsData(entry: number): boolean {
    const { words } = this.table;
    const at = entry * ENTRY;
    const protocol = words[at + E_ID] >>> 16;
    if (protocol === PROTOCOL_TCP) return true;
    const { batch, at: record } = this.current;
    const here = batch.words[record + R_ACK];
    const there = words[at + E_DATA_LENGTH];
    if (here === there) return batch.words[record + R_SEQ] === words[at + E_DATA_HASH];
    if (here >>> 16 === there >>> 16) return true;
    if (!this.isFragmented(entry)) return false;
    return (here & 0xffff) !== (there & 0xffff) || batch.words[record + R_SEQ] === words[at + E_DATA_HASH];
  }

  /** One of the two is the first fragment of a message that the other holds whole: the MTU differs between them. */
  private isFragmented(entry: number): boolean {
    const { batch, at } = this.current;
    const [here, there] = [batch.words[at + R_ACK], this.table.words[entry * ENTRY + E_DATA_LENGTH]];
    return here >>> 16 !== there >>> 16 && isLengthUnknown(here) !== isLengthUnknown(there);
  }

  /** The last sighting of a request, or of a reply, at this place. */
  private sightingHere(entry: number, request: boolean): number {
    let found = NONE;
    for (let slot = this.first(entry); slot !== NONE; slot = this.next(slot)) {
      if (this.isHere(slot) && this.sameRole(slot, request)) found = slot;
    }
    return found;
  }

  private sameRole(slot: number, request: boolean): boolean {
    const { words } = this.table.pool;
    return request ? isRequestAt(words, slot * STRIDE) : isReplyAt(words, slot * STRIDE);
  }

  captured(slot: number): boolean {
    const apart = this.since(slot);
    return apart <= DUPLICATE_NS && -apart <= DUPLICATE_NS && this.sameTtl(slot);
  }

  /**
   * How much later the record at hand is than a sighting. Of one host by its own clock: the correction may have changed between
   * the two, and what is a few microseconds apart would change places.
   */
  since(slot: number): number {
    const { batch, at, host, time } = this.current;
    const { words, times } = this.table.pool;
    const corrected = time - times[slot];
    if (this.slackNs === 0 || this.hostOf(slot) !== host) return corrected;
    const record = slot * STRIDE;
    const seconds = (batch.words[at + R_SECONDS] - words[record + R_SECONDS]) | 0;
    const own = seconds * 1e9 + batch.words[at + R_NANOS] - words[record + R_NANOS];
    // What the correction changed by more than it may be wrong was a clock that was set.
    return Math.abs(own - corrected) <= this.slackNs ? own : corrected;
  }

  private sameTtl(slot: number): boolean {
    return this.ttlHere() === this.ttlOf(slot);
  }

  /** A routing loop brings the same packet again with a smaller TTL. */
  comesRound(slot: number): boolean {
    return this.ttlHere() < this.ttlOf(slot);
  }

  private ttlHere(): number {
    const { batch, at } = this.current;
    return (batch.words[at + R_HEADER] >>> 8) & 0xff;
  }

  private ttlOf(slot: number): number {
    return (this.table.pool.words[slot * STRIDE + R_HEADER] >>> 8) & 0xff;
  }

  /** Another interface of a host that saw the request sees it a moment later, or it is another packet. */
  private momentApart(entry: number): boolean {
    for (let slot = this.first(entry); slot !== NONE; slot = this.next(slot)) {
      if (this.hostOf(slot) !== this.current.host || !this.sameRole(slot, true)) continue;
      const apart = this.since(slot);
      if (apart <= ONE_HOST_NS && -apart <= ONE_HOST_NS) return true;
      return this.kindOf(slot) === KIND_SYN;
    }
    return true;
  }

  /** The request at hand is not later than the replies that came before it in the merge. */
  precedes(entry: number): boolean {
    for (let slot = this.first(entry); slot !== NONE; slot = this.next(slot)) {
      const slack = this.hostOf(slot) === this.current.host ? 0 : this.slackNs;
      if (this.since(slot) > slack) return false;
    }
    return true;
  }

  /** The reply at hand is not earlier than the request, by the host's own clock where it saw both. */
  follows(entry: number): boolean {
    const { time, host } = this.current;
    for (let slot = this.first(entry); slot !== NONE; slot = this.next(slot)) {
      if (this.hostOf(slot) === host && this.sameRole(slot, true)) return this.since(slot) >= 0;
    }
    return this.table.firstTime(entry) <= time + this.slackNs;
  }

  private first(entry: number): number {
    return this.table.words[entry * ENTRY + E_FIRST];
  }

  private next(slot: number): number {
    return this.table.pool.words[slot * STRIDE + R_NEXT];
  }

  private kindOf(slot: number): number {
    return this.table.pool.words[slot * STRIDE + R_KIND_PLACE] & 0xff;
  }

  hostOf(slot: number): number {
    return this.exchanges.places.hosts[this.table.pool.words[slot * STRIDE + R_KIND_PLACE] >>> 8];
  }

  isHere(slot: number): boolean {
    const place = this.table.pool.words[slot * STRIDE + R_KIND_PLACE] >>> 8;
    return this.exchanges.places.spots[place] === this.current.spot;
  }
}

/** Of the data of a fragmented message: the upper half of a data word. */
function isLengthUnknown(dataWord: number): boolean {
  return dataWord >>> 16 === DATA_LENGTH_UNKNOWN;
}
