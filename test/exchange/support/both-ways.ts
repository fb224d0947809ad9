import { expect, vi } from 'vitest';
import { correlate } from '../../../src/exchange/correlate.ts';
import type { Correlation } from '../../../src/exchange/correlation.ts';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import type { CaptureInput, CorrelateOptions } from '../../../src/exchange/options.ts';
import { Recorder } from '../../../src/exchange/recorder.ts';
import { wholeOf } from './summary.ts';

/** How many frames took the short way: a test in which too few did proves nothing. */
export interface Taken {
  short: number;
}

/**
 * Correlates twice and expects the same; what both told.
 * @param open opens the captures anew each time
 * @param compared what is to be the same
 */
export async function expectTheSame(
  open: () => Promise<CaptureInput[]>,
  options: CorrelateOptions = {},
  taken: Taken = { short: 0 },
  compared: (told: Correlation) => unknown = inOrder,
): Promise<Correlation> {
  const long = await correlate(await open(), { ...options, shortcut: false });
  const runs = vi.spyOn(Recorder.prototype, 'run');
  try {
    const short = await correlate(await open(), { ...options, shortcut: true });
    taken.short += runs.mock.results.reduce((sum, { value }) => sum + value, 0);
    expect(compared(short)).toEqual(compared(long));
  } finally {
    runs.mockRestore();
  }
  return long;
}

/** What is told of the captures themselves and of neighbours, whatever became of exchanges. */
export function withoutExchanges({ groups: _groups, counts: _counts, ...rest }: Correlation): unknown {
  return rest;
}

/**
 * Which exchanges of a group are its examples depends on the order in which they close, and that is told nowhere; nor is in
 * which of a host's captures the first of them was seen, which is part of its shape.
 */
function inOrder(correlation: Correlation): Correlation {
  const { captures } = correlation;
  const several = captures.length > 1 && captures.every(({ host }) => host === captures[0].host);
  const groups = correlation.groups.map((group) => {
    const byFrame = [...group.examples].sort((a, b) => frameOf(a) - frameOf(b));
    const shape = several ? null : group.shape;
    return { ...wholeOf(group), shape, examples: group.count > byFrame.length ? [] : byFrame };
  });
  return { ...correlation, groups };
}

function frameOf({ requests, replies, acks, resets, errors }: Exchange): number {
  return Math.min(...[...requests, ...replies, ...acks, ...resets, ...errors].map((one) => one.frame));
}
