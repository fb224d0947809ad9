import type { SightingBatch } from './batch.ts';
import { ANSWERS, R_ACK, R_FLAGS, R_NEXT, R_SEQ, R_WIDE, STRIDE } from './layout.ts';
import type { Places } from './places.ts';
import { NONE } from './pool.ts';
import { movedOffset, type Subject } from './subject.ts';
import {
  E_ASKED_WIDE,
  E_DATA_HASH,
  E_DATA_LENGTH,
  E_FIRST,
  E_FLAGS,
  E_ID,
  E_LAST,
  E_ORIGINATOR,
  E_ORIGINATOR_WIDE,
  E_OTHERS,
  E_PROBE,
  E_REPLIES,
  E_REQUESTS,
  E_SEQ,
  ENTRY,
  OpenTable,
} from './table.ts';
import { Translation } from './translation.ts';

/** The lists of an exchange that are counted apart. */
export type Role = typeof E_REQUESTS | typeof E_REPLIES | typeof E_OTHERS;

/** Sightings kept in each of an exchange's lists; what comes beyond is only counted. */
export const SIGHTINGS_KEPT = 24;

/** What becomes of an exchange when it leaves the table. */
export interface Closing {
  /** @param early it would have stayed, had there been room */
  close(table: OpenTable, entry: number, early: boolean): void;
}

/** The record at hand: one object, filled again for each. */
export class Current {
  batch!: SightingBatch;
  /** First word of the record in the batch. */
  at = 0;
  kind = 0;
  place = 0;
  spot = 0;
  host = 0;
  /** Nanoseconds since the analysis began, on the reference clock. */
  time = 0;
}

/** Opens, extends and closes exchanges; which record belongs to which is `pairing.ts`. */
export class OpenExchanges {
  readonly table: OpenTable;
  readonly places: Places;
  /** Exchanges without a request so far. */
  unasked = 0;
  private readonly limit: number;
  private readonly windowNs: number;
  private readonly closing: Closing;
  private readonly translation: Translation | null;

  /** @param translated joins what hosts saw under different addresses */
  constructor(places: Places, limit: number, windowNs: number, closing: Closing, translated: boolean) {
    this.table = new OpenTable(translated);
    this.translation = translated ? new Translation(this.table, places, windowNs) : null;
    this.places = places;
    this.limit = limit;
    this.windowNs = windowNs;
    this.closing = closing;
  }

  open(subject: Subject, current: Current, role: Role): number {
    const { table } = this;
    this.makeRoom(current.time);
    const entry = table.add(subject.key, subject.asked, current.time);
    const at = entry * ENTRY;
    const slot = this.take(current, role);
    const { words } = table;
    words[at + E_ORIGINATOR] = subject.originator;
    words[at + E_ID] = subject.id;
    words[at + E_SEQ] = subject.seq;
    words[at + E_FIRST] = slot;
    words[at + E_LAST] = slot;
    words[at + E_REQUESTS] = 0;
    words[at + E_REPLIES] = 0;
    words[at + E_OTHERS] = 0;
    words[at + E_FLAGS] = 0;
    words[at + E_PROBE] = NONE;
    words[at + role] = 1;
    this.keepData(entry, current);
    const row = table.pool.words[slot * STRIDE + R_WIDE] - 1;
    words[at + E_ORIGINATOR_WIDE] = movedOffset(subject.originatorWide, row);
    words[at + E_ASKED_WIDE] = movedOffset(subject.askedWide, row);
    table.link();
    if (role !== E_REQUESTS) this.unasked++;
    return entry;
  }

  join(entry: number, current: Current, role: Role): void {
    const { table } = this;
    const { words } = table;
    const at = entry * ENTRY;
    if (role === E_REQUESTS && words[at + E_REQUESTS] === 0) {
      this.unasked--;
      this.keepData(entry, current);
    }
    table.touch(entry, current.time);
    if (words[at + role]++ >= SIGHTINGS_KEPT) return;
    const slot = this.take(current, role);
    table.pool.words[words[at + E_LAST] * STRIDE + R_NEXT] = slot;
    words[at + E_LAST] = slot;
  }

  /** The exchange under another address asked; the entry given is void. */
  moved(entry: number, asked: number): number {
    if (this.table.size === this.table.capacity) return entry;
    return this.table.setAsked(entry, asked);
  }

  mark(entry: number, flag: number): void {
    this.table.words[entry * ENTRY + E_FLAGS] |= flag;
  }

  unmark(entry: number, flag: number): void {
    this.table.words[entry * ENTRY + E_FLAGS] &= ~flag;
  }

  /** Closes what was last seen more than the reply window before now. */
  expire(now: number): void {
    const { table } = this;
    const before = now - this.windowNs;
    while (table.size > 0) {
      const entry = table.oldest;
      if (table.lastTime(entry) < before) this.closeOldest(false);
      else if (table.queuedTime(entry) < before) table.requeueOldest();
      else return;
    }
  }

  closeAll(): void {
    while (this.table.size > 0) this.closeOldest(false);
  }

  /** A full table lets the oldest go; one that was answered a while ago has nothing more to expect. */
  private makeRoom(now: number): void {
    const { table } = this;
    if (table.size >= this.limit) {
      const entry = table.oldest;
      const answered = table.words[entry * ENTRY + E_REPLIES] > 0;
      this.closeOldest(!answered || now - table.lastTime(entry) < SETTLED_NS);
    } else if (table.size === table.capacity) table.grow();
  }

  private closeOldest(early: boolean): void {
    const { table } = this;
    const entry = table.oldest;
    const at = entry * ENTRY;
    if (table.words[at + E_ID] !== 0 && !this.translation?.join(entry)) {
      this.closing.close(table, entry, early);
      if (table.words[at + E_REQUESTS] === 0) this.unasked--;
    }
    table.dropOldest();
  }

  private take({ batch, at, time }: Current, role: Role): number {
    const { pool } = this.table;
    const slot = pool.take(batch, at, time);
    if (role === E_REPLIES) pool.words[slot * STRIDE + R_FLAGS] |= ANSWERS;
    return slot;
  }

  private keepData(entry: number, { batch, at }: Current): void {
    const { words } = this.table;
    words[entry * ENTRY + E_DATA_HASH] = batch.words[at + R_SEQ];
    words[entry * ENTRY + E_DATA_LENGTH] = batch.words[at + R_ACK];
  }
}

/** After this long the copies of a reply on other hosts have been seen as well. */
const SETTLED_NS = 1e8;
