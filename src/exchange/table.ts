import {
  D_FIRST,
  D_LAST,
  D_QUEUED,
  DOUBLES,
  E_ASKED,
  E_DATA_HASH,
  E_FIRST,
  E_FLAGS,
  E_ID,
  E_KEY,
  E_LAST,
  E_OTHERS,
  E_REPLIES,
  E_REQUESTS,
  E_SEQ,
  ENTRY,
} from './entry.ts';
import { alikeKey, exactKey, PROTOCOL_TCP, PROTOCOL_UDP } from './key.ts';
import type { KeyCounts } from './key-counts.ts';
import { R_FRAME, R_NEXT, STRIDE } from './layout.ts';
import { NONE, OWN_SLOTS, type OwnSlots, SightingPool } from './pool.ts';

const FIRST_CAPACITY = 16384;
/** Entries are numbered for good; before the numbers outgrow a word, all are numbered anew. */
const LAST_NUMBER = 0x7ffffff0;

/**
 * Links of an entry, apart from it so that a search stays in the cache: exact key, number of the next older entry, and
 * of the next older one that translation may have made of the same request.
 */
const LINK = 3;
const L_EXACT = 0;
const L_OLDER = 1;
const L_ALIKE = 2;
/** Entries passed over in one search: made-up packets with one key must not cost a walk over the whole table. */
const STEPS_LIMIT = 4096;
const DATA_STEPS = 32;
/** Longest chain that `knowsNone` looks at. */
const GLANCE_STEPS = 8;

/**
 * The open exchanges in a ring of flat entries, oldest first, so that new ones and those about to be closed lie side by
 * side. A hash table by what pairs leads to them, in which the address asked is compared first. Entries leave in the
 * order in which they came, so a chain is never mended: a number below the oldest's is its end.
 */
export class OpenTable {
  readonly pool: SightingPool;
  private readonly most: number;
  private readonly counts: KeyCounts | null;
  words = new Int32Array(FIRST_CAPACITY * ENTRY);
  private doubles = new Float64Array(this.words.buffer);
  /** By the low bits of the pairing key: number of the newest entry. */
  private heads = new Int32Array(FIRST_CAPACITY * 2).fill(NONE);
  /** The same by the low bits of what translation keeps; empty where nothing is joined by it. */
  private alikeHeads: Int32Array;
  private links = new Int32Array(FIRST_CAPACITY * LINK);
  private mask = FIRST_CAPACITY - 1;
  /** Numbers of the oldest entry and of the next to come; an entry lies at its number's low bits. */
  private tail = 0;
  private head = 0;

  /**
   * @param limit entries that there will ever be at once
   * @param translated entries are also found by what translation keeps
   * @param counts of the keys in it
   */
  constructor(limit: number, translated: boolean, counts: KeyCounts | null = null) {
    let most = FIRST_CAPACITY;
    while (most < limit) most *= 2;
    this.most = most;
    this.counts = counts;
    this.pool = new SightingPool(most);
    this.pool.reached = FIRST_CAPACITY;
    this.alikeHeads = new Int32Array(translated ? FIRST_CAPACITY * 2 : 0).fill(NONE);
  }

  get size(): number {
    return this.head - this.tail;
  }

  /** Whether the slots that belong to entries are enough for more of them. */
  get canGrow(): boolean {
    return this.capacity < this.most;
  }

  get capacity(): number {
    return this.mask + 1;
  }

  /** The oldest entry; only valid while `size` is not 0. */
  get oldest(): number {
    return this.tail & this.mask;
  }

  /** The newest entry of this key and address asked, or NONE; the caller compares in full and goes on with `nextExact`. */
  firstExact(key: number, asked: number): number {
    return this.search(this.heads[key & (this.heads.length - 1)], exactKey(key, asked));
  }

  nextExact(entry: number): number {
    const { links } = this;
    return this.search(links[entry * LINK + L_OLDER], links[entry * LINK + L_EXACT]);
  }

  /** Surely no entry of this key and address asked. */
  knowsNone(key: number, asked: number): boolean {
    const { links, mask, tail } = this;
    if (this.head === tail) return true;
    const exact = exactKey(key, asked);
    let steps = GLANCE_STEPS;
    for (let number = this.heads[key & (this.heads.length - 1)]; number >= tail; steps--) {
      const at = (number & mask) * LINK;
      if (links[at + L_EXACT] === exact || steps === 0) return false;
      number = links[at + L_OLDER];
    }
    return true;
  }

  /** The same for any address asked; those of other keys are among them. */
  firstLoose(key: number): number {
    return this.living(this.heads[key & (this.heads.length - 1)]);
  }

  nextLoose(entry: number): number {
    return this.living(this.links[entry * LINK + L_OLDER]);
  }

