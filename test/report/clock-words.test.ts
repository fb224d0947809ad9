import { expect, test } from 'vitest';
import { clockWords } from '../../src/report/clock-words.ts';

test.each([
  [-3e3, 5e3, 'B is between 3 us behind and 5 us ahead of A (measured from packets seen on both)'],
  [0, 5e3, 'B is at most 5 us ahead of A (measured from packets seen on both)'],
  [-5e3, 0.2, 'B is at most 5 us behind A (measured from packets seen on both)'],
  [0, 0, 'B and A have the same time (measured from packets seen on both)'],
  [2e9, 3e9, 'B is between 2.00 s and 3.00 s ahead of A (measured from packets seen on both)'],
])('an offset of %d to %d ns', (lowNs, highNs, words) => {
  const offset = { host: 'B', relativeTo: 'A', lowNs, highNs, driftPpm: 0, basis: 'measured' } as const;
  expect(clockWords(offset)).toBe(words);
});
