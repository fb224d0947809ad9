import { endOf } from './connections.ts';

/** SYNs with data in one generation; when it is full, the one before it is forgotten. */
const FULL = 1 << 13;
/** A number and, above its word, the length. */
const WORD = 2 ** 32;

/**
 * Data that SYNs bear (TCP Fast Open, RFC 7413): what answers or follows such a SYN may bear a number that is larger by as
 * much of the data as the responder took. Linux takes all of it or none; RFC 9293 section 3.10.7.3 allows any part.
 */
export class EarlyData {
  /** By the originator's end (`connections.ts`): number and length. */
  private newer = new Map<number, number>();
  private older = new Map<number, number>();

  /** Of SYNs with data that are remembered, whether or not anything waits for them. */
  get size(): number {
    return this.newer.size + this.older.size;
  }

  add(originator: number, port: number, seq: number, length: number): void {
    if (this.newer.size === FULL) {
      this.older = this.newer;
      this.newer = new Map();
    }
    this.newer.set(endOf(originator, port), (seq >>> 0) + length * WORD);
  }

  /** The number of the SYN that bears the data which the given number is within or just behind; else the number itself. */
  synOf(originator: number, port: number, seq: number): number {
    const end = endOf(originator, port);
    const syn = this.newer.get(end) ?? this.older.get(end);
    if (syn === undefined) return seq;
    const first = (syn % WORD) | 0;
    return (seq - first) >>> 0 <= Math.floor(syn / WORD) ? first : seq;
  }
}
