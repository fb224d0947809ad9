import { describe, expect, it } from 'vitest';
import { addNanos } from '../../src/addr/time.ts';
import type { Coverage } from '../../src/exchange/exchange.ts';
import { witnessOf } from '../../src/finding/witness.ts';

const START = { seconds: 1_700_000_000, nanos: 0 };
const after = (seconds: number) => addNanos(START, seconds * 1e9);
const ROLES = { originator: 'A', responder: 'B' };

const whole: Coverage = {
  host: 'B',
  file: 'B/any.pcap',
  first: START,
  last: after(10),
  interfaces: null,
  directions: 'both',
  oneShown: false,
  dropped: 0,
  damaged: false,
  cut: false,
  notDecoded: 0,
  snapLength: 262144,
  frames: 100,
  showsIcmp: true,
  disordered: false,
};

/** Whether a capture of the responder bears witness to what is missing from one second to another. */
function covered(coverage: Partial<Coverage>, from: number, to: number, family: 4 | 6 = 4): boolean {
  const absence = { first: after(from), last: after(to), count: 3, family };
  return witnessOf(ROLES, absence, [{ ...whole, ...coverage }], []).responderCovered;
}

describe('a capture bears witness', () => {
  it('a little beyond its last frame, where it is whole', () => {
    expect(covered({}, 5, 10)).toBe(true);
    expect(covered({}, 30, 40)).toBe(true);
  });

  it('not to what came last, where its end is missing', () => {
    const cut = { damaged: true, cut: true };
    expect(covered(cut, 10, 10)).toBe(false);
    expect(covered(cut, 9.8, 9.8)).toBe(false);
    expect(covered(cut, 9, 9)).toBe(true);
    // The first of many alike is sure.
    expect(covered(cut, 5, 10)).toBe(true);
  });

  it('not where its snap length cuts off what tells packets', () => {
    const cut = { notDecoded: 4, snapLength: 68 };
    expect(covered(cut, 5, 6, 6)).toBe(false);
    expect(covered(cut, 5, 6, 4)).toBe(true);
    expect(covered({ ...cut, snapLength: 44 }, 5, 6, 4)).toBe(false);
    expect(covered({ notDecoded: 0, snapLength: 44 }, 5, 6, 4)).toBe(true);
    expect(covered({ notDecoded: 4, snapLength: null }, 5, 6, 6)).toBe(true);
  });
});
