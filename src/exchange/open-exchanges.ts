import type { HostIdentity } from '../addr/identity.ts';
import type { SightingBatch } from './batch.ts';
import { EarlyData } from './early-data.ts';
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
} from './entry.ts';
import { ANSWERS, R_ACK, R_FLAGS, R_NEXT, R_SEQ, R_WIDE, STRIDE } from './layout.ts';
import type { Places } from './places.ts';
import type { PlainExchanges } from './plain-exchanges.ts';
import { NONE, OWN_SLOTS } from './pool.ts';
import { movedOffset, type Subject } from './subject.ts';
import { OpenTable } from './table.ts';
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
  readonly early = new EarlyData();
  private readonly limit: number;
  private readonly windowNs: number;
  private readonly closing: Closing;
  private readonly translation: Translation | null;
  /** Exchanges that are not in the table because nothing but a plain request and reply was seen of them. */
  readonly plain: PlainExchanges | null;

  /**
   * @param translated joins what hosts saw under different addresses
   * @param identities who bears which address
   */
  constructor(
    places: Places,
    limit: number,
    windowNs: number,
    closing: Closing,
    translated: boolean,
    plain: PlainExchanges | null,
    identities: readonly HostIdentity[] = [],
  ) {
    this.plain = plain;
    this.table = new OpenTable(limit, translated, plain?.counts);
    this.translation = translated ? new Translation(this.table, places, windowNs, identities) : null;
    this.places = places;
    this.limit = limit;
    this.windowNs = windowNs;
    this.closing = closing;
  }

  open(subject: Subject, current: Current, role: Role): number {
    const { table } = this;
    this.makeRoom(current.time);
    const entry = this.addEntry(subject.key, subject.asked, current.time);
    const at = entry * ENTRY;
    const slot = this.take(current, role, entry * OWN_SLOTS);
    const { words } = table;
    words[at + E_ORIGINATOR] = subject.originator;
    words[at + E_ID] = subject.id;
    words[at + E_SEQ] = subject.seq;
    words[at + E_REQUESTS] = 0;
    words[at + role] = 1;
    this.keepData(entry, current);
    const row = table.pool.words[slot * STRIDE + R_WIDE] - 1;
    words[at + E_ORIGINATOR_WIDE] = movedOffset(subject.originatorWide, row);
    words[at + E_ASKED_WIDE] = movedOffset(subject.askedWide, row);
    table.link();
    if (role !== E_REQUESTS) this.unasked++;
    return entry;
  }

  /**
   * An entry with one request, whose sighting will lie in the first slot of its own. The caller fills in that slot, the
   * originator, id, sequence and data, then calls `OpenTable.link`.
   */
  private addEntry(key: number, asked: number, time: number): number {
    const { table } = this;
    const entry = table.add(key, asked, time);
    const at = entry * ENTRY;
    const own = entry * OWN_SLOTS;
    const { words } = table;
    words[at + E_FIRST] = own;
    words[at + E_LAST] = own;
    words[at + E_REQUESTS] = 1;
    words[at + E_REPLIES] = 0;
    words[at + E_OTHERS] = 0;
    words[at + E_FLAGS] = 0;
    words[at + E_ORIGINATOR_WIDE] = NONE;
    words[at + E_ASKED_WIDE] = NONE;
    words[at + E_PROBE] = NONE;
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
    // Those that belong to the entry come one after another.
    const last = words[at + E_LAST];
    const used = last - entry * OWN_SLOTS;
    const slot = this.take(current, role, used >= 0 && used < OWN_SLOTS - 1 ? last + 1 : NONE);
    table.pool.words[last * STRIDE + R_NEXT] = slot;
    words[at + E_LAST] = slot;
  }

  /** The exchange under the address asked and the sequence of its request; the entry given is void. */
  moved(entry: number, { key, asked, seq }: Subject): number {
    if (this.table.size === this.table.capacity) return entry;
    return this.table.setAsked(entry, key, asked, seq);
  }

  mark(entry: number, flag: number): void {
    this.table.words[entry * ENTRY + E_FLAGS] |= flag;
  }

  unmark(entry: number, flag: number): void {
    this.table.words[entry * ENTRY + E_FLAGS] &= ~flag;
  }

  /** Moves the plain exchanges of this key to the table, where all that is seen can be joined to them. */
  unfoldPlain(key: number): void {
    const { plain } = this;
    if (plain === null || plain.ring.size === 0) return;
    const found = plain.ring.ofKey(key);
    for (let i = 0; i < found.length; i++) this.unfold(plain, found[i], key);
  }

  /** The table has the exchange now; its entry there is the newest. */
  private unfold(plain: PlainExchanges, entry: number, key: number): void {
    if (plain.isVoid(entry) || plain.keyOf(entry) !== key) return;
    const { table } = this;
    if (table.size === table.capacity) this.growOrClose();
    const target = this.addEntry(key, plain.dst(entry), plain.firstTime(entry));
    plain.fill(table, target, entry, key);
    plain.leave(entry);
    table.link();
  }

  private growOrClose(): void {
    if (this.table.canGrow) this.table.grow();
    else this.closeOldestOfTable(true);
  }

  /**
   * Closes what was last seen more than the reply window before now, in the order in which it began, whenever it is asked to:
   * so one that was seen since keeps those behind it. Only one that goes on and on makes way for them.
   */
  expire(now: number): void {
    const before = now - this.windowNs;
    while (this.expireOldest(before));
  }

  private expireOldest(before: number): boolean {
    const { plain, table } = this;
    const queued = table.size > 0 ? table.queuedTime(table.oldest) : Number.POSITIVE_INFINITY;
    if (plain !== null && !plain.closeUntil(before, queued)) {
      this.closeByTable(plain, false);
      return true;
    }
    if (queued >= before || (plain !== null && this.plainIsOlder(plain))) return false;
    const last = table.lastTime(table.oldest);
    if (last < before) this.closeOldestOfTable(false);
    else if (last - queued > 2 * this.windowNs) table.requeueOldest();
    else return false;
    return true;
  }

  /** Oldest first. */
  closeAll(): void {
    const { plain, table } = this;
    while (this.size > 0) {
      const next = table.size > 0 ? table.queuedTime(table.oldest) : Number.POSITIVE_INFINITY;
      if (plain !== null && !plain.closeUntil(Number.POSITIVE_INFINITY, next))
        this.closeByTable(plain, false);
      else if (table.size > 0) this.closeOldestOfTable(false);
    }
  }

  /** Open exchanges, plain ones and those of the table. */
  private get size(): number {
    return this.table.size + (this.plain === null ? 0 : this.plain.live);
  }

  /** Room for one more; a full table lets the oldest go: one that was answered a while ago has nothing more to expect. */
  makeRoom(now: number): void {
    const { table, plain } = this;
    if (this.size >= this.limit) this.closeOldestAt(now);
    if (table.size === table.capacity) this.growOrClose();
    if (plain?.ring.full) this.shrinkRing(plain);
  }

  /** The table has more room than the ring. */
  private shrinkRing(plain: PlainExchanges): void {
    const { oldest } = plain.ring;
    if (!plain.isVoid(oldest)) this.unfold(plain, oldest, plain.keyOf(oldest));
    plain.ring.dropOldest();
  }

  /** Where there is no more room, one that was seen since keeps nothing behind it that is over. */
  private closeOldestAt(now: number): void {
    const { table, plain } = this;
    this.letPass(now - this.windowNs);
    this.expire(now);
    if (this.size < this.limit) return;
    const older = plain !== null && this.plainIsOlder(plain);
    if (older) this.closeOldestPlain(plain, this.isEarly(plain, now));
    else {
      const entry = table.oldest;
      const answered = table.words[entry * ENTRY + E_REPLIES] > 0;
      this.closeOldestOfTable(!answered || now - table.lastTime(entry) < SETTLED_NS);
    }
  }

  private letPass(before: number): void {
    const { table } = this;
    while (table.size > 0 && table.queuedTime(table.oldest) < before) {
      if (table.lastTime(table.oldest) < before) return;
      table.requeueOldest();
    }
  }

  private isEarly(plain: PlainExchanges, now: number): boolean {
    const { oldest } = plain.ring;
    return !plain.isAnswered(oldest) || now - plain.lastTime(oldest) < SETTLED_NS;
  }

  /** Whether the oldest of all is a plain one. */
  private plainIsOlder(plain: PlainExchanges): boolean {
    const { table } = this;
    const { ring } = plain;
    while (ring.size > 0 && plain.isVoid(ring.oldest)) ring.dropOldest();
    if (ring.size === 0) return false;
    if (table.size === 0) return true;
    const [first, queued] = [plain.firstTime(ring.oldest), table.queuedTime(table.oldest)];
    return first === queued ? plain.firstFrame(ring.oldest) < table.firstFrame(table.oldest) : first < queued;
  }

  private closeOldestPlain(plain: PlainExchanges, early: boolean): void {
    if (!plain.closeOldest(early)) this.closeByTable(plain, early);
  }

  /** An entry of the table stands for the oldest plain one while it is closed. */
  private closeByTable(plain: PlainExchanges, early: boolean): void {
    const { table } = this;
    if (table.size === table.capacity) this.growOrClose();
    const entry = plain.ring.oldest;
    const key = plain.keyOf(entry);
    const target = this.addEntry(key, plain.dst(entry), plain.firstTime(entry));
    plain.fill(table, target, entry, key);
    plain.leave(entry);
    plain.ring.dropOldest();
    this.closing.close(table, target, early);
    table.pool.giveBack(table.words[target * ENTRY + E_FIRST]);
  }

  private closeOldestOfTable(early: boolean): void {
    const { table } = this;
    const entry = table.oldest;
    const at = entry * ENTRY;
    if (table.words[at + E_ID] !== 0 && !this.translation?.join(entry)) {
      this.closing.close(table, entry, early);
      if (table.words[at + E_REQUESTS] === 0) this.unasked--;
    }
    table.dropOldest();
  }

  private take({ batch, at, time }: Current, role: Role, own: number): number {
    const { pool } = this.table;
    const slot = pool.take(batch, at, time, own);
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
