import { describe, expect, it } from 'vitest';
import { addNanos } from '../../src/addr/time.ts';
import { CutFrameCounts, type CutFrames } from '../../src/decode/cut-frames.ts';
import type { Coverage } from '../../src/exchange/exchange.ts';
import { witnessOf } from '../../src/finding/witness.ts';

const START = { seconds: 1_700_000_000, nanos: 0 };
const at = (seconds: number) => addNanos(START, seconds * 1e9);
const ROLES = { originator: 'A', responder: 'B' };

const whole: Coverage = {
  host: 'B',
  file: 'B/any.pcap',
  first: START,
  last: at(10),
  interfaces: null,
  directions: 'both',
  oneShown: false,
  allOut: false,
  dropped: 0,
  damaged: false,
  cut: false,
  cutFrames: new CutFrameCounts(),
  frames: 100,
  sameAs: null,
  showsIcmp: true,
  disordered: false,
};

/** Whether a capture of the responder bears witness to what is missing from one second to another. */
function covered(
  coverage: Partial<Coverage>,
  from: number,
  to: number,
  protocol: 'icmp' | 'icmp6' | 'tcp' = 'icmp',
  family: 4 | 6 = 4,
): boolean {
  const absence = { first: at(from), last: at(to), count: 3, family, protocol } as const;
  return witnessOf(ROLES, absence, [{ ...whole, ...coverage }], []).responderCovered;
}

describe('a capture of the originator in which all frames went out', () => {
  const gaps = (coverage: Partial<Coverage>) => {
    const absence = { first: at(1), last: at(2), count: 3, family: 4, protocol: 'icmp' } as const;
    return witnessOf(ROLES, absence, [{ ...whole, host: 'A', ...coverage }, whole], []);
  };

  it('bears witness, though it may have been taken of that direction', () => {
    const deaf = gaps({ directions: 'unknown', allOut: true });
    expect([deaf.originatorCovered, deaf.missing]).toEqual([true, [{ kind: 'all-out', host: 'A' }]]);
    expect(gaps({}).missing).toEqual([]);
  });

  it('bears none where it is known to have been', () => {
    const known = gaps({ directions: 'out', allOut: true });
    expect([known.originatorCovered, known.missing.map(({ kind }) => kind)]).toEqual([
      false,
      ['one-direction'],
    ]);
  });
});

describe('a capture bears witness', () => {
  it('a little beyond its last frame, where it is whole', () => {
    expect(covered({}, 5, 10)).toBe(true);
    expect(covered({}, 12, 15)).toBe(true);
    expect(covered({}, -5, -3)).toBe(true);
  });

  it('the less far beyond its frames, the denser they are', () => {
    expect(covered({}, 30, 40)).toBe(false);
    expect(covered({}, -40, -30)).toBe(false);
    expect(covered({ frames: 10 }, 30, 40)).toBe(true);
    expect(covered({ frames: 10, last: at(0.1) }, 30, 40)).toBe(true);
    expect(covered({ frames: 10 }, 75, 76)).toBe(false);
    expect(covered({ frames: 5000 }, 10.5, 10.9)).toBe(true);
    expect(covered({ frames: 5000 }, 12, 12)).toBe(false);
    expect(covered({ frames: 5000 }, -2, 12)).toBe(false);
  });

  it('to the first or the last of many alike, if that was on its way between its frames', () => {
    const dense = { frames: 5000 };
    expect(covered(dense, 5, 40)).toBe(true);
    expect(covered(dense, -40, 5)).toBe(true);
    expect(covered(dense, 9.8, 40)).toBe(false);
    expect(covered(dense, -40, 0.2)).toBe(false);
  });

  it('across files that follow each other, and not across a gap between dense ones', () => {
    const bears = (frames: number) => {
      const files = [
        { ...whole, frames },
        { ...whole, file: 'B/any.pcap1', frames, first: at(16), last: at(26) },
      ];
      const absence = { first: at(11), last: at(15), count: 3, family: 4, protocol: 'icmp' } as const;
      return witnessOf(ROLES, absence, files, []).responderCovered;
    };
    expect(bears(100)).toBe(true);
    expect(bears(5000)).toBe(false);
  });

  it('to a missing reply only where it shows that the host asked', () => {
    const home = (shownBy: readonly string[], coverage: Partial<Coverage> = {}) => {
      const absence = { first: at(5), last: at(6), count: 3, family: 4, protocol: 'icmp' } as const;
      const captures = [whole, { ...whole, ...coverage, host: 'A' }];
      return witnessOf(ROLES, { ...absence, shownBy: new Set(shownBy) }, captures, []);
    };
    expect(home(['A', 'B']).originatorCovered).toBe(true);
    expect(home(['B']).originatorCovered).toBe(false);
    expect(home(['B']).missing).toEqual([{ kind: 'request-unseen', host: 'A', role: 'originator' }]);
    // It holds what came in, and nothing else.
    expect(home(['B'], { directions: 'in' }).originatorCovered).toBe(true);
    // What it shows lies in its time, whatever its frames say.
    expect(home(['A', 'B'], { first: at(100), last: at(101) }).originatorCovered).toBe(true);
    expect(home(['A'], { cut: true, damaged: true, last: at(5.2) }).originatorCovered).toBe(false);
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
    const cut = (frames: Partial<CutFrames>) => ({ cutFrames: { ...whole.cutFrames, ...frames } });
    expect(covered(cut({ any: 1 }), 5, 6)).toBe(false);
    expect(covered(cut({ icmp: 1 }), 5, 6)).toBe(false);
    expect(covered(cut({ icmp: 1 }), 5, 6, 'icmp6', 6)).toBe(false);
    expect(covered(cut({ tcp: 1 }), 5, 6, 'tcp')).toBe(false);
  });

  it('to packets that those cut off cannot be', () => {
    const cut = { cutFrames: { ...whole.cutFrames, tcp: 9, udp: 9, others: 9 } };
    expect(covered(cut, 5, 6)).toBe(true);
    expect(covered({ cutFrames: { ...cut.cutFrames, icmp: 9, tcp: 0 } }, 5, 6, 'tcp')).toBe(true);
  });

  it('not as a copy of what another host captured', () => {
    expect(covered({ sameAs: 'A/any.pcap' }, 5, 6)).toBe(false);
  });

  it('to packets of IPv4 where all that are cut off are of IPv6', () => {
    const six = { any: 9, icmp: 8, tcp: 7, udp: 6 };
    const cut = (more: Partial<CutFrames> = {}) => ({ cutFrames: { ...six, six, others: 0, ...more } });
    expect(covered(cut(), 5, 6)).toBe(true);
    expect(covered(cut(), 5, 6, 'tcp')).toBe(true);
    expect(covered(cut({ any: 10 }), 5, 6)).toBe(false);
    expect(covered(cut({ icmp: 9 }), 5, 6)).toBe(false);
    expect(covered(cut(), 5, 6, 'icmp6', 6)).toBe(false);
    expect(covered(cut(), 5, 6, 'tcp', 6)).toBe(false);
  });
});
