import type { QueryProblem } from '../linux/route-query.ts';

/** What is wrong with a lookup's words, in one line. */
export function queryProblemWords({ word, expected }: QueryProblem): string {
  return word === '' ? `an address is missing: expected ${expected}` : `'${word}': expected ${expected}`;
}
