import {
  D_FIRST,
  D_LAST,
  DOUBLES,
  E_ASKED_WIDE,
  E_FIRST,
  E_LAST,
  E_ORIGINATOR_WIDE,
  E_PROBE,
  ENTRY,
  type Entries,
  type Slots,
} from './entry.ts';
import type { Exchange } from './exchange.ts';
import { exchangeOf } from './exchange-of.ts';
import { R_NEXT, R_WIDE, STRIDE, WIDE_STRIDE } from './layout.ts';
import type { Names } from './materialise.ts';
import { NONE } from './pool.ts';
import type { Timeline } from './timeline.ts';

/** Room for so many is made with the first one: growing costs more than memory that is never touched. */
const FIRST_EXAMPLES = 2048;
const FIRST_ROWS = 256;
const ADDRESS_WORDS = 4;

/**
 * Closed exchanges that are kept as examples of their groups: copied as flat words, and made into objects when somebody
 * looks at them. Most of them nobody does, and a capture of many hosts has thousands.
 */
export class Examples implements Entries {
  words = new Int32Array(0);
  readonly pool = new ExampleSlots();
  private doubles = new Float64Array(0);
  /** By example: the one of the same group that was kept before it. */
  private older = new Int32Array(0);
  private count = 0;
  private readonly names: Names;
  private readonly timeline: Timeline;

  constructor(names: Names, timeline: Timeline) {
    this.names = names;
    this.timeline = timeline;
  }

  /**
   * Copies a closed exchange; its number here.
   * @param older the one of the same group that was kept before; NONE for its first
   */
  keep(from: Entries, entry: number, older: number): number {
    if (this.count * ENTRY === this.words.length) this.grow();
    const number = this.count++;
    const at = number * ENTRY;
    const { words, pool } = this;
    this.older[number] = older;
    for (let i = 0; i < ENTRY; i++) words[at + i] = from.words[entry * ENTRY + i];
    words[at + E_ORIGINATOR_WIDE] = pool.keepAddress(from.pool, words[at + E_ORIGINATOR_WIDE]);
    words[at + E_ASKED_WIDE] = pool.keepAddress(from.pool, words[at + E_ASKED_WIDE]);
    this.keepSlots(from, at);
    return number;
  }

  /** All of a group, the first one first. */
  upTo(newest: number): number[] {
    const numbers = [newest];
    for (let number = this.older[newest]; number !== NONE; number = this.older[number]) numbers.push(number);
    return numbers.length > 1 ? numbers.reverse() : numbers;
  }

  /** Those of two groups are one group's, the newest of which is the first one's. */
  join(newest: number, others: number): void {
    let oldest = newest;
    while (this.older[oldest] !== NONE) oldest = this.older[oldest];
    this.older[oldest] = others;
  }

  /** By their first sighting, as it is told: to the nanosecond. */
  byTime(numbers: readonly number[]): number[] {
    const first = (number: number) => Math.round(this.firstTime(number));
    return [...numbers].sort((a, b) => first(a) - first(b));
  }

  exchange(number: number): Exchange {
    return exchangeOf(this, number, this.names, this.timeline);
  }

  firstTime(number: number): number {
    return this.doubles[number * DOUBLES + D_FIRST];
  }

  lastTime(number: number): number {
    return this.doubles[number * DOUBLES + D_LAST];
  }

  /** The entry's words still tell the slots it was copied from. */
  private keepSlots(from: Entries, at: number): void {
    const { words, pool } = this;
    const probe = words[at + E_PROBE];
    let last = NONE;
    for (let slot = words[at + E_FIRST]; slot !== NONE; slot = from.pool.words[slot * STRIDE + R_NEXT]) {
      const kept = pool.keep(from.pool, slot);
      if (last === NONE) words[at + E_FIRST] = kept;
      else pool.words[last * STRIDE + R_NEXT] = kept;
      if (slot === probe) words[at + E_PROBE] = kept;
      last = kept;
    }
    words[at + E_LAST] = last;
  }

  private grow(): void {
    const room = Math.max(FIRST_EXAMPLES, this.older.length * 2);
    this.words = enlarged(this.words, room * ENTRY);
    this.doubles = new Float64Array(this.words.buffer);
    this.older = enlarged(this.older, room);
  }
}

/** The sightings of examples. */
class ExampleSlots implements Slots {
  words = new Int32Array(0);
  times = new Float64Array(0);
  wide = new Int32Array(0);
  private slots = 0;
  private rows = 0;

  /** Copies a sighting, without its successor. */
  keep(from: Slots, slot: number): number {
    if (this.slots === this.times.length) this.grow();
    const kept = this.slots++;
    const to = kept * STRIDE;
    const at = slot * STRIDE;
    for (let i = 0; i < R_NEXT; i++) this.words[to + i] = from.words[at + i];
    const row = from.words[at + R_WIDE];
    if (row !== 0)
      this.words[to + R_WIDE] = 1 + this.keepRow(from.wide, (row - 1) * WIDE_STRIDE, WIDE_STRIDE);
    this.words[to + R_NEXT] = NONE;
    this.times[kept] = from.times[slot];
    return kept;
  }

  /** @param at first word of an IPv6 address; NONE for IPv4, and then the answer is NONE, too */
  keepAddress({ wide }: Slots, at: number): number {
    return at < 0 ? NONE : this.keepRow(wide, at, ADDRESS_WORDS) * WIDE_STRIDE;
  }

  /** The number of the new row, of which so many words are told. */
  private keepRow(wide: Int32Array, at: number, words: number): number {
    if ((this.rows + 1) * WIDE_STRIDE > this.wide.length)
      this.wide = enlarged(this.wide, Math.max(FIRST_ROWS * WIDE_STRIDE, this.wide.length * 2));
    const row = this.rows++;
    for (let i = 0; i < words; i++) this.wide[row * WIDE_STRIDE + i] = wide[at + i];
    return row;
  }

  private grow(): void {
    const room = Math.max(FIRST_EXAMPLES * 2, this.times.length * 2);
    this.words = enlarged(this.words, room * STRIDE);
    const times = new Float64Array(room);
    times.set(this.times);
    this.times = times;
  }
}

function enlarged(words: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(words);
  return larger;
}
