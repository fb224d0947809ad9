import type { ExchangeGroup } from './correlation.ts';
import { type Folded, FoldedGroup } from './group.ts';

/** A group of at most this many exchanges goes into the widened group beside it: it is part of the flood. */
const FEW = 3;

/** The groups as a report wants them: floods gathered, by time. To be called once, after the last exchange. */
export function finished(folds: readonly Folded[]): ExchangeGroup[] {
  return folds.flatMap(gathered).sort(FoldedGroup.byTime);
}

function gathered(fold: Folded): FoldedGroup[] {
  const { store, examples } = fold;
  const left: number[] = [];
  for (let number = 0; number < store.size; number++) {
    const target = store.countOf(number) <= FEW ? store.widerThan(number) : -1;
    if (target < 0) left.push(number);
    else {
      examples.join(store.newestExample(number), store.newestExample(target));
      store.absorb(target, number);
    }
  }
  return left.map((number) => new FoldedGroup(fold, number));
}
