import { grown, type SightingBatch } from './batch.ts';
import { R_NEXT, R_WIDE, STRIDE, WIDE_STRIDE } from './layout.ts';

/** Memory that nobody has touched costs nothing; to grow costs a copy, and work for the collector of garbage. */
const FIRST_SLOTS = 1 << 15;
const FIRST_ROWS = 64;

/** No slot. */
export const NONE = -1;

/** Slots that belong to each entry of the table: most exchanges are one request and one reply, seen by one host or two. */
export const OWN_SLOTS = 4;

/** The slots that belong to entries, copied. */
export interface OwnSlots {
  readonly words: Int32Array;
  readonly times: Float64Array;
}

/**
 * The sightings of open exchanges: flat, linked by slot numbers. The first few of an exchange lie at the place that belongs
 * to its entry, so that they come and go in the order of the entries; what comes beyond is taken from the slots behind
 * those, freed last first, because they are still in the processor's cache.
 */
export class SightingPool {
  words: Int32Array<ArrayBuffer>;
  wide = new Int32Array(FIRST_ROWS * WIDE_STRIDE);
  /** By slot: time on the reference clock, nanoseconds since the analysis began. */
  times: Float64Array<ArrayBuffer>;
  /** Slots below belong to entries. Memory that no entry has touched yet costs nothing. */
  private readonly own: number;
  /** Entries that the table has room for now: none beyond has used its slots. */
  reached = 0;
  private free = NONE;
  private used: number;
  private freeRow = NONE;
  private usedRows = 0;

  /** @param entries the most that the table will ever have room for */
  constructor(entries: number) {
    this.own = entries * OWN_SLOTS;
    this.used = this.own;
    this.words = new Int32Array((this.own + FIRST_SLOTS) * STRIDE);
    this.times = new Float64Array(this.own + FIRST_SLOTS);
  }

  /** Copies a record out of its batch to a slot that belongs to the entry, or else to a free one. */
  take(batch: SightingBatch, from: number, time: number, own: number): number {
    const slot = own === NONE ? this.freeSlot() : own;
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
      if (slot >= this.own) {
        words[at + R_NEXT] = this.free;
        this.free = slot;
      }
      slot = next;
    }
  }

  /** Moves a sighting, with its successor, to a free slot; the new number. */
  moveOut(from: number): number {
    const to = this.freeSlot();
    this.words.copyWithin(to * STRIDE, from * STRIDE, (from + 1) * STRIDE);
    this.times[to] = this.times[from];
    return to;
  }

  /** A copy of the slots that belong to entries, for `putBack` while these change places. */
  owned(): OwnSlots {
    const slots = this.reached * OWN_SLOTS;
    return { words: this.words.slice(0, slots * STRIDE), times: this.times.slice(0, slots) };
  }

  /** What belonged to one entry when the copy was made belongs to another from now on. */
  putBack({ words, times }: OwnSlots, from: number, to: number): void {
    const [source, target] = [from * OWN_SLOTS, to * OWN_SLOTS];
    this.words.set(words.subarray(source * STRIDE, (source + OWN_SLOTS) * STRIDE), target * STRIDE);
    this.times.set(times.subarray(source, source + OWN_SLOTS), target);
    for (let i = 1; i < OWN_SLOTS; i++) {
      const next = (target + i - 1) * STRIDE + R_NEXT;
      if (this.words[next] === source + i) this.words[next] = target + i;
    }
  }

  /** For a sighting that the caller fills in: the words and times may have moved. */
  freeSlot(): number {
    const slot = this.free;
    if (slot !== NONE) {
      this.free = this.words[slot * STRIDE + R_NEXT];
      return slot;
    }
    if (this.used * STRIDE === this.words.length) this.grow();
    return this.used++;
  }

  private grow(): void {
    const slots = this.own + (this.used - this.own) * 2;
    const words = new Int32Array(slots * STRIDE);
    const times = new Float64Array(slots);
    for (const [from, to] of [
      [0, this.reached * OWN_SLOTS],
      [this.own, this.used],
    ]) {
      words.set(this.words.subarray(from * STRIDE, to * STRIDE), from * STRIDE);
      times.set(this.times.subarray(from, to), from);
    }
    this.words = words;
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
