import { describe, expect, it } from 'vitest';
import type { HostOrder } from '../../src/exchange/host-messages.ts';
import { sharesOf } from '../../src/exchange/shares.ts';

function order(host: string, bytes: number): HostOrder {
  return { host, captures: [], identity: null, chunkBytes: 1, readAhead: false, brief: false, bytes };
}

function shared(orders: readonly HostOrder[], readers: number): string[][] {
  return sharesOf(orders, readers).map((share) => share.map(({ host }) => host));
}

describe('hosts shared out among readers', () => {
  it('gives each reader about as much to read, whatever the order', () => {
    const [a, b, c, d] = [order('a', 10), order('b', 80), order('c', 30), order('d', 45)];
    const dealt = [['b'], ['d', 'c', 'a']];
    expect(shared([a, b, c, d], 2)).toEqual(dealt);
    expect(shared([d, c, b, a], 2)).toEqual(dealt);
  });

  it('has no more shares than hosts, and none without one', () => {
    expect(shared([order('a', 5), order('b', 6)], 8)).toEqual([['b'], ['a']]);
    expect(shared([order('a', 0), order('b', 0), order('c', 0)], 2)).toEqual([['a', 'b', 'c']]);
    expect(shared([], 2)).toEqual([]);
  });
});
