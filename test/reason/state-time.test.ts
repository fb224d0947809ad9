import { describe, expect, it } from 'vitest';
import type { CauseKind } from '../../src/reason/cause.ts';
import { withStateTime } from '../../src/reason/state-time.ts';
import { at, cause, finding } from '../report/fixture.ts';

function told(kind: CauseKind, failed: 'after' | 'before') {
  const one = finding({ kind: 'unanswered', distinction: { kind: 'time', failed, moment: at(0) } });
  const [{ confidence, notes }] = withStateTime([cause({ kind, confidence: 'certain', notes: [] })], one);
  return [confidence, ...notes.map((note) => note.slice(0, note.indexOf(',')))];
}

describe('what worked before, or works since', () => {
  it('was changed in between, and which of the two times the state is of is not known', () => {
    expect(told('rp-filter-strict', 'after')).toEqual(['likely', 'it worked before']);
    expect(told('listen-queue-full', 'before')).toEqual(['likely', 'it works since']);
    const [{ notes }] = withStateTime(
      [cause()],
      finding({ kind: 'unanswered', distinction: { kind: 'time', failed: 'after', moment: at(0) } }),
    );
    expect(notes.at(-1)).toContain('so something was changed in between');
  });

  it('may have filled a queue, which the state shows', () => {
    expect(told('listen-queue-full', 'after')).toEqual(['certain', 'it worked before']);
  });
});
