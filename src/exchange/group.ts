import { ANY4, ANY6, compareIp, type Ip } from '../addr/ip.ts';
import type { Time } from '../addr/time.ts';
import type { Ends, ExchangeGroup, Sizes } from './correlation.ts';
import type { Examples } from './examples.ts';
import type { Exchange, Protocol } from './exchange.ts';
import { type GroupStore, type ToldGroup, WITH_ADDRESS, WITH_SOURCE } from './group-store.ts';
import type { Timeline } from './timeline.ts';

/** Exchanges kept of a group. */
export const EXAMPLES = 4;

/** Exchanges that are alike, counted, and some of them kept. */
export interface Folded {
  readonly store: GroupStore;
  readonly examples: Examples;
  readonly timeline: Timeline;
}

/** A group of a fold that is over. Of most groups little is asked, so what they are is worked out when it is. */
export class FoldedGroup implements ExchangeGroup {
  readonly count: number;
  readonly shape: number | null;
  readonly #fold: Folded;
  readonly #number: number;
  readonly #firstNs: number;
  /** Numbers of its examples, the one told first first. */
  readonly #kept: readonly number[];
  #told: ToldGroup | null = null;
  #examples: readonly Exchange[] | null = null;

  constructor(fold: Folded, number: number) {
    const { store, examples } = fold;
    const kept = examples.upTo(store.newestExample(number));
    this.#fold = fold;
    this.#number = number;
    this.#firstNs = store.firstOf(number);
    this.#kept = kept.length > 1 ? examples.byTime(kept).slice(0, EXAMPLES) : kept;
    this.count = store.countOf(number);
    this.shape = examples.shape(this.#kept[0]);
  }

  get protocol(): Protocol {
    return this.#fold.examples.protocol(this.#kept[0]);
  }

  get src(): Ip | null {
    return (this.told.detail & WITH_SOURCE) === 0 ? null : this.#fold.examples.src(this.#kept[0]);
  }

  get dst(): Ip {
    const { detail, family } = this.told;
    if ((detail & WITH_ADDRESS) === 0) return family === 4 ? ANY4 : ANY6;
    return this.#fold.examples.dst(this.#kept[0]);
  }

  get dstPort(): number | null {
    return this.told.port;
  }

  get sourcePort(): number | null {
    return this.told.sourcePort;
  }

  get sizes(): Sizes {
    return this.told.sizes;
  }

  get ends(): Ends {
    const { examples } = this.#fold;
    return { src: examples.src(this.#kept[0]), dst: examples.dst(this.#kept[0]) };
  }

  get first(): Time {
    return this.#fold.timeline.timeOf(this.#firstNs);
  }

  get last(): Time {
    return this.#fold.timeline.timeOf(this.told.last);
  }

  get examples(): readonly Exchange[] {
    this.#examples ??= this.#kept.map((number) => this.#fold.examples.exchange(number));
    return this.#examples;
  }

  private get told(): ToldGroup {
    this.#told ??= this.#fold.store.told(this.#number);
    return this.#told;
  }

  static byTime(a: FoldedGroup, b: FoldedGroup): number {
    return a.#firstNs - b.#firstNs || a.differsFrom(b);
  }

  private differsFrom(other: FoldedGroup): number {
    const [{ src, dst }, { src: otherSrc, dst: otherDst }] = [this, other];
    return (
      compareIp(dst, otherDst) ||
      (src && otherSrc ? compareIp(src, otherSrc) : Number(src === null) - Number(otherSrc === null)) ||
      (this.dstPort ?? 0) - (other.dstPort ?? 0) ||
      this.told.sigLow - other.told.sigLow
    );
  }
}
