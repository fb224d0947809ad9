import {
  DNS_NONE,
  DNS_QUERY,
  DNS_RESPONSE,
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_ICMP_ERROR,
  KIND_RST,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  KIND_UDP,
} from '../decode/packet.ts';
import type { SightingBatch } from './batch.ts';
import { Candidate } from './candidate.ts';
import { Datagram, dnsRole } from './datagram.ts';
import {
  E_ASKED_WIDE,
  E_OTHERS,
  E_REPLIES,
  E_REQUESTS,
  ENTRY,
  FLAG_AMBIGUOUS,
  FLAG_CONTINUES,
  FLAG_RETRANSMITTED,
  FLAG_STALLED,
} from './entry.ts';
import { FITS_AGAIN, FITS_NOT, FITS_UNASKED, IS_DUPLICATE } from './fit.ts';
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from './key.ts';
import { KIND_SEGMENT, R_ACK, R_FLAGS, R_KIND_PLACE, R_SEQ, R_WIDE, WIDE_STRIDE, X_STALL } from './layout.ts';
import { type Closing, Current, OpenExchanges } from './open-exchanges.ts';
import { type CorrelateOptions, DEFAULT_OPEN_LIMIT, DEFAULT_REPLY_WINDOW_SECONDS } from './options.ts';
import type { Places } from './places.ts';
import type { PlainExchanges } from './plain-exchanges.ts';
import { NONE } from './pool.ts';
import { synDataLength } from './record.ts';
import { CANDIDATES_LIMIT, Search } from './search.ts';
import { STALL_AGAIN, STALL_GAP, STALL_OVER } from './stalls.ts';
import { Subject } from './subject.ts';
import type { OpenTable } from './table.ts';

const TCP_ACK_FLAG = 0x10;
/** By how much the clocks of two hosts may still be wrong against each other after correction. */
const CLOCK_SLACK_NS = 100e6;

/** Takes the errors about packets of which nothing was seen so far. */
export interface Unsent {
  fail(batch: SightingBatch, at: number, time: number): void;
}

/** Finds the exchange a record belongs to, or opens one. Records come in the order of corrected time, roughly. */
export class Pairing {
  readonly exchanges: OpenExchanges;
  /** How long a reply may take. */
  readonly windowNs: number;
  private readonly candidate: Candidate;
  private readonly datagram: Datagram;
  /** More than one host: what belongs together may come in the wrong order. */
  private readonly severalHosts: boolean;
  private readonly current = new Current();
  private readonly subject = new Subject();
  private readonly places: Places;
  private readonly table: OpenTable;
  private readonly search: Search;
  private readonly unsent: Unsent | null;

  /**
   * @param plain where exchanges wait of which only plain frames were seen, if there is such a place
   * @param unsent who wants to know of errors about packets that are not seen
   */
  constructor(
    places: Places,
    options: CorrelateOptions,
    severalHosts: boolean,
    closing: Closing,
    plain: PlainExchanges | null,
    unsent: Unsent | null = null,
  ) {
    this.unsent = unsent;
    const slackNs = severalHosts ? CLOCK_SLACK_NS : 0;
    const windowNs = (options.replyWindowSeconds ?? DEFAULT_REPLY_WINDOW_SECONDS) * 1e9;
    this.places = places;
    this.severalHosts = severalHosts;
    const limit = options.openLimit ?? DEFAULT_OPEN_LIMIT;
    this.exchanges = new OpenExchanges(
      places,
      limit,
      windowNs + slackNs,
      closing,
      severalHosts,
      plain,
      options.identities,
    );
    this.table = this.exchanges.table;
    this.windowNs = windowNs;
    this.candidate = new Candidate(this.exchanges, this.current, windowNs, slackNs);
    this.datagram = new Datagram(this.candidate, this.table, this.current);
    this.search = new Search(this.exchanges, this.subject, this.current, this.candidate, this.datagram);
  }

