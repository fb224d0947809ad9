import type { Ip } from '../addr/ip.ts';
import type { Entries } from './entry.ts';
import { EntryExamples } from './entry-examples.ts';
import type { Exchange, Protocol } from './exchange.ts';
import type { Kept } from './kept.ts';
import type { Names } from './materialise.ts';
import { PlainExamples } from './plain-examples.ts';
import type { PlainExchanges } from './plain-exchanges.ts';
import { NONE } from './pool.ts';
import type { Timeline } from './timeline.ts';

/** Number of the first entry that is kept, of the second the one below, and so on; plain ones are numbered from 0 up. */
const FIRST_ENTRY = NONE - 1;

/**
 * Closed exchanges that are kept as examples of their groups: copied as flat words, and made into objects when somebody
 * looks at them. Most of them nobody does, and a capture of many hosts has thousands.
 */
export class Examples {
  private readonly entries: EntryExamples;
  private readonly plain: PlainExamples | null;

  /** @param plain those that the code of the shortcut keeps */
  constructor(names: Names, timeline: Timeline, plain: PlainExchanges | null) {
    this.entries = new EntryExamples(names, timeline);
    this.plain = plain && new PlainExamples(plain, names, timeline);
  }

  /**
   * Keeps a closed exchange; its number.
   * @param older the one of the same group that was kept before; NONE for its first
   */
  keep(from: Entries, entry: number, older: number): number {
    return FIRST_ENTRY - this.entries.keep(from, entry, older);
  }

  /** All of a group, the first one first. */
  upTo(newest: number): number[] {
    const numbers = [newest];
    for (let number = this.older(newest); number !== NONE; number = this.older(number)) numbers.push(number);
    return numbers.length > 1 ? numbers.reverse() : numbers;
  }

  /** Those of two groups are one group's, the newest of which is the first one's. */
  join(newest: number, others: number): void {
    let oldest = newest;
    for (let number = newest; number !== NONE; number = this.older(number)) oldest = number;
    this.of(oldest).follow(placeOf(oldest), others);
  }

  /** By their first sighting, as it is told: to the nanosecond. */
  byTime(numbers: readonly number[]): number[] {
    const first = (number: number) => Math.round(this.of(number).firstTime(placeOf(number)));
    return [...numbers].sort((a, b) => first(a) - first(b));
  }

  protocol(number: number): Protocol {
    return this.of(number).protocol(placeOf(number));
  }

  src(number: number): Ip {
    return this.of(number).src(placeOf(number));
  }

  dst(number: number): Ip {
    return this.of(number).dst(placeOf(number));
  }

  shape(number: number): number | null {
    return this.of(number).shape(placeOf(number));
  }

  exchange(number: number): Exchange {
    return this.of(number).exchange(placeOf(number));
  }

  private older(number: number): number {
    return this.of(number).older(placeOf(number));
  }

  private of(number: number): Kept {
    return number < 0 || this.plain === null ? this.entries : this.plain;
  }
}

/** Among those of its sort. */
function placeOf(number: number): number {
  return number < 0 ? FIRST_ENTRY - number : number;
}
