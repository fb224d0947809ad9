import type { Ip } from '../addr/ip.ts';
import { enlarged } from './batch.ts';
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
import type { Exchange, Protocol } from './exchange.ts';
import { askedOf, exchangeOf, originatorOf, protocolOf } from './exchange-of.ts';
import type { Kept } from './kept.ts';
import { R_NEXT, R_WIDE, STRIDE, WIDE_STRIDE } from './layout.ts';
import type { Names } from './materialise.ts';
import { NONE } from './pool.ts';
import { Shapes } from './shape.ts';
import type { Timeline } from './timeline.ts';

/** Room for so many is made with the first one: growing costs more than memory that is never touched. */
const FIRST_EXAMPLES = 4096;
const FIRST_ROWS = 64;
const ADDRESS_WORDS = 4;

/** Entries of the table that are kept as examples: copied with their sightings. */
export class EntryExamples implements Entries, Kept {
  words = new Int32Array(0);
  readonly pool = new ExampleSlots();
  private doubles = new Float64Array(0);
  private olders = new Int32Array(0);
  private count = 0;
  private readonly shapes = new Shapes();
  private readonly names: Names;
  private readonly timeline: Timeline;

  constructor(names: Names, timeline: Timeline) {
    this.names = names;
    this.timeline = timeline;
  }

  /** Its place here. */
  keep(from: Entries, entry: number, older: number): number {
    if (this.count * ENTRY === this.words.length) this.grow();
    const number = this.count++;
    const at = number * ENTRY;
    const { words, pool } = this;
    for (let i = 0; i < ENTRY; i++) words[at + i] = from.words[entry * ENTRY + i];
    words[at + E_ORIGINATOR_WIDE] = pool.keepAddress(from.pool, words[at + E_ORIGINATOR_WIDE]);
    words[at + E_ASKED_WIDE] = pool.keepAddress(from.pool, words[at + E_ASKED_WIDE]);
    this.keepSlots(from, at);
    this.olders[number] = older;
    return number;
  }

  protocol(number: number): Protocol {
    return protocolOf(this, number);
  }

  src(number: number): Ip {
    return originatorOf(this, number);
  }

  dst(number: number): Ip {
    return askedOf(this, number);
  }

  shape(number: number): number | null {
    return this.shapes.of(this, number);
  }

  exchange(number: number): Exchange {
    return exchangeOf(this, number, this.names, this.timeline);
  }

  older(number: number): number {
    return this.olders[number];
  }

  follow(number: number, older: number): void {
    this.olders[number] = older;
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
    const room = Math.max(FIRST_EXAMPLES, this.olders.length * 2);
    this.words = enlarged(this.words, room * ENTRY);
    this.olders = enlarged(this.olders, room);
    this.doubles = new Float64Array(this.words.buffer);
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
