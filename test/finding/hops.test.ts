import { describe, expect, it } from 'vitest';
import { nearestByTtl } from '../../src/finding/hops.ts';
import { sighting } from '../report/fixture.ts';

const at = (host: string, ttl: number, direction: 'in' | 'out' | 'unknown' = 'unknown') =>
  sighting({ host, ttl, direction });

const ends = (...seen: ReturnType<typeof at>[]) => [
  nearestByTtl(seen, 'sender'),
  nearestByTtl(seen, 'receiver'),
];

describe('the TTL', () => {
  it('tells which host is nearer to whom', () => {
    expect(ends(at('A', 64), at('B', 62), at('C', 63))).toEqual(['A', 'B']);
  });

  it('tells nothing of one host alone, nor where no router counts', () => {
    expect(ends(at('A', 64))).toEqual([null, null]);
    expect(ends(at('A', 64), at('B', 64))).toEqual([null, null]);
  });

  it('tells nothing of an end that two hosts are equally near to', () => {
    expect(ends(at('A', 64), at('B', 64), at('C', 63))).toEqual([null, 'C']);
  });

  it('shows that a host passed the packet on', () => {
    expect(ends(at('A', 64), at('R', 64), at('R', 63))).toEqual(['A', null]);
    expect(ends(at('R', 64), at('R', 63), at('B', 63))).toEqual([null, 'B']);
  });

  it('says nothing of a host whose direction is known', () => {
    expect(ends(at('A', 64, 'out'), at('B', 63))).toEqual([null, 'B']);
  });
});
