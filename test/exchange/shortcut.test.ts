import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { type Prefix, parsePrefix } from '../../src/addr/prefix.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { expectTheSame, type Taken, withoutExchanges } from './support/both-ways.ts';
import { BASE_SECONDS } from './support/capture.ts';
import { bytesOf, type FileForm, inputOf } from './support/capture-file.ts';
import { calmSteps, form, IDENTITY, shotsOf, steps } from './support/scene.ts';
import { afterUnfiltered } from './support/unfiltered.ts';

/** Whether a frame takes the short way must make no difference to anything that is told. */

vi.setConfig({ testTimeout: 60_000 });

/** Frames that took the short way in each scene, at least, on the average: where they did not, nothing was compared. */
const ENOUGH = 3;
/** Records straddle the smaller ones. */
const chunkBytes = fc.constantFrom(64, 200, 1000, 4096, 65536, 1 << 20);

const narrow: fc.Arbitrary<CorrelateOptions> = fc.constantFrom<CorrelateOptions>(
  { port: 1521 },
  { between: [prefix('10.2.0.0/16')] },
  { between: [prefix('10.2.0.0/16'), prefix('10.4.0.0/16')] },
  { protocols: new Set(['icmp']) },
  { protocols: new Set(['tcp']) },
);
const options: fc.Arbitrary<CorrelateOptions> = fc
  .tuple(
    fc.constantFrom<CorrelateOptions>({}, { since: time(-1) }, { since: time(0) }, { since: time(10) }),
    fc.constantFrom<CorrelateOptions>({}, { until: time(0) }, { until: time(5) }),
    fc.constantFrom(0.0002, 0.05, 1, 5).map((replyWindowSeconds) => ({ replyWindowSeconds })),
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom({}, { protocols: new Set(['icmp', 'tcp', 'udp'] as const) }) },
      { weight: 1, arbitrary: narrow },
    ),
  )
  .map((all) => Object.assign({}, ...all));

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (!parsed) throw new Error(`no prefix: ${text}`);
  return parsed;
}

function time(offset: number): { seconds: number; nanos: number } {
  return { seconds: BASE_SECONDS + 100 + offset, nanos: 500_000_000 };
}

it('tells the same by the short way as by the long one', async () => {
  const taken: Taken = { short: 0 };
  const numRuns = 80;
  await fc.assert(
    fc.asyncProperty(steps(1, 60), form, fc.boolean(), chunkBytes, async (all, written, known, chunk) => {
      const bytes = bytesOf(written, shotsOf(all, written));
      const identity = known ? IDENTITY : null;
      await expectTheSame(async () => [await inputOf(bytes, { identity, chunkBytes: chunk })], {}, taken);
    }),
    { numRuns },
  );
  expect(taken.short).toBeGreaterThan(numRuns * ENOUGH);
});

it('tells the same of segments, once those without a handshake are passed over', async () => {
  const taken: Taken = { short: 0 };
  const numRuns = 30;
  await fc.assert(
    fc.asyncProperty(steps(20, 60), form, chunkBytes, async (all, written, chunk) => {
      const bytes = afterUnfiltered(written, shotsOf(all, written));
      await expectTheSame(async () => [await inputOf(bytes, { chunkBytes: chunk })], {}, taken);
    }),
    { numRuns },
  );
  expect(taken.short).toBeGreaterThan(numRuns * ENOUGH);
});

it('tells the same whatever the options', async () => {
  const taken: Taken = { short: 0 };
  const numRuns = 50;
  await fc.assert(
    fc.asyncProperty(steps(10, 60), form, options, fc.boolean(), async (all, written, chosen, late) => {
      const shots = shotsOf(all, written);
      const bytes = late ? afterUnfiltered(written, shots) : bytesOf(written, shots);
      await expectTheSame(async () => [await inputOf(bytes)], chosen, taken);
    }),
    { numRuns },
  );
  expect(taken.short).toBeGreaterThan(numRuns * ENOUGH);
});