  /** @param time nanoseconds since the analysis began, on the reference clock */
  add(batch: SightingBatch, at: number, time: number): void {
    const { current, subject } = this;
    const kindPlace = batch.words[at + R_KIND_PLACE];
    const place = kindPlace >>> 8;
    current.batch = batch;
    current.at = at;
    current.kind = kindPlace & 0xff;
    current.place = place;
    current.spot = this.places.spots[place];
    current.host = this.places.hosts[place];
    current.time = time;
    switch (current.kind) {
      case KIND_ECHO_REQUEST:
        subject.fromOriginator(batch, at, PROTOCOL_ICMP);
        this.addRequest();
        break;
      case KIND_ECHO_REPLY:
        subject.fromResponder(batch, at, PROTOCOL_ICMP);
        this.addReply();
        break;
      case KIND_SYN:
        subject.fromOriginator(batch, at, PROTOCOL_TCP);
        subject.withSeq(batch.words[at + R_SEQ]);
        this.addSyn();
        break;
      case KIND_SYN_ACK:
        subject.fromResponder(batch, at, PROTOCOL_TCP);
        this.addReply();
        break;
      case KIND_TCP_ACK:
        subject.fromOriginator(batch, at, PROTOCOL_TCP);
        this.addAck();
        break;
      case KIND_SEGMENT:
        subject.fromSegment(batch, at);
        this.addSegment();
        break;
      case KIND_RST:
        this.addReset();
        break;
      case KIND_ICMP_ERROR:
        this.addError();
        break;
      case KIND_UDP:
        this.addDatagram();
        break;
    }
  }

  private addSyn(): void {
    const { subject, current, exchanges } = this;
    const length = synDataLength(current.batch, current.at);
    if (length > 0) exchanges.early.add(subject.originator, subject.id, subject.seq, length);
    this.addRequest(length);
  }

  /**
   * The new exchange, where it opens one.
   * @param dataLength of a SYN
   */
  private addRequest(dataLength = 0): number {
    const { subject, table } = this;
    this.exchanges.unfoldPlain(subject.key);
    let steps = CANDIDATES_LIMIT;
    for (
      let entry = table.firstExact(subject.key, subject.asked);
      entry !== NONE && steps > 0;
      entry = table.nextExact(entry), steps--
    ) {
      if (!subject.matches(table, entry) || !subject.asks(table, entry)) continue;
      const fit = this.fitsRequest(entry);
      if (fit === IS_DUPLICATE) return NONE;
      if (fit === FITS_NOT) continue;
      if (fit === FITS_AGAIN) this.exchanges.mark(entry, FLAG_RETRANSMITTED);
      this.exchanges.join(entry, this.current, E_REQUESTS);
      return NONE;
    }
    if (this.severalHosts && this.exchanges.unasked > 0 && this.adopt(dataLength)) return NONE;
    return this.exchanges.open(subject, this.current, E_REQUESTS);
  }

  private fitsRequest(entry: number): number {
    return this.current.kind === KIND_UDP
      ? this.datagram.fitsRequest(entry)
      : this.candidate.fitsRequest(entry);
  }

  /** A reply from another address than the one asked, or one that acknowledges data of the SYN, came before its request in the merge. */
  private adopt(dataLength: number): boolean {
    const { subject, exchanges } = this;
    let entry = this.unasked();
    if (entry === NONE && dataLength > 0) {
      const { seq, key } = subject;
      subject.withSeq((seq + dataLength) | 0);
      subject.workOutKey();
      entry = this.unasked();
      subject.withSeq(seq);
      subject.key = key;
    }
    if (entry === NONE) return false;
    exchanges.join(exchanges.moved(entry, subject), this.current, E_REQUESTS);
    return true;
  }

  /** An exchange of the subject's key that has no request and may have this one. */
  private unasked(): number {
    const { subject, table } = this;
    let steps = CANDIDATES_LIMIT;
    for (
      let entry = table.firstLoose(subject.key);
      entry !== NONE && steps > 0;
      entry = table.nextLoose(entry), steps--
    ) {
      if (!subject.matches(table, entry) || this.fitsRequest(entry) !== FITS_UNASKED) continue;
      // The pool has no row for the address asked before the request is joined.
      if (table.words[entry * ENTRY + E_ASKED_WIDE] === NONE || subject.asks(table, entry)) return entry;
    }
    return NONE;
  }

  /**
   * The record's number is behind data that a SYN bears (TCP Fast Open, RFC 7413): then the subject goes by the number of the
   * SYN. To be asked where nothing is found of the number itself.
   */
  private followsData(): boolean {
    const { subject, exchanges } = this;
    if (exchanges.early.size === 0 || this.search.bestFit === IS_DUPLICATE) return false;
    const seq = exchanges.early.synOf(subject.originator, subject.id, subject.seq);
    if (seq === subject.seq) return false;
    subject.withSeq(seq);
    subject.workOutKey();
    return true;
  }

  private addReply(): void {
    if (this.answer() || (this.followsData() && this.answer())) return;
    this.exchanges.open(this.subject, this.current, E_REPLIES);
  }

  /** Joins the reply with the request it fits best, first of the address asked, else of any. False: with none. */
  private answer(): boolean {
    const { search } = this;
    const entry = search.answered();
    if (search.bestFit === IS_DUPLICATE) return true;
    if (entry === NONE) return false;
    if (search.rivals > 0) this.exchanges.mark(entry, FLAG_AMBIGUOUS);
    this.exchanges.join(entry, this.current, E_REPLIES);
    return true;
  }

