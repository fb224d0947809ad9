import { describe, expect, it } from 'vitest';
import { verdictWords } from '../../src/report/counts-words.ts';
import { analysis, finding } from './fixture.ts';

const words = (failed: number, undecided: number) =>
  verdictWords(
    analysis({
      diagnoses: [{ finding: finding(), causes: [], remedies: [], sentence: 's' }],
      exchanges: { total: 9, answered: 9 - failed - undecided, failed, undecided },
    }),
  );

describe('the figures of a verdict with an error', () => {
  it.each([
    [2, 0, '2 of 9 exchanges failed.'],
    [2, 1, '2 of 9 exchanges failed, 1 undecided.'],
    [0, 3, '3 of 9 exchanges undecided.'],
    [0, 0, '9 of 9 exchanges answered in the end.'],
  ])('are of %i that failed and %i undecided', (failed, undecided, text) => {
    expect(words(failed, undecided)).toMatch(new RegExp(`, ${text}$`));
  });
});
