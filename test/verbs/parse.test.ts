import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/verbs/nearest.ts';
import * as parse from '../../src/verbs/parse-option.ts';
import { parseTime } from '../../src/verbs/parse-time.ts';

describe('a time', () => {
  it.each([
    ['2026-11-23T14:07:02Z', 1795442822, 0],
    ['2026-11-23 14:07:02', 1795442822, 0],
    ['2026-11-23T14:07', 1795442820, 0],
    ['2026-11-23T14:07:02.118204001Z', 1795442822, 118204001],
    ['2026-11-23T15:07:02.5+01:00', 1795442822, 500000000],
    ['@1795442822.25', 1795442822, 250000000],
  ])('%s', (text, seconds, nanos) => {
    expect(parseTime(text, false)).toEqual({ seconds, nanos });
  });

  it.each(['', 'noon', '14:07:02', '2026-11-23', '2026-02-30T00:00:00Z', '2026-11-23T25:00:00Z', '@'])(
    'not %j',
    (text) => {
      expect(parseTime(text, false)).toBeUndefined();
    },
  );
});

describe('option values', () => {
  it('clock: repeated, with a sign', () => {
    const first = parse.clock('A=-3600', undefined);
    expect(parse.clock('B=+0.5', first)).toEqual(
      new Map([
        ['A', -3600],
        ['B', 0.5],
      ]),
    );
    expect(parse.clock('none', first)).toBe('none');
  });

  it('protocol: repeated, all of them', () => {
    expect(parse.protocols('udp', parse.protocols('icmp,tcp'))).toEqual(new Set(['icmp', 'tcp', 'udp']));
  });

  it('between: addresses and networks of both families', () => {
    expect(parse.between('10.2.0.100/24').map((one) => one.length)).toEqual([24]);
    expect(parse.between('fd00::1,10.0.0.0/8').map((one) => one.length)).toEqual([128, 8]);
    expect(() => parse.between('default')).toThrow();
    expect(() => parse.between('10.0.0.0/33')).toThrow();
  });
});

it('the nearest names come first', () => {
  expect(nearest('no-rout', ['no-route', 'route-refuses', 'other-route-wins'])[0]).toBe('no-route');
  expect(nearest('qqqqqqq', ['no-route'])).toEqual([]);
});