// Where more comes of an exchange it moves behind younger ones, and then others leave first. A reply by an interface that no
// reply came by before goes the long way, and its exchange moves as well.
it('tells the same of exchanges that leave for want of room, if nothing more comes of them', async () => {
  const taken: Taken = { short: 0 };
  const numRuns = 40;
  await fc.assert(
    fc.asyncProperty(
      calmSteps(10, 60).map((all) => all.map((one) => ({ ...one, crooked: false }))),
      form,
      fc.integer({ min: 1, max: 8 }),
      async (all, written, openLimit) => {
        const bytes = bytesOf(written, shotsOf(all, written));
        await expectTheSame(async () => [await inputOf(bytes)], { openLimit }, taken);
      },
    ),
    { numRuns },
  );
  expect(taken.short).toBeGreaterThan(numRuns * ENOUGH);
});

it('lets leave first what was seen first, though all bear the same time', async () => {
  const plain = {
    src: 0,
    dst: 0,
    id: 0,
    seq: 0,
    data: 'data',
    ttl: 64,
    index: 2,
    way: 'in',
    face: 0,
  } as const;
  const odd = { tag: null, cut: null, note: 'none', crooked: false, again: null, againAll: false } as const;
  const all = (['segments', 'datagrams', ...Array(8).fill('ping')] as const).map((kind) => {
    return { ...plain, ...odd, coded: false, kind, waitMs: 1 };
  });
  const inSeconds: FileForm = {
    format: 'pcapng',
    little: false,
    faces: [{ linkType: 276, resolution: 0, offsetSeconds: 0 }],
  };
  const bytes = bytesOf(inSeconds, shotsOf(all, inSeconds));
  for (const openLimit of [1, 2, 3, 5]) {
    const taken: Taken = { short: 0 };
    await expectTheSame(async () => [await inputOf(bytes)], { openLimit }, taken);
    expect(taken.short).toBeGreaterThan(0);
  }
});

it('tells the same of the captures themselves, whatever leaves for want of room', async () => {
  const taken: Taken = { short: 0 };
  const numRuns = 30;
  await fc.assert(
    fc.asyncProperty(steps(10, 60), form, options, fc.integer({ min: 1, max: 8 }), async (...scene) => {
      const [all, written, chosen, openLimit] = scene;
      const bytes = bytesOf(written, shotsOf(all, written));
      const limited = { ...chosen, openLimit };
      await expectTheSame(async () => [await inputOf(bytes)], limited, taken, withoutExchanges);
    }),
    { numRuns },
  );
  expect(taken.short).toBeGreaterThan(numRuns * ENOUGH);
});

it('tells the same of several captures', async () => {
  const taken: Taken = { short: 0 };
  const numRuns = 60;
  const capture = fc.record({
    form,
    all: steps(5, 40),
    host: fc.constantFrom('A', 'B'),
    chunk: chunkBytes,
    known: fc.boolean(),
  });
  const captures = fc.array(capture, { minLength: 2, maxLength: 3 });
  // Which copies from another capture of the host come after the window depends on when an exchange leaves.
  const window = fc.constantFrom(1, 5);
  await fc.assert(
    fc.asyncProperty(
      captures,
      fc.boolean(),
      options,
      window,
      async (several, alike, chosen, replyWindowSeconds) => {
        const files = several.map((one, i) => {
          return afterUnfiltered(one.form, shotsOf(alike ? several[0].all : one.all, one.form, i * 0.1));
        });
        const open = ({ host, chunk, known }: (typeof several)[number], i: number) => {
          const identity = known ? { ...IDENTITY, host } : null;
          return inputOf(files[i], { host, identity, chunkBytes: chunk, file: `${host}/${i}` });
        };
        const oneHost = several.every(({ host }) => host === several[0].host);
        const wide = oneHost ? { ...chosen, replyWindowSeconds } : chosen;
        await expectTheSame(() => Promise.all(several.map(open)), wide, taken);
      },
    ),
    { numRuns },
  );
  expect(taken.short).toBeGreaterThan(numRuns * ENOUGH);
});

it('tells times to the nanosecond, however far from the first frame they are', async () => {
  const written = {
    format: 'pcap' as const,
    little: true,
    faces: [{ linkType: 276, resolution: 9 }],
  };
  const scene = fc.sample(calmSteps(20, 20), { numRuns: 1, seed: 7 })[0];
  const shots = shotsOf(scene, written).map((shot, i) => {
    // From before the clock was set.
    return i === 0 ? { ...shot, time: -BASE_SECONDS * 1e9 } : { ...shot, time: shot.time + i };
  });
  await expectTheSame(async () => [await inputOf(bytesOf(written, shots))]);
});