  /** The newest entry whose request may be the same but for addresses and ports; the caller compares in full. */
  firstAlike(entry: number): number {
    return this.living(this.alikeHeads[this.alikeHead(entry)]);
  }

  nextAlike(entry: number): number {
    return this.living(this.links[entry * LINK + L_ALIKE]);
  }

  /** An entry of this sequence with the data of the given one, or NONE. */
  alikeAt(entry: number, seq: number): number {
    const { words } = this;
    const data = words[entry * ENTRY + E_DATA_HASH];
    const protocol = words[entry * ENTRY + E_ID] >>> 16;
    let steps = DATA_STEPS;
    for (
      let other = this.living(this.alikeHeads[this.alikeHeadOf(protocol, seq, data)]);
      other !== NONE && steps > 0;
      other = this.nextAlike(other), steps--
    ) {
      const at = other * ENTRY;
      if (
        words[at + E_SEQ] === seq &&
        words[at + E_DATA_HASH] === data &&
        words[at + E_ID] >>> 16 === protocol
      )
        return other;
    }
    return NONE;
  }

  firstTime(entry: number): number {
    return this.doubles[entry * DOUBLES + D_FIRST];
  }

  lastTime(entry: number): number {
    return this.doubles[entry * DOUBLES + D_LAST];
  }

  queuedTime(entry: number): number {
    return this.doubles[entry * DOUBLES + D_QUEUED];
  }

  /** A new entry, the newest; the caller fills its words beyond key and address, then calls `link`. There must be room (`size < capacity`). */
  add(key: number, asked: number, time: number): number {
    if (this.head >= LAST_NUMBER) this.rebuild(this.capacity);
    const entry = this.head & this.mask;
    this.words[entry * ENTRY + E_KEY] = key;
    this.words[entry * ENTRY + E_ASKED] = asked;
    const t = entry * DOUBLES;
    this.doubles[t + D_FIRST] = time;
    this.doubles[t + D_LAST] = time;
    this.doubles[t + D_QUEUED] = time;
    return entry;
  }

  /** A further sighting at this time. */
  touch(entry: number, time: number): void {
    const t = entry * DOUBLES;
    if (time > this.doubles[t + D_LAST]) this.doubles[t + D_LAST] = time;
    else if (time < this.doubles[t + D_FIRST]) this.doubles[t + D_FIRST] = time;
  }

  /** Takes out the oldest entry with its sightings. */
  dropOldest(): void {
    const at = this.oldest * ENTRY;
    if (this.words[at + E_ID] !== 0) this.pool.giveBack(this.words[at + E_FIRST]);
    this.leave();
  }

  /** Number of the first frame that was seen of it. */
  firstFrame(entry: number): number {
    return this.pool.words[this.words[entry * ENTRY + E_FIRST] * STRIDE + R_FRAME];
  }

  /** The oldest entry was seen again since: it becomes the newest. */
  requeueOldest(): void {
    const from = this.oldest;
    this.leave();
    const to = this.copyToHead(from);
    this.doubles[to * DOUBLES + D_QUEUED] = this.doubles[to * DOUBLES + D_LAST];
  }

  private leave(): void {
    this.counts?.remove(this.words[this.oldest * ENTRY + E_KEY]);
    this.tail++;
  }

  /** The address asked and the sequence became known: the entry is replaced by a newer one, whose number it gives. There must be room. */
  setAsked(entry: number, key: number, asked: number, seq: number): number {
    const to = this.head & this.mask;
    this.disown(entry);
    this.words.copyWithin(to * ENTRY, entry * ENTRY, (entry + 1) * ENTRY);
    this.words[entry * ENTRY + E_ID] = 0;
    this.words[to * ENTRY + E_KEY] = key;
    this.words[to * ENTRY + E_ASKED] = asked;
    this.words[to * ENTRY + E_SEQ] = seq;
    this.link();
    return to;
  }

  /** Puts the entry at the head first in its chains. */
  link(): void {
    const number = this.head++;
    const entry = number & this.mask;
    const key = this.words[entry * ENTRY + E_KEY];
    const head = key & (this.heads.length - 1);
    this.counts?.add(key);
    this.links[entry * LINK + L_EXACT] = exactKey(key, this.words[entry * ENTRY + E_ASKED]);
    this.links[entry * LINK + L_OLDER] = this.heads[head];
    this.heads[head] = number;
    if (this.alikeHeads.length > 0) this.linkAlike(entry, number);
  }

