import { ACK_CHECKS, ACKS, S_ACK_GENERATION, S_ACKS_SET } from './shortcut/layout.ts';

/** Of the first frames of a capture every segment with ACK is recorded: its SYN may lie in the file before. */
export const UNFILTERED_ACKS = 4096;
/** Bits a generation; small enough to stay in the processor's cache. */
const BITS = 1 << 18;
const WORDS = BITS >>> 5;
/** A generation is full when this many bits were set, and the one before it is forgotten. */
const FULL = BITS >>> 3;

/**
 * Tells which TCP segments might be the last step of a handshake that the host's captures showed, so that plain data
 * segments cost a bit test and no record: a Bloom filter of two bits a key, each in a table of its own, so that most tests
 * touch but one. Says yes too often, never no to one of the last `FULL` handshakes.
 */
export class AckFilter {
  private readonly words: Int32Array;

  /** @param memory laid out as `shortcut/layout.ts` says, all zero */
  constructor(memory: ArrayBuffer) {
    this.words = new Int32Array(memory);
  }

  add(key: number): void {
    const { words } = this;
    if (words[S_ACKS_SET >> 2] >= FULL) this.turn();
    const generation = words[S_ACK_GENERATION >> 2] >> 2;
    if (this.holds(key, generation)) return;
    set(words, ACKS / 4 + generation, key >>> 14);
    set(words, ACK_CHECKS / 4 + generation, otherBit(key));
    words[S_ACKS_SET >> 2]++;
  }

  mayHold(key: number): boolean {
    return this.holds(key, 0) || this.holds(key, WORDS);
  }

  private holds(key: number, generation: number): boolean {
    const { words } = this;
    return (
      isSet(words, ACKS / 4 + generation, key >>> 14) &&
      isSet(words, ACK_CHECKS / 4 + generation, otherBit(key))
    );
  }

  private turn(): void {
    const { words } = this;
    const generation = (words[S_ACK_GENERATION >> 2] >> 2) ^ WORDS;
    words[S_ACK_GENERATION >> 2] = generation * 4;
    words[S_ACKS_SET >> 2] = 0;
    for (const table of [ACKS / 4, ACK_CHECKS / 4])
      words.fill(0, table + generation, table + generation + WORDS);
  }
}

function otherBit(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 14;
}

function set(words: Int32Array, table: number, bit: number): void {
  words[table + (bit >>> 5)] |= 1 << (bit & 31);
}

function isSet(words: Int32Array, table: number, bit: number): boolean {
  return (words[table + (bit >>> 5)] & (1 << (bit & 31))) !== 0;
}
