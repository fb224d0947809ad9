import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { verdictOf } from '../../src/reason/verdict.ts';
import { finding } from '../report/fixture.ts';

const astray = (success: Finding['success']) => ({
  finding: finding({ level: 'warning', success }),
  causes: [],
});

describe('the verdict on replies that took another way', () => {
  it('is that nothing failed, where they are seen to have come home', () => {
    const { sentence } = verdictOf([astray('yes')], { total: 3, answered: 3, undecided: 0 });
    expect(sentence).toBe('nothing failed; some packets took a way that a filter would break');
  });

  it('claims no success that nobody saw', () => {
    const verdict = verdictOf([astray('yes'), astray('open')], { total: 3, answered: 1, undecided: 2 });
    expect(verdict).toEqual({
      party: 'none',
      host: null,
      sentence:
        'no failure is seen, but some packets took a way that a filter would break; whether the replies came home is not seen',
    });
  });
});
