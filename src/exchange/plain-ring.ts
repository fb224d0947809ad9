/** Words of an open plain exchange: one line of the processor's cache. */
export const PLAIN = 16;
/** Originator's address and the address asked (IPv4). */
export const P_SRC = 0;
export const P_DST = 1;
/** As the records of its sightings have them (`layout.ts`): of the request; of a SYN-ACK the sequence number as well. */
export const P_PORTS = 2;
export const P_SEQ = 3;
export const P_ACK = 4;
export const P_REPLY_SEQ = 5;
/** Numbers of the frames; 0 where there is no reply so far. */
export const P_FRAME = 6;
export const P_REPLY_FRAME = 7;
/** TTL, TOS (8 bits each from the top) and bytes behind the IP header, of the request and of the reply. */
export const P_HEADER = 8;
export const P_REPLY_HEADER = 9;
/** Profiles (`profiles.ts`): of the request in the upper 16 bits, of the reply in the lower; VOID where it has left. */
export const P_PROFILES = 10;
export const VOID = -1;
/** Times, nanoseconds since the analysis began, as doubles from `entry * PLAIN / 2`. */
export const PLAIN_DOUBLES = PLAIN / 2;
export const D_ASKED = 6;
export const D_ANSWERED = 7;

/** The most there is room for, and sets of four slots in which they are found again: powers of two. */
const MOST = 1 << 16;
const SLOTS = 4;
/** A slot holds the upper bits of the pairing key and the lower of the entry's number. */
const TAG = 0xfff00000 | 0;
const NUMBER = 0x000fffff;

/**
 * Exchanges of which nothing is known but one request and perhaps one reply, as far as one capture shows: in a ring, oldest
 * first. They are what floods of probes consist of, and most of them leave as they came; what more is seen of one moves it
 * to the table of open exchanges. Small, so that as much as possible of it stays in the processor's cache.
 */
export class PlainRing {
  readonly words: Int32Array<ArrayBuffer>;
  readonly doubles: Float64Array<ArrayBuffer>;
  private readonly sets: Int32Array<ArrayBuffer>;
  private readonly mask: number;
  private readonly setMask: number;
  private tail = 1;
  private head = 1;
  /** Where `hasRoom` found room. */
  private slot = 0;
  private readonly found: number[] = [];

  /** @param limit entries that there will ever be at once; it has room for at most MOST */
  constructor(limit: number) {
    let entries = 1;
    while (entries < limit && entries < MOST) entries *= 2;
    this.mask = entries - 1;
    this.words = new Int32Array(entries * PLAIN);
    this.doubles = new Float64Array(this.words.buffer);
    this.sets = new Int32Array(entries * SLOTS);
    this.setMask = entries * SLOTS - 1;
  }

  /** With those that are void. */
  get size(): number {
    return this.head - this.tail;
  }

  get full(): boolean {
    return this.head - this.tail > this.mask;
  }

  /** Only valid while `size` is not 0. */
  get oldest(): number {
    return this.tail & this.mask;
  }

  /** Whether a new entry can be found again, and surely no other of this key is in the ring. */
  hasRoom(key: number): boolean {
    const { sets, head } = this;
    const size = head - this.tail;
    const first = (key << 2) & this.setMask;
    let room = -1;
    for (let at = first; at < first + SLOTS; at++) {
      const slot = sets[at];
      const age = (head - slot) & NUMBER;
      if (age > size || age === 0) room = at;
      else if (((slot ^ key) & TAG) === 0) return false;
    }
    this.slot = room;
    return room >= 0;
  }

  /** A new entry, the newest, for the key that `hasRoom` said yes to last. The ring must not be full. */
  add(key: number): number {
    const number = this.head++;
    this.sets[this.slot] = (key & TAG) | (number & NUMBER);
    return number & this.mask;
  }

  /** The only entry that may be of this key; -1 where there is none or more than one. The caller compares in full. */
  only(key: number): number {
    const { sets, head } = this;
    const size = head - this.tail;
    const first = (key << 2) & this.setMask;
    let found = -1;
    for (let at = first; at < first + SLOTS; at++) {
      const slot = sets[at];
      const age = (head - slot) & NUMBER;
      if (((slot ^ key) & TAG) !== 0 || age > size || age === 0) continue;
      if (found >= 0) return -1;
      found = (head - age) & this.mask;
    }
    return found;
  }

  /** All that may be of this key; the caller compares in full. */
  ofKey(key: number): readonly number[] {
    const { sets, head, found } = this;
    const size = head - this.tail;
    const first = (key << 2) & this.setMask;
    found.length = 0;
    for (let at = first; at < first + SLOTS; at++) {
      const age = (head - sets[at]) & NUMBER;
      if (((sets[at] ^ key) & TAG) === 0 && age <= size && age !== 0) found.push((head - age) & this.mask);
    }
    return found;
  }

  dropOldest(): void {
    this.tail++;
  }
}
