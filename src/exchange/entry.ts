/** An open exchange: words of `OpenTable.words` from `entry * ENTRY`, the last six of them three doubles. */
export const ENTRY = 22;
/** Pairing key (`key.ts`). */
export const E_KEY = 0;
/** Originator's address and the address asked, as `R_SRC` holds them. */
export const E_ORIGINATOR = 1;
export const E_ASKED = 2;
/** Protocol (upper 16 bits) and echo identifier or originator's port; 0: the entry was replaced by a newer one. */
export const E_ID = 3;
/** Echo sequence, SYN's sequence number, or UDP port asked. */
export const E_SEQ = 4;
/** Hash and length of the request's data as `R_SEQ` and `R_ACK` hold them. */
export const E_DATA_HASH = 5;
export const E_DATA_LENGTH = 6;
/** First and last slot of its sightings, in the order they came. */
export const E_FIRST = 7;
export const E_LAST = 8;
/** How many sightings there were; more than are kept. */
export const E_REQUESTS = 9;
export const E_REPLIES = 10;
export const E_OTHERS = 11;
export const E_FLAGS = 12;
/** IPv6: first word of both addresses in the pool's wide rows; NONE for IPv4. */
export const E_ORIGINATOR_WIDE = 13;
export const E_ASKED_WIDE = 14;
/** Slot of the request as the originator's side saw it, where its addresses were translated on the way; else NONE. */
export const E_PROBE = 15;

/** Its times, as doubles from `entry * DOUBLES`: nanoseconds since the analysis began, on the reference clock. */
export const DOUBLES = ENTRY / 2;
export const D_FIRST = 8;
export const D_LAST = 9;
export const D_QUEUED = 10;

export const FLAG_RETRANSMITTED = 1;
export const FLAG_AMBIGUOUS = 2;
/** What translation keeps of it does not tell it from others: never joined under other addresses. */
export const FLAG_APART = 4;
/** UDP: an earlier datagram of the same port pair was answered within the window. */
export const FLAG_CONTINUES = 8;
/** TCP: data that one end sent does not get through, as far as was seen last. */
export const FLAG_STALLED = 16;

/** Closed exchanges: entries of the table, or copies of them. */
export interface Entries {
  readonly words: Int32Array;
  readonly pool: Slots;
  firstTime(entry: number): number;
  lastTime(entry: number): number;
}

/** Where a plain exchange can be put as an entry, with its first sightings in the slots from `entry * OWN_SLOTS` on. */
export interface Fillable extends Entries {
  /** A third one has its slot elsewhere. */
  readonly pool: Slots & { freeSlot(): number };
  touch(entry: number, time: number): void;
}

/** Their sightings, by slot: `STRIDE` words of `layout.ts` and a time each, with wide rows beside. */
export interface Slots {
  readonly words: Int32Array;
  readonly wide: Int32Array;
  readonly times: Float64Array;
}
