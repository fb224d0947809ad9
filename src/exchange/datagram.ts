import { DNS_NONE, DNS_RESPONSE } from '../decode/packet.ts';
import type { Candidate } from './candidate.ts';
import { E_DATA_HASH, E_DATA_LENGTH, E_FIRST, E_REPLIES, E_REQUESTS, ENTRY } from './entry.ts';
import { FITS, FITS_AGAIN, FITS_COPY, FITS_NOT, FITS_UNASKED, IS_DUPLICATE } from './fit.ts';
import { isReplyAt, isRequestAt } from './kind.ts';
import { DNS_SHIFT, R_ACK, R_NEXT, R_SEQ, STRIDE } from './layout.ts';
import type { Current } from './open-exchanges.ts';
import { NONE } from './pool.ts';
import type { OpenTable } from './table.ts';

/** Datagrams that follow one another this closely, with no answer in between, are one question. */
const BURST_NS = 250e6;
/** How far apart one host sees one datagram on several interfaces. */
const ONE_HOST_NS = 100e6;
const DNS_ROLE = 3;

/** DNS_QUERY, DNS_RESPONSE or DNS_NONE, of what R_ACK holds. */
export function dnsRole(word: number): number {
  return (word >>> DNS_SHIFT) & DNS_ROLE;
}

/**
 * Judges whether an open exchange can be the one of the datagram at hand. UDP has no sequence numbers: the same payload
 * is the same datagram seen elsewhere, or sent again; DNS pairs by identification and question, all else by time.
 */
export class Datagram {
  private readonly candidate: Candidate;
  private readonly table: OpenTable;
  private readonly current: Current;

  constructor(candidate: Candidate, table: OpenTable, current: Current) {
    this.candidate = candidate;
    this.table = table;
    this.current = current;
  }

  /** Another copy of one of its requests, its repetition, or more of the same question? */
  fitsRequest(entry: number): number {
    const at = entry * ENTRY;
    const { words } = this.table;
    if (!this.candidate.withinWindow(entry)) return FITS_NOT;
    if (words[at + E_REQUESTS] === 0) {
      return this.sameQuery(entry) && this.candidate.precedes(entry) ? FITS_UNASKED : FITS_NOT;
    }
    let here = NONE;
    let sameHere = NONE;
    let elsewhere = NONE;
    for (let slot = words[at + E_FIRST]; slot !== NONE; slot = this.next(slot)) {
      if (!isRequestAt(this.table.pool.words, slot * STRIDE)) continue;
      const isHere = this.candidate.isHere(slot);
      if (isHere) here = slot;
      if (!this.samePayload(slot)) continue;
      if (isHere) sameHere = slot;
      else elsewhere = slot;
    }
    if (sameHere !== NONE) return this.fitsAgain(entry, sameHere);
    if (elsewhere !== NONE) return this.fitsCopy(elsewhere);
    return this.isMoreOf(entry, here) ? FITS : FITS_NOT;
  }

  private fitsAgain(entry: number, before: number): number {
    if (this.candidate.captured(before)) return IS_DUPLICATE;
    if (this.candidate.comesRound(before)) return FITS_COPY;
    return this.table.words[entry * ENTRY + E_REPLIES] > 0 ? FITS_NOT : FITS_AGAIN;
  }

  /** Another interface of the host sees it a moment later, another host whenever its clock says. */
  private fitsCopy(slot: number): number {
    if (this.candidate.hostOf(slot) !== this.current.host) return FITS_COPY;
    return Math.abs(this.candidate.since(slot)) <= ONE_HOST_NS ? FITS_COPY : FITS_NOT;
  }

  private isMoreOf(entry: number, last: number): boolean {
    const { words } = this.table;
    if (last === NONE || words[entry * ENTRY + E_REPLIES] > 0 || this.role() !== DNS_NONE) return false;
    const apart = this.candidate.since(last);
    return apart >= 0 && apart <= BURST_NS;
  }

  /** An answer to its requests, or a further copy of one? */
  fitsReply(entry: number): number {
    const at = entry * ENTRY;
    const { words } = this.table;
    if (!this.candidate.withinWindow(entry)) return FITS_NOT;
    if (
      this.role() === DNS_RESPONSE ? !this.sameQuery(entry) : dnsRole(words[at + E_DATA_LENGTH]) !== DNS_NONE
    )
      return FITS_NOT;
    if (words[at + E_REQUESTS] > 0 && !this.candidate.follows(entry)) return FITS_NOT;
    let seen = NONE;
    for (let slot = words[at + E_FIRST]; slot !== NONE; slot = this.next(slot)) {
      if (!isReplyAt(this.table.pool.words, slot * STRIDE) || !this.samePayload(slot)) continue;
      if (this.candidate.isHere(slot) && this.candidate.captured(slot)) return IS_DUPLICATE;
      if (!this.candidate.isHere(slot)) seen = slot;
    }
    if (words[at + E_REQUESTS] === 0) return FITS_UNASKED;
    if (seen !== NONE) return this.fitsCopy(seen);
    return words[at + E_REPLIES] === 0 ? FITS : FITS_AGAIN;
  }

  private role(): number {
    return dnsRole(this.current.batch.words[this.current.at + R_ACK]);
  }

  private sameQuery(entry: number): boolean {
    const { batch, at } = this.current;
    const { words } = this.table;
    const [here, there] = [batch.words[at + R_ACK], words[entry * ENTRY + E_DATA_LENGTH]];
    if (dnsRole(here) === DNS_NONE || dnsRole(there) === DNS_NONE) return false;
    return batch.words[at + R_SEQ] === words[entry * ENTRY + E_DATA_HASH];
  }

  /** Only what both copies hold can be compared. */
  private samePayload(slot: number): boolean {
    const { batch, at } = this.current;
    const { words } = this.table.pool;
    const [here, there] = [batch.words[at + R_ACK], words[slot * STRIDE + R_ACK]];
    if (here === there) return batch.words[at + R_SEQ] === words[slot * STRIDE + R_SEQ];
    return here >>> 16 === there >>> 16;
  }

  private next(slot: number): number {
    return this.table.pool.words[slot * STRIDE + R_NEXT];
  }
}
