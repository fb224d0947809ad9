import { exactKey } from './key.ts';
import { NONE, SightingPool } from './pool.ts';

/** An open exchange: words of `OpenTable.words` from `entry * ENTRY`. */
export const ENTRY = 20;
/** Links of the chain by key and address asked, and of the chain by key alone. */
const E_NEXT_EXACT = 0;
const E_PREVIOUS_EXACT = 1;
const E_NEXT_LOOSE = 2;
const E_PREVIOUS_LOOSE = 3;
/** Pairing key (`key.ts`). */
export const E_KEY = 4;
/** Originator's address and the address asked, as `R_SRC` holds them. */
export const E_ORIGINATOR = 5;
export const E_ASKED = 6;
/** Protocol (upper 16 bits) and echo identifier or originator's port. */
export const E_ID = 7;
/** Echo sequence, SYN's sequence number, or UDP port asked. */
export const E_SEQ = 8;
/** Hash and length of the request's data as `R_SEQ` and `R_ACK` hold them. */
export const E_DATA_HASH = 9;
export const E_DATA_LENGTH = 10;
/** First and last slot of its sightings, in the order they came. */
export const E_FIRST = 11;
export const E_LAST = 12;
/** How many sightings there were; more than are kept. */
export const E_REQUESTS = 13;
export const E_REPLIES = 14;
export const E_OTHERS = 15;
export const E_FLAGS = 16;
/** IPv6: first word of both addresses in the pool's wide rows; NONE for IPv4. */
export const E_ORIGINATOR_WIDE = 17;
export const E_ASKED_WIDE = 18;

export const FLAG_RETRANSMITTED = 1;
export const FLAG_AMBIGUOUS = 2;

/** Times of an entry: nanoseconds since the analysis began, on the reference clock. */
const TIMES = 3;
const T_FIRST = 0;
const T_LAST = 1;
const T_QUEUED = 2;

const FIRST_CAPACITY = 1024;

/**
 * The open exchanges in a ring of flat entries, oldest first, so that new ones and those about to be closed lie side by
 * side. Two hash tables lead to them: by what pairs and the address asked, and by what pairs alone.
 */
export class OpenTable {
  readonly pool = new SightingPool();
  words = new Int32Array(FIRST_CAPACITY * ENTRY);
  size = 0;
  private times = new Float64Array(FIRST_CAPACITY * TIMES);
  private exact = new Int32Array(FIRST_CAPACITY).fill(NONE);
  private loose = new Int32Array(FIRST_CAPACITY).fill(NONE);
  private mask = FIRST_CAPACITY - 1;
  private head = 0;

  get capacity(): number {
    return this.mask + 1;
  }

  /** The oldest entry; only valid while `size` is not 0. */
  get oldest(): number {
    return (this.head - this.size) & this.mask;
  }

  /** Newest entry of the bucket; the caller compares and goes on with `nextExact`. */
  firstExact(key: number, asked: number): number {
    return this.exact[exactKey(key, asked) & this.mask];
  }

  nextExact(entry: number): number {
    return this.words[entry * ENTRY + E_NEXT_EXACT];
  }

  firstLoose(key: number): number {
    return this.loose[key & this.mask];
  }

  nextLoose(entry: number): number {
    return this.words[entry * ENTRY + E_NEXT_LOOSE];
  }

  firstTime(entry: number): number {
    return this.times[entry * TIMES + T_FIRST];
  }

  lastTime(entry: number): number {
    return this.times[entry * TIMES + T_LAST];
  }

  queuedTime(entry: number): number {
    return this.times[entry * TIMES + T_QUEUED];
  }

  /** A new entry, the newest; the caller fills its words beyond the links. There must be room (`size < capacity`). */
  add(key: number, asked: number, time: number): number {
    const entry = this.head;
    this.head = (entry + 1) & this.mask;
    this.size++;
    const at = entry * ENTRY;
    this.words[at + E_KEY] = key;
    this.words[at + E_ASKED] = asked;
    const t = entry * TIMES;
    this.times[t + T_FIRST] = time;
    this.times[t + T_LAST] = time;
    this.times[t + T_QUEUED] = time;
    this.link(entry);
    return entry;
  }

