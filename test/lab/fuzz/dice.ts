import { Random } from '../../bench/random.ts';

/** Draws that are the same for the same seed. */
export class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** 0 to limit - 1. */
  below(limit: number): number {
    return this.#random.below(limit);
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** True in so many of a hundred throws. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  /** `text` in so many of a hundred throws, else nothing: an optional part of a command. */
  maybe(percent: number, text: () => string): string {
    return this.chance(percent) ? ` ${text()}` : '';
  }

  /** As many as thrown between the two, each made anew. */
  some<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: this.between(least, most) }, make);
  }
}
