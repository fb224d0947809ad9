import { PlainAcks } from './plain-acks.ts';
import { RING, RING_ACKS, S_HEAD, S_MASK, S_TAIL, SETS } from './shortcut/layout.ts';

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
/**
 * Number of the frame that ended the handshake (`plain-acks.ts`), 0 where there is none so far. Of one that is kept
 * (`plain-examples.ts`): the example of the same group that was kept before.
 */
export const P_ACK_FRAME = 11;
export const P_OLDER = 11;
/** Times, nanoseconds since the analysis began, as doubles from `entry * PLAIN / 2`. */
export const PLAIN_DOUBLES = PLAIN / 2;
export const D_ASKED = 6;
export const D_ANSWERED = 7;

/** The most there is room for, and 16 slots for four of them in which they are found again: powers of two. */
const MOST = 1 << 16;
const SLOTS = 16;
const ENTRIES_A_SET = 4;
/** A slot holds the upper bits of the pairing key and the lower of the entry's number. */
const TAG = 0xfff00000 | 0;
const NUMBER = 0x000fffff;

/**
 * Exchanges of which nothing is known but one request, perhaps one reply and perhaps the ACK that ended the handshake, as far as
 * one capture shows: in a ring, oldest first. They are what floods of probes consist of, and most of them leave as they came;
 * what more is seen of one moves it to the table of open exchanges. `shortcut/ring.ts` adds to it, from here they are taken out.
 */
export class PlainRing {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly acks: PlainAcks;
  private readonly sets: Int32Array;
  private readonly state: Int32Array;
  private readonly found: number[] = [];

  /**
   * @param memory laid out as `shortcut/layout.ts` says, all zero
   * @param limit entries that there will ever be at once; it has room for at most MOST
   */
  constructor(memory: ArrayBuffer, limit: number) {
    let entries = ENTRIES_A_SET;
    while (entries < limit && entries < MOST) entries *= 2;
    this.words = new Int32Array(memory, RING, entries * PLAIN);
    this.doubles = new Float64Array(memory, RING, entries * PLAIN_DOUBLES);
    this.acks = new PlainAcks(memory, RING_ACKS, entries);
    this.sets = new Int32Array(memory, SETS, (entries / ENTRIES_A_SET) * SLOTS);
    this.state = new Int32Array(memory);
    this.state[S_MASK >> 2] = entries - 1;
    this.state[S_HEAD >> 2] = 1;
    this.state[S_TAIL >> 2] = 1;
  }

  /** With those that are void. */
  get size(): number {
    return (this.state[S_HEAD >> 2] - this.state[S_TAIL >> 2]) | 0;
  }

  get full(): boolean {
    return this.size > this.mask;
  }

  /** Only valid while `size` is not 0. */
  get oldest(): number {
    return this.state[S_TAIL >> 2] & this.mask;
  }

  private get mask(): number {
    return this.state[S_MASK >> 2];
  }

  /** All that may be of this key; the caller compares in full. */
  ofKey(key: number): readonly number[] {
    const { sets, size, mask, found } = this;
    const head = this.state[S_HEAD >> 2];
    const first = (key & (mask >>> 2)) * SLOTS;
    found.length = 0;
    for (let at = first; at < first + SLOTS; at++) {
      const age = (head - sets[at]) & NUMBER;
      if (((sets[at] ^ key) & TAG) === 0 && age <= size && age !== 0) found.push((head - age) & mask);
    }
    return found;
  }

  dropOldest(): void {
    this.state[S_TAIL >> 2]++;
  }
}