  /** A further sighting at this time. */
  touch(entry: number, time: number): void {
    const t = entry * TIMES;
    if (time > this.times[t + T_LAST]) this.times[t + T_LAST] = time;
    else if (time < this.times[t + T_FIRST]) this.times[t + T_FIRST] = time;
  }

  /** Takes out the oldest entry with its sightings. */
  dropOldest(): void {
    const entry = this.oldest;
    this.pool.giveBack(this.words[entry * ENTRY + E_FIRST]);
    this.unlink(entry);
    this.size--;
  }

  /** The oldest entry was seen again since: it becomes the newest. */
  requeueOldest(): void {
    const from = this.oldest;
    const to = this.head;
    this.head = (to + 1) & this.mask;
    if (from !== to) {
      this.unlink(from);
      this.words.copyWithin(to * ENTRY, from * ENTRY, (from + 1) * ENTRY);
      this.times.copyWithin(to * TIMES, from * TIMES, (from + 1) * TIMES);
      this.link(to);
    }
    this.times[to * TIMES + T_QUEUED] = this.times[to * TIMES + T_LAST];
  }

  /** The address asked became known. */
  setAsked(entry: number, asked: number): void {
    this.unlink(entry);
    this.words[entry * ENTRY + E_ASKED] = asked;
    this.link(entry);
  }

  grow(): void {
    const old = this.words;
    const oldTimes = this.times;
    const { oldest, size, mask } = this;
    const capacity = (mask + 1) * 2;
    this.words = new Int32Array(capacity * ENTRY);
    this.times = new Float64Array(capacity * TIMES);
    this.exact = new Int32Array(capacity).fill(NONE);
    this.loose = new Int32Array(capacity).fill(NONE);
    this.mask = capacity - 1;
    this.head = size;
    for (let to = 0; to < size; to++) {
      const from = (oldest + to) & mask;
      this.words.set(old.subarray(from * ENTRY, (from + 1) * ENTRY), to * ENTRY);
      this.times.set(oldTimes.subarray(from * TIMES, (from + 1) * TIMES), to * TIMES);
      this.link(to);
    }
  }

  /** Puts the entry first in both chains. The first of a chain has -1 - bucket for its predecessor. */
  private link(entry: number): void {
    const { words, mask } = this;
    const at = entry * ENTRY;
    const exact = exactKey(words[at + E_KEY], words[at + E_ASKED]) & mask;
    const exactNext = this.exact[exact];
    this.exact[exact] = entry;
    words[at + E_NEXT_EXACT] = exactNext;
    words[at + E_PREVIOUS_EXACT] = -1 - exact;
    if (exactNext !== NONE) words[exactNext * ENTRY + E_PREVIOUS_EXACT] = entry;
    const loose = words[at + E_KEY] & mask;
    const looseNext = this.loose[loose];
    this.loose[loose] = entry;
    words[at + E_NEXT_LOOSE] = looseNext;
    words[at + E_PREVIOUS_LOOSE] = -1 - loose;
    if (looseNext !== NONE) words[looseNext * ENTRY + E_PREVIOUS_LOOSE] = entry;
  }

  private unlink(entry: number): void {
    const { words } = this;
    const at = entry * ENTRY;
    const exactNext = words[at + E_NEXT_EXACT];
    const exactPrevious = words[at + E_PREVIOUS_EXACT];
    if (exactPrevious < 0) this.exact[-1 - exactPrevious] = exactNext;
    else words[exactPrevious * ENTRY + E_NEXT_EXACT] = exactNext;
    if (exactNext !== NONE) words[exactNext * ENTRY + E_PREVIOUS_EXACT] = exactPrevious;
    const looseNext = words[at + E_NEXT_LOOSE];
    const loosePrevious = words[at + E_PREVIOUS_LOOSE];
    if (loosePrevious < 0) this.loose[-1 - loosePrevious] = looseNext;
    else words[loosePrevious * ENTRY + E_NEXT_LOOSE] = looseNext;
    if (looseNext !== NONE) words[looseNext * ENTRY + E_PREVIOUS_LOOSE] = loosePrevious;
  }
}
