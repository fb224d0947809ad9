import { grown, type SightingBatch } from './batch.ts';
import { R_NEXT, R_WIDE, STRIDE, WIDE_STRIDE } from './layout.ts';

const FIRST_SLOTS = 1024;
const FIRST_ROWS = 64;

/** No slot. */
export const NONE = -1;

/**
 * The sightings of open exchanges: flat, linked by slot numbers, taken and given back in turn. Slots freed last are used
 * first, because they are still in the processor's cache.
 */
export class SightingPool {
  words = new Int32Array(FIRST_SLOTS * STRIDE);
  wide = new Int32Array(FIRST_ROWS * WIDE_STRIDE);
  /** By slot: time on the reference clock, nanoseconds since the analysis began. */
  times = new Float64Array(FIRST_SLOTS);
  private free = NONE;
  private used = 0;
  private freeRow = NONE;
  private usedRows = 0;

  /** Copies a record out of its batch, with no successor; the slot's number. */
  take(batch: SightingBatch, from: number, time: number): number {
    const slot = this.freeSlot();
    const to = slot * STRIDE;
    const { words } = this;
    const source = batch.words;
    for (let i = 0; i < R_NEXT; i++) words[to + i] = source[from + i];
    words[to + R_NEXT] = NONE;
    this.times[slot] = time;
    if (source[from + R_WIDE] !== 0) words[to + R_WIDE] = 1 + this.takeRow(batch, source[from + R_WIDE] - 1);
    return slot;
  }

  /** Gives back a slot and all its successors. */
  giveBack(first: number): void {
    const { words } = this;
    for (let slot = first; slot !== NONE; ) {
      const at = slot * STRIDE;
      const next = words[at + R_NEXT];
      const row = words[at + R_WIDE] - 1;
      if (row >= 0) this.giveBackRow(row);
      words[at + R_NEXT] = this.free;
      this.free = slot;
      slot = next;
    }
  }

  private freeSlot(): number {
    const slot = this.free;
    if (slot !== NONE) {
      this.free = this.words[slot * STRIDE + R_NEXT];
      return slot;
    }
    if (this.used * STRIDE === this.words.length) this.grow();
    return this.used++;
  }

  private grow(): void {
    this.words = grown(this.words);
    const times = new Float64Array(this.times.length * 2);
    times.set(this.times);
    this.times = times;
  }

  private takeRow(batch: SightingBatch, from: number): number {
    const row = this.freeWideRow();
    const to = row * WIDE_STRIDE;
    const source = from * WIDE_STRIDE;
    for (let i = 0; i < WIDE_STRIDE; i++) this.wide[to + i] = batch.wide[source + i];
    return row;
  }

  private freeWideRow(): number {
    const row = this.freeRow;
    if (row !== NONE) {
      this.freeRow = this.wide[row * WIDE_STRIDE];
      return row;
    }
    if (this.usedRows * WIDE_STRIDE === this.wide.length) this.wide = grown(this.wide);
    return this.usedRows++;
  }

  private giveBackRow(row: number): void {
    this.wide[row * WIDE_STRIDE] = this.freeRow;
    this.freeRow = row;
  }
}
