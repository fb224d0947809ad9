import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { openCaptureStream } from '../../src/capture/open.ts';
import { Random } from '../bench/random.ts';
import { mutate } from '../fuzz/mutate.ts';
import { expectTheSame, type Taken } from './support/both-ways.ts';
import { bytesOf, inputOf, type Shot } from './support/capture-file.ts';
import { calmSteps, form, shotsOf } from './support/scene.ts';
import { afterUnfiltered } from './support/unfiltered.ts';

/** Bytes that nobody meant so: the code of the shortcut must neither stop at them nor tell anything else than the long way. */

vi.setConfig({ testTimeout: 60_000 });

const chunkBytes = fc.constantFrom(500, 4096, 1 << 20);
const change = fc.record({
  frame: fc.nat(),
  /** Mostly in the headers. */
  at: fc.oneof(fc.nat(80), fc.nat(80), fc.nat(1500)),
  value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x45, 0x7f, 0x80, 0xff)),
});

it('frames with bytes that are wrong', async () => {
  const taken: Taken = { short: 0 };
  const numRuns = 30;
  const changes = fc.array(change, { minLength: 1, maxLength: 60, size: 'max' });
  await fc.assert(
    fc.asyncProperty(calmSteps(10, 40), form, changes, fc.boolean(), async (all, written, wrong, late) => {
      const shots = shotsOf(all, written).map((shot) => ({ ...shot, bytes: shot.bytes.slice() }));
      for (const { frame, at, value } of wrong) spoil(shots[frame % shots.length], at, value);
      const bytes = late ? afterUnfiltered(written, shots) : bytesOf(written, shots);
      await expectTheSame(async () => [await inputOf(bytes)], {}, taken);
    }),
    { numRuns },
  );
  expect(taken.short).toBeGreaterThan(numRuns * 20);
});

function spoil({ bytes }: Shot, at: number, value: number): void {
  bytes[at % bytes.length] = value;
}

it('files with bytes that are wrong, also where they tell of records', async () => {
  const taken: Taken = { short: 0 };
  const numRuns = 80;
  await fc.assert(
    fc.asyncProperty(calmSteps(5, 30), form, fc.integer(), chunkBytes, async (all, written, seed, chunk) => {
      const good = bytesOf(written, shotsOf(all, written));
      const bytes = mutate(good, new Random(seed), good);
      if (!(await isCapture(bytes))) return;
      await expectTheSame(async () => [await inputOf(bytes, { chunkBytes: chunk })], {}, taken);
    }),
    { numRuns },
  );
  expect(taken.short).toBeGreaterThan(numRuns * 10);
});

async function isCapture(bytes: Uint8Array): Promise<boolean> {
  const opened = await openCaptureStream('-', Readable.from([Buffer.from(bytes)]));
  if (opened.ok) await opened.value.close();
  return opened.ok;
}