  /** Moves its sightings out of the slots that belong to the entry, which they outlive. */
  disown(entry: number): void {
    const { words, pool } = this;
    const at = entry * ENTRY;
    const own = entry * OWN_SLOTS;
    if (words[at + E_FIRST] !== own) return;
    let before = NONE;
    for (let slot = own; slot < own + OWN_SLOTS; slot++) {
      const moved = pool.moveOut(slot);
      if (before === NONE) words[at + E_FIRST] = moved;
      else pool.words[before * STRIDE + R_NEXT] = moved;
      if (words[at + E_LAST] === slot) words[at + E_LAST] = moved;
      if (pool.words[moved * STRIDE + R_NEXT] !== slot + 1) return;
      before = moved;
    }
  }

  /** All sightings of one entry become the other's; the one left behind is void. Neither may own its slots any more. */
  absorb(from: number, to: number, before: boolean): void {
    const { words, doubles } = this;
    const [a, b] = [from * ENTRY, to * ENTRY];
    const next = (slot: number) => slot * STRIDE + R_NEXT;
    if (before) {
      this.pool.words[next(words[a + E_LAST])] = words[b + E_FIRST];
      words[b + E_FIRST] = words[a + E_FIRST];
    } else {
      this.pool.words[next(words[b + E_LAST])] = words[a + E_FIRST];
      words[b + E_LAST] = words[a + E_LAST];
    }
    for (const count of [E_REQUESTS, E_REPLIES, E_OTHERS]) words[b + count] += words[a + count];
    words[b + E_FLAGS] |= words[a + E_FLAGS];
    words[a + E_ID] = 0;
    this.touch(to, doubles[from * DOUBLES + D_FIRST]);
    this.touch(to, doubles[from * DOUBLES + D_LAST]);
  }

  grow(): void {
    this.rebuild(this.capacity * 2);
  }

  /** The entry of a number, if it has not left. */
  private living(number: number): number {
    return number < this.tail ? NONE : number & this.mask;
  }

  private copyToHead(from: number): number {
    const to = this.head & this.mask;
    if (from !== to) {
      this.disown(from);
      this.words.copyWithin(to * ENTRY, from * ENTRY, (from + 1) * ENTRY);
    }
    this.link();
    return to;
  }

  private search(from: number, exact: number): number {
    const { links, mask, tail } = this;
    let steps = STEPS_LIMIT;
    for (let number = from; number >= tail && steps > 0; steps--) {
      const at = (number & mask) * LINK;
      if (links[at + L_EXACT] === exact) return number & mask;
      number = links[at + L_OLDER];
    }
    return NONE;
  }

  private linkAlike(entry: number, number: number): void {
    const head = this.alikeHead(entry);
    this.links[entry * LINK + L_ALIKE] = this.alikeHeads[head];
    this.alikeHeads[head] = number;
  }

  private alikeHead(entry: number): number {
    const { words } = this;
    const at = entry * ENTRY;
    const protocol = words[at + E_ID] >>> 16;
    const seq = protocol === PROTOCOL_UDP ? 0 : words[at + E_SEQ];
    const data = protocol === PROTOCOL_TCP ? 0 : words[at + E_DATA_HASH];
    return this.alikeHeadOf(protocol, seq, data);
  }

  private alikeHeadOf(protocol: number, seq: number, data: number): number {
    return alikeKey(protocol, seq, data) & (this.alikeHeads.length - 1);
  }

  private rebuild(capacity: number): void {
    const old = this.words;
    const { tail, size, mask, pool } = this;
    const owned = pool.owned();
    this.words = new Int32Array(capacity * ENTRY);
    this.doubles = new Float64Array(this.words.buffer);
    this.heads = new Int32Array(capacity * 2).fill(NONE);
    if (this.alikeHeads.length > 0) this.alikeHeads = new Int32Array(capacity * 2).fill(NONE);
    this.links = new Int32Array(capacity * LINK);
    this.mask = capacity - 1;
    pool.reached = capacity;
    this.tail = 0;
    this.head = 0;
    this.counts?.clear();
    for (let i = 0; i < size; i++) {
      const from = (tail + i) & mask;
      this.words.set(old.subarray(from * ENTRY, (from + 1) * ENTRY), i * ENTRY);
      if (old[from * ENTRY + E_FIRST] === from * OWN_SLOTS) this.moveOwn(owned, from, i);
      this.link();
    }
  }

  /** The entry got another place, and so did the slots that belong to it. */
  private moveOwn(owned: OwnSlots, from: number, to: number): void {
    const [source, target] = [from * OWN_SLOTS, to * OWN_SLOTS];
    const at = to * ENTRY;
    this.pool.putBack(owned, from, to);
    this.words[at + E_FIRST] = target;
    const used = this.words[at + E_LAST] - source;
    if (used >= 0 && used < OWN_SLOTS) this.words[at + E_LAST] += target - source;
  }
}
