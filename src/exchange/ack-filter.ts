import { ACKS, S_ACK_GENERATION, S_ACKS_SET } from './shortcut/layout.ts';

/** Of the first frames of a capture every segment with ACK is recorded: its SYN may lie in the file before. */
export const UNFILTERED_ACKS = 4096;
/** Pairs of words a generation; few enough to stay in the processor's cache. */
const PAIRS = 1 << 13;
const GENERATION = PAIRS * 8;
/** A generation is full when this many keys were added, and the one before it is forgotten. */
const FULL = PAIRS * 4;

/**
 * Tells which TCP segments might be the last step of a handshake that the host's captures showed, so that plain data
 * segments cost a bit test and no record: a Bloom filter of two bits a key, one in each word of a pair, so that a test
 * touches one place only. Says yes too often, never no to one of the last `FULL` handshakes.
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
    const generation = words[S_ACK_GENERATION >> 2];
    if (this.holds(key, generation)) return;
    const at = pairOf(key, generation);
    words[at] |= firstBit(key);
    words[at + 1] |= otherBit(key);
    words[S_ACKS_SET >> 2]++;
  }

  mayHold(key: number): boolean {
    return this.holds(key, 0) || this.holds(key, GENERATION);
  }

  private holds(key: number, generation: number): boolean {
    const { words } = this;
    const at = pairOf(key, generation);
    return (words[at] & firstBit(key)) !== 0 && (words[at + 1] & otherBit(key)) !== 0;
  }

  private turn(): void {
    const { words } = this;
    const generation = words[S_ACK_GENERATION >> 2] ^ GENERATION;
    words[S_ACK_GENERATION >> 2] = generation;
    words[S_ACKS_SET >> 2] = 0;
    words.fill(0, (ACKS + generation) >> 2, (ACKS + generation + GENERATION) >> 2);
  }
}

function pairOf(key: number, generation: number): number {
  return ((ACKS + generation) >> 2) + ((key >>> 19) << 1);
}

function firstBit(key: number): number {
  return 1 << ((key >>> 14) & 31);
}

function otherBit(key: number): number {
  return 1 << (Math.imul(key, 0x9e3779b1) >>> 27);
}
