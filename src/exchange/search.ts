import { KIND_UDP } from '../decode/packet.ts';
import type { Candidate } from './candidate.ts';
import type { Datagram } from './datagram.ts';
import { E_REQUESTS, ENTRY } from './entry.ts';
import { FITS, FITS_NOT, IS_DUPLICATE } from './fit.ts';
import type { Current, OpenExchanges } from './open-exchanges.ts';
import { NONE } from './pool.ts';
import type { Subject } from './subject.ts';
import type { OpenTable } from './table.ts';

/** Candidates looked at for one record: made-up packets with one key must not cost a walk over the whole table. */
export const CANDIDATES_LIMIT = 64;

/** Looks for the open exchange that the record at hand belongs to, among those of its key. */
export class Search {
  /** How well what was found fits; IS_DUPLICATE where the very sighting was taken already. */
  bestFit = FITS_NOT;
  /** Others that fit as well. */
  rivals = 0;
  private best = NONE;
  private readonly exchanges: OpenExchanges;
  private readonly table: OpenTable;
  private readonly subject: Subject;
  private readonly current: Current;
  private readonly candidate: Candidate;
  private readonly datagram: Datagram;

  constructor(
    exchanges: OpenExchanges,
    subject: Subject,
    current: Current,
    candidate: Candidate,
    datagram: Datagram,
  ) {
    this.exchanges = exchanges;
    this.table = exchanges.table;
    this.subject = subject;
    this.current = current;
    this.candidate = candidate;
    this.datagram = datagram;
  }

  /** The request that a reply fits best, first of the address asked, else of any. */
  answered(): number {
    this.exchanges.unfoldPlain(this.subject.key);
    this.fitExact();
    if (this.best === NONE) this.fitLoose();
    return this.best;
  }

  /** The newest exchange that fits something else than request and reply, first of the address asked, else of any. */
  newest(): number {
    return this.exact() === NONE ? this.loose() : this.best;
  }

  /** The newest exchange of the same key and address asked. */
  exact(): number {
    const { subject, table } = this;
    this.exchanges.unfoldPlain(subject.key);
    this.begin();
    let steps = CANDIDATES_LIMIT;
    for (
      let entry = table.firstExact(subject.key, subject.asked);
      entry !== NONE && steps > 0 && this.bestFit === FITS_NOT;
      entry = table.nextExact(entry), steps--
    ) {
      if (subject.matches(table, entry) && subject.asks(table, entry)) this.takeOther(entry);
    }
    return this.best;
  }

  private loose(): number {
    const { subject, table } = this;
    let steps = CANDIDATES_LIMIT;
    for (
      let entry = table.firstLoose(subject.key);
      entry !== NONE && steps > 0 && this.bestFit === FITS_NOT;
      entry = table.nextLoose(entry), steps--
    ) {
      if (subject.matches(table, entry)) this.takeOther(entry);
    }
    return this.best;
  }

  private takeOther(entry: number): void {
    const fit = this.candidate.fitsOther(entry);
    if (fit === FITS_NOT) return;
    this.bestFit = fit;
    if (fit === FITS) this.best = entry;
  }

  private fitExact(): void {
    const { subject, table } = this;
    this.begin();
    let steps = CANDIDATES_LIMIT;
    for (
      let entry = table.firstExact(subject.key, subject.asked);
      entry !== NONE && steps > 0;
      entry = table.nextExact(entry), steps--
    ) {
      if (subject.matches(table, entry) && subject.asks(table, entry)) this.consider(entry);
    }
  }

  private fitLoose(): void {
    const { subject, table } = this;
    this.begin();
    let steps = CANDIDATES_LIMIT;
    for (
      let entry = table.firstLoose(subject.key);
      entry !== NONE && steps > 0;
      entry = table.nextLoose(entry), steps--
    ) {
      if (table.words[entry * ENTRY + E_REQUESTS] === 0 || !subject.matches(table, entry)) continue;
      this.consider(entry);
    }
  }

  private begin(): void {
    this.best = NONE;
    this.bestFit = FITS_NOT;
    this.rivals = 0;
  }

  /** Newest first: of two that fit alike the newer is kept, and the older is its rival. */
  private consider(entry: number): void {
    const udp = this.current.kind === KIND_UDP;
    const fit = udp ? this.datagram.fitsReply(entry) : this.candidate.fitsReply(entry);
    if (fit === FITS_NOT || this.bestFit === IS_DUPLICATE) return;
    if (fit < this.bestFit) {
      this.best = entry;
      this.bestFit = fit;
      this.rivals = 0;
    } else if (fit === this.bestFit && fit <= FITS) this.rivals++;
  }
}
