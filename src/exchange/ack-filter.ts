/** Of the first frames of a capture every segment with ACK is recorded: its SYN may lie in the file before. */
export const UNFILTERED_ACKS = 4096;
/** Bits a generation; small enough to stay in the processor's cache. */
const BITS = 1 << 18;
/** A generation is full when this many bits were set, and the one before it is forgotten. */
const FULL = BITS >>> 3;

/**
 * Tells which TCP segments might be the last step of a handshake that the host's captures showed, so that plain data
 * segments cost a bit test and no record. Says yes too often, never no to one of the last `FULL` handshakes.
 */
export class AckFilter {
  private current = new Uint32Array(BITS >>> 5);
  private previous = new Uint32Array(BITS >>> 5);
  private set = 0;

  add(key: number): void {
    if (this.set >= FULL) this.turn();
    const bit = key >>> 14;
    const mask = 1 << (bit & 31);
    if ((this.current[bit >>> 5] & mask) !== 0) return;
    this.current[bit >>> 5] |= mask;
    this.set++;
  }

  mayHold(key: number): boolean {
    const bit = key >>> 14;
    return ((this.current[bit >>> 5] | this.previous[bit >>> 5]) & (1 << (bit & 31))) !== 0;
  }

  private turn(): void {
    const oldest = this.previous;
    this.previous = this.current;
    this.current = oldest.fill(0);
    this.set = 0;
  }
}
