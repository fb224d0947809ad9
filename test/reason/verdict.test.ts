import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import type { CauseKind } from '../../src/reason/cause.ts';
import { causeOf } from '../../src/reason/draft.ts';
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

describe('the verdict on requests that were all answered', () => {
  const all = { total: 2, answered: 2, undecided: 0 };

  it('is that nothing is wrong', () => {
    expect(verdictOf([], all).sentence).toBe('nothing is wrong: every request was answered the way it came');
  });

  it('claims no way that nobody saw', () => {
    expect(verdictOf([], { ...all, wayUnseen: true }).sentence).toBe(
      'nothing failed: every request was answered; by which interface some of the replies left is not seen',
    );
  });
});

describe('the verdict on captures of SYNs alone', () => {
  it('says why nothing is known', () => {
    const none = { total: 2, answered: 0, undecided: 2, synOnly: ['B', 'A'] };
    expect(verdictOf([], none).sentence).toBe(
      'no failure is seen, but no answer either: of TCP the captures of B and A seem to hold SYNs only',
    );
  });
});

describe('the verdict on a fault of a host and what the network made of it', () => {
  const error = (...causes: [CauseKind, string | null, 'certain' | 'likely'][]) => ({
    finding: finding({ kind: 'rejected', level: 'error' }),
    causes: causes.map(([kind, host, confidence]) => causeOf({ kind, host, confidence, sentence: '' })),
  });
  const all = { total: 1, answered: 0, undecided: 0 };
  const silent = error(['next-hop-unresolved', 'B', 'certain'], ['rejected-by-network', null, 'likely']);

  it('is as sure as the fault', () => {
    expect(verdictOf([silent], all)).toMatchObject({
      party: 'host',
      host: 'B',
      sentence: 'the network is not the problem. B is',
    });
  });

  it('is less sure where another failure is of the network alone', () => {
    const other = error(['rejected-by-network', null, 'likely']);
    expect(verdictOf([silent, other], all).sentence).toMatch(/^the network is probably not the problem/);
    expect(verdictOf([other], all).party).toBe('network');
  });

  it('clears neither where each has a failure of its own', () => {
    const prohibited = error(['rejected-by-network', null, 'certain']);
    const closed = error(['port-closed', 'B', 'certain']);
    expect(verdictOf([prohibited, closed], all)).toEqual({
      party: 'network',
      host: null,
      sentence: 'the network between the hosts did not do its part, and neither did B',
    });
    expect(verdictOf([closed, prohibited], all)).toEqual({
      party: 'host',
      host: 'B',
      sentence: 'B did not do its part, and neither did the network between the hosts',
    });
    const probably = error(['port-closed', 'B', 'likely']);
    expect(verdictOf([prohibited, probably], all).sentence).toMatch(
      /^the network between the hosts probably/,
    );
  });
});

describe('the verdict on replies that no capture had to show', () => {
  const likely = (success: Finding['success']) => ({
    finding: finding({ kind: 'no-reply-seen', success }),
    causes: [causeOf({ kind: 'default-route-only', host: 'B', confidence: 'likely', sentence: '' })],
  });
  const all = { total: 1, answered: 0, undecided: 1 };
  const blamed = 'the network is probably not the problem. B probably is';

  it('blames a host only if none came home', () => {
    const sentence = `whether replies came home is not seen; if not, ${blamed}`;
    expect(verdictOf([likely('open')], all)).toEqual({ party: 'host', host: 'B', sentence });
    expect(verdictOf([likely('open'), likely('no')], all).sentence).toBe(blamed);
  });
});
