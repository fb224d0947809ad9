import { ACKS, S_ACK_GENERATION, S_ACKS_SET } from './shortcut/layout.ts';

/** Of the first frames of a capture every segment with ACK is recorded: its SYN may lie in the file before. */
export const UNFILTERED_ACKS = 4096;
/** Bits a generation; small enough to stay in the processor's cache. */
const BITS = 1 << 18;
const WORDS = BITS >>> 5;
/** A generation is full when this many bits were set, and the one before it is forgotten. */
const FULL = BITS >>> 3;

/**
 * Tells which TCP segments might be the last step of a handshake that the host's captures showed, so that plain data
 * segments cost a bit test and no record. Says yes too often, never no to one of the last `FULL` handshakes.
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
    const bit = key >>> 14;
    const at = (ACKS + words[S_ACK_GENERATION >> 2]) / 4 + (bit >>> 5);
    const mask = 1 << (bit & 31);
    if ((words[at] & mask) !== 0) return;
    words[at] |= mask;
    words[S_ACKS_SET >> 2]++;
  }

  mayHold(key: number): boolean {
    const { words } = this;
    const bit = key >>> 14;
    const at = ACKS / 4 + (bit >>> 5);
    return ((words[at] | words[at + WORDS]) & (1 << (bit & 31))) !== 0;
  }

  private turn(): void {
    const { words } = this;
    const generation = words[S_ACK_GENERATION >> 2] ^ (WORDS * 4);
    words[S_ACK_GENERATION >> 2] = generation;
    words[S_ACKS_SET >> 2] = 0;
    const at = (ACKS + generation) / 4;
    words.fill(0, at, at + WORDS);
  }
}
