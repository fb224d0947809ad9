import { R_WIDE, STRIDE, WIDE_STRIDE } from './layout.ts';

const FIRST_RECORDS = 256;
const FIRST_ROWS = 16;

/** Followed packets of one capture in the order of the file, or of several of one host in the order of time. See `layout.ts`. */
export class SightingBatch {
  words: Int32Array<ArrayBuffer>;
  wide: Int32Array<ArrayBuffer>;
  count = 0;
  rows = 0;

  constructor(
    words = new Int32Array(FIRST_RECORDS * STRIDE),
    wide = new Int32Array(FIRST_ROWS * WIDE_STRIDE),
  ) {
    this.words = words;
    this.wide = wide;
  }

  clear(): void {
    this.count = 0;
    this.rows = 0;
  }

  /** Index of the first word of a new record. */
  addRecord(): number {
    const at = this.count * STRIDE;
    if (at === this.words.length) this.words = grown(this.words);
    this.count++;
    return at;
  }

  /** Copies whole records without wide rows. */
  addRecords(words: Int32Array): void {
    const at = this.count * STRIDE;
    const needed = at + words.length;
    if (needed > this.words.length)
      this.words = enlarged(this.words, Math.max(needed, this.words.length * 2));
    this.words.set(words, at);
    this.count += words.length / STRIDE;
  }

  /** Index of the first word of a new wide row, whose words are stale. */
  addRow(): number {
    const at = this.rows * WIDE_STRIDE;
    if (at === this.wide.length) this.wide = grown(this.wide);
    this.rows++;
    return at;
  }

  /** Copies the records of another batch from the word `from` on and before `end`, with their wide rows. */
  appendAll(other: SightingBatch, from: number, end: number): void {
    if (other.rows === 0) this.addRecords(other.words.subarray(from, end));
    else for (let at = from; at < end; at += STRIDE) this.append(other, at);
  }

  private append(other: SightingBatch, from: number): void {
    const to = this.addRecord();
    for (let i = 0; i < STRIDE; i++) this.words[to + i] = other.words[from + i];
    if (other.words[from + R_WIDE] === 0) return;
    const wideFrom = (other.words[from + R_WIDE] - 1) * WIDE_STRIDE;
    const wideTo = this.addRow();
    for (let i = 0; i < WIDE_STRIDE; i++) this.wide[wideTo + i] = other.wide[wideFrom + i];
    this.words[to + R_WIDE] = this.rows;
  }
}

export function grown(words: Int32Array): Int32Array<ArrayBuffer> {
  return enlarged(words, words.length * 2);
}

/** A copy with room for so many words. */
export function enlarged(words: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(words);
  return larger;
}
