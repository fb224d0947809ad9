import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { bytesOf, type FileForm, inputOf } from './support/capture-file.ts';
import { form, type Step, shotsOf, steps } from './support/scene.ts';
import { wholeOf } from './support/summary.ts';

/**
 * Of the only capture frames are paired as they are read; of several they are recorded, merged and then paired, as they are
 * where another thread reads them. With an empty capture beside it the same packets go that way.
 */
vi.setConfig({ testTimeout: 120_000 });

/**
 * In the order of time, as captures are but for a few packets, and no two at the same time. No packet is seen again later: the
 * exchange it belongs to may have moved behind younger ones.
 */
function captureOf(all: readonly Step[], { faces, ...how }: FileForm): Uint8Array {
  const timely = all.map((one) => {
    return { ...one, waitMs: Math.abs(one.waitMs) + 1, note: 'none' as const, again: null };
  });
  const written = { ...how, faces: faces.map((face) => ({ ...face, resolution: 9 })) };
  const shots = shotsOf(timely, written).sort((a, b) => a.time - b.time);
  return bytesOf(
    written,
    shots.map((shot, i) => ({ ...shot, time: shot.time + i * 1000 })),
  );
}

async function groupsOf(options: CorrelateOptions, ...captures: Uint8Array[]): Promise<unknown[]> {
  const { groups } = await correlate(await Promise.all(captures.map((bytes) => inputOf(bytes))), options);
  return groups.map(wholeOf);
}

it('tells the same examples of each group, whether packets are paired as they are read or recorded first', async () => {
  const windows = fc.constantFrom(0.002, 0.05, 1).map((replyWindowSeconds) => ({ replyWindowSeconds }));
  let several = 0;
  await fc.assert(
    fc.asyncProperty(steps(30, 120), form, windows, async (all: Step[], written, options) => {
      const bytes = captureOf(all, written);
      const direct = await groupsOf(options, bytes);
      expect(await groupsOf(options, bytes, bytesOf(written, []))).toEqual(direct);
      several += Number((direct as { count: number }[]).some(({ count }) => count > 4));
    }),
    { numRuns: 60 },
  );
  // Else all are kept, in whatever order they were closed.
  expect(several).toBeGreaterThan(10);
});