  private addAck(): void {
    let entry = this.search.exact();
    if (entry === NONE && this.followsData()) entry = this.search.exact();
    if (entry === NONE) return;
    // The first data bears the number of the last ACK.
    if (this.candidate.has(entry, KIND_TCP_ACK)) return;
    this.exchanges.join(entry, this.current, E_OTHERS);
  }

  /** Data that is stuck, perhaps long after the handshake was closed: then it opens an exchange of its own. */
  private addSegment(): void {
    const { batch, at } = this.current;
    const told = batch.wide[(batch.words[at + R_WIDE] - 1) * WIDE_STRIDE + X_STALL];
    const sticks = told === STALL_AGAIN || told === STALL_GAP;
    let entry = this.newest();
    if (entry === NONE && (!sticks || this.search.bestFit === IS_DUPLICATE)) return;
    const again = told === STALL_GAP || (entry !== NONE && this.candidate.sentHere(entry));
    if (entry === NONE) entry = this.exchanges.open(this.subject, this.current, E_OTHERS);
    else this.exchanges.join(entry, this.current, E_OTHERS);
    if (told === STALL_OVER) this.exchanges.unmark(entry, FLAG_STALLED);
    else if (sticks && again) this.exchanges.mark(entry, FLAG_STALLED);
  }

  private addReset(): void {
    const { subject, current } = this;
    const { batch, at } = current;
    const acknowledges = ((batch.words[at + R_FLAGS] >>> 8) & TCP_ACK_FLAG) !== 0;
    if (acknowledges) {
      subject.fromResponder(batch, at, PROTOCOL_TCP);
      if (this.joinOther()) return;
    }
    subject.fromOriginator(batch, at, PROTOCOL_TCP);
    subject.workOutKey();
    if (this.joinOther() || !this.severalHosts) return;
    if (acknowledges) {
      subject.fromResponder(batch, at, PROTOCOL_TCP);
      subject.workOutKey();
    }
    this.exchanges.open(subject, current, E_OTHERS);
  }

  private addError(): void {
    const { subject, current } = this;
    subject.fromQuoted(current.batch, current.at, false);
    subject.workOutKey();
    if (this.joinOther() || (subject.protocol === PROTOCOL_UDP && this.joinAboutReply())) return;
    this.unsent?.fail(current.batch, current.at, current.time);
    if (this.severalHosts) this.exchanges.open(subject, current, E_OTHERS);
  }

  /** A datagram from an address that was not asked is refused by the originator itself. */
  private joinAboutReply(): boolean {
    const { subject, current } = this;
    subject.fromQuoted(current.batch, current.at, true);
    subject.workOutKey();
    if (this.joinOther()) return true;
    subject.fromQuoted(current.batch, current.at, false);
    subject.workOutKey();
    return false;
  }

  private newest(): number {
    const entry = this.search.newest();
    return entry === NONE && this.followsData() ? this.search.newest() : entry;
  }

  private joinOther(): boolean {
    const entry = this.newest();
    if (entry === NONE) return this.search.bestFit === IS_DUPLICATE;
    this.exchanges.join(entry, this.current, E_OTHERS);
    return true;
  }

  /** UDP has no word for request and reply: what answers no open request is one, save where DNS tells. */
  private addDatagram(): void {
    const { subject, current } = this;
    const { batch, at } = current;
    const role = dnsRole(batch.words[at + R_ACK]);
    if (role !== DNS_QUERY) {
      subject.fromResponder(batch, at, PROTOCOL_UDP);
      subject.workOutKey();
      if (this.answer()) return;
      if (role === DNS_RESPONSE) {
        this.exchanges.open(subject, current, E_REPLIES);
        return;
      }
    }
    subject.fromOriginator(batch, at, PROTOCOL_UDP);
    const continues = role === DNS_NONE && this.continuesTalk();
    const entry = this.addRequest();
    if (entry !== NONE && continues) this.exchanges.mark(entry, FLAG_CONTINUES);
  }

  /** Whether an earlier datagram of the same port pair was answered within the window. */
  private continuesTalk(): boolean {
    const { subject, table, candidate } = this;
    let steps = CANDIDATES_LIMIT;
    for (
      let entry = table.firstExact(subject.key, subject.asked);
      entry !== NONE && steps > 0;
      entry = table.nextExact(entry), steps--
    ) {
      if (!subject.matches(table, entry) || !subject.asks(table, entry)) continue;
      if (table.words[entry * ENTRY + E_REPLIES] > 0 && candidate.withinWindow(entry)) return true;
    }
    return false;
  }
}
