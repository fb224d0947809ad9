import type { Counter, CounterReading } from '../host-state.ts';
import type { CounterListing } from './told.ts';

/**
 * Counters before and after: by the names of files or headings, else by values, since counters only grow. One listing alone
 * is the later one; of several, the first and the last.
 */
export function mergeCounters(listings: readonly CounterListing[]): ReadonlyMap<string, Counter> {
  const inOrder = [...listings].sort(byMoment);
  const after = inOrder.at(-1);
  const before = inOrder.length > 1 ? inOrder[0] : undefined;
  const merged = new Map<string, Counter>();
  for (const [name, reading] of after?.counters ?? [])
    merged.set(name, { before: before?.counters.get(name) ?? null, after: reading });
  return merged;
}

const ORDER = { before: 0, unknown: 1, after: 2 };

function byMoment(a: CounterListing, b: CounterListing): number {
  const named = ORDER[a.moment ?? 'unknown'] - ORDER[b.moment ?? 'unknown'];
  return named || growth(b.counters, a.counters);
}

/** Negative: the first came earlier, as more of what both count grew from it to the second. */
function growth(
  later: ReadonlyMap<string, CounterReading>,
  earlier: ReadonlyMap<string, CounterReading>,
): number {
  let sign = 0;
  for (const [name, { value }] of later) {
    const other = earlier.get(name);
    if (other) sign += Math.sign(other.value - value);
  }
  return sign;
}
