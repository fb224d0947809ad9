import { ANY4, ANY6, compareIp, type Ip } from '../addr/ip.ts';
import type { Time } from '../addr/time.ts';
import type { ExchangeGroup, Sizes } from './correlation.ts';
import type { Examples } from './examples.ts';
import type { Exchange, Protocol } from './exchange.ts';
import { askedOf, originatorOf, protocolOf } from './exchange-of.ts';
import { type GroupStore, WITH_ADDRESS, WITH_SOURCE } from './group-store.ts';
import { shapeOf } from './shape.ts';
import type { Timeline } from './timeline.ts';

/** A group of at most this many exchanges goes into the widened group beside it: it is part of the flood. */
const FEW = 3;
export const EXAMPLES = 4;

/** Exchanges that are alike, counted, and some of them kept. */
export interface Folded {
  readonly store: GroupStore;
  readonly examples: Examples;
}

/** The groups as a report wants them: floods gathered, by time. To be called once, after the last exchange. */
export function finished(folds: readonly Folded[], timeline: Timeline): ExchangeGroup[] {
  return folds.flatMap((fold) => gathered(fold, timeline)).sort(FoldedGroup.byTime);
}

function gathered(fold: Folded, timeline: Timeline): FoldedGroup[] {
  const { store, examples } = fold;
  const left: number[] = [];
  const mixed = new Set<number>();
  for (let number = 0; number < store.size; number++) {
    const target = store.countOf(number) <= FEW ? store.widerThan(number) : -1;
    if (target < 0) left.push(number);
    else {
      examples.join(store.newestExample(number), store.newestExample(target));
      store.absorb(target, number);
      mixed.add(target);
    }
  }
  return left.map((number) => new FoldedGroup(fold, number, mixed.has(number), timeline));
}

/** Its examples are made when they are asked for. */
class FoldedGroup implements ExchangeGroup {
  readonly protocol: Protocol;
  readonly src: Ip | null;
  readonly dst: Ip;
  readonly dstPort: number | null;
  readonly sourcePort: number | null;
  readonly sizes: Sizes;
  readonly count: number;
  readonly first: Time;
  readonly last: Time;
  readonly shape: number | null;
  readonly #fold: Folded;
  readonly #firstNs: number;
  readonly #sigLow: number;
  /** Numbers of its examples. */
  readonly #kept: readonly number[];
  #examples: readonly Exchange[] | null = null;

  constructor(fold: Folded, number: number, mixed: boolean, timeline: Timeline) {
    const { store, examples } = fold;
    const told = store.told(number);
    const kept = examples.upTo(store.newestExample(number));
    this.protocol = protocolOf(examples, kept[0]);
    this.src = (told.detail & WITH_SOURCE) !== 0 ? originatorOf(examples, kept[0]) : null;
    this.dst =
      (told.detail & WITH_ADDRESS) !== 0 ? askedOf(examples, kept[0]) : told.family === 4 ? ANY4 : ANY6;
    this.dstPort = told.port;
    this.sourcePort = told.sourcePort;
    this.sizes = told.sizes;
    this.count = told.count;
    this.first = timeline.timeOf(told.first);
    this.last = timeline.timeOf(told.last);
    this.#fold = fold;
    this.#firstNs = told.first;
    this.#sigLow = told.sigLow;
    this.#kept = mixed ? examples.byTime(kept).slice(0, EXAMPLES) : kept;
    this.shape = shapeOf(examples, this.#kept[0]);
  }

  get examples(): readonly Exchange[] {
    this.#examples ??= this.#kept.map((number) => this.#fold.examples.exchange(number));
    return this.#examples;
  }

  static byTime(a: FoldedGroup, b: FoldedGroup): number {
    return (
      a.#firstNs - b.#firstNs ||
      compareIp(a.dst, b.dst) ||
      (a.src && b.src ? compareIp(a.src, b.src) : Number(a.src === null) - Number(b.src === null)) ||
      (a.dstPort ?? 0) - (b.dstPort ?? 0) ||
      a.#sigLow - b.#sigLow
    );
  }
}
