import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Random } from '../bench/random.ts';
import { Blocks, concat, pcap, text } from '../capture/build.ts';
import { ECHO_REQUEST, ethernet, ipv4 } from '../decode/packets.ts';
import { byteErrors } from './mutate.ts';
import { type Phase, phasesOf } from './phases.ts';
import { captureSeeds, type Seed, stateSeeds } from './seeds.ts';
import { checkCapture } from './targets.ts';

/** A bounded part of what `npm run fuzz` does, the same every time. */
const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');
const CASE = join(ROOT, 'captures/ping-asymmetric');
const ECHO = ethernet('08 00', ipv4('00 26', '01'), ECHO_REQUEST);

const b = new Blocks(false);
const OPTIONS = [{ code: 1, value: text('a comment') }];
const SMALL: readonly Seed[] = [
  {
    file: 'us.pcap',
    bytes: pcap([1, 2, 3].map((seconds) => ({ seconds, fraction: seconds, packet: ECHO }))),
  },
  {
    file: 'modified.pcap',
    bytes: pcap([{ seconds: 1, fraction: 2, packet: ECHO }], { magic: 0xa1b2cd34, little: false }),
  },
  {
    file: 'blocks.pcapng',
    bytes: concat(
      b.section(OPTIONS),
      b.interface(1, 0, [{ code: 9, value: Uint8Array.of(9) }]),
      b.enhanced(ECHO, 5n, OPTIONS),
      b.simple(ECHO),
      b.obsolete(ECHO, 6n),
      b.statistics(0, [{ code: 5, value: b.u64(3n) }]),
    ),
  },
];

const captures = [...SMALL, ...captureSeeds([join(ROOT, 'captures')], 8192)];
const states = stateSeeds([join(ROOT, 'captures')], 4096);
const phases = new Map(
  phasesOf({ captures: SMALL, large: [], states: [], caseFolder: CASE, seed: 1 }, 0).map((one) => [
    one.name,
    one,
  ]),
);
const mixed = new Map(
  phasesOf({ captures, large: [], states, caseFolder: CASE, seed: 20261125 }, 1500).map((one) => [
    one.name,
    one,
  ]),
);

async function run(phase: Phase | undefined, step = 1): Promise<void> {
  expect(phase?.count).toBeGreaterThan(10);
  for (let index = 0; phase && index < phase.count; index += step) {
    try {
      await phase.check(phase.input(index), index);
    } catch (error) {
      throw new Error(`${phase.name}:${index}`, { cause: error });
    }
  }
}

describe('nothing breaks it', () => {
  it('files cut at every byte', () => run(phases.get('cuts')));
  it('byte errors at 2 %, ten seeds', () => run(mixed.get('errors')));
  it('extremes in each word', () => run(phases.get('lengths'), 7));
  it('random mutants', () => run(mixed.get('mutants')));
  it('the whole pipeline on mutants', () => run(mixed.get('analyses')));
  it('host states that are none', () => run(mixed.get('states')));
});

describe('the mutants', () => {
  it('are the same for the same seed', () => {
    const [one, other] = [mixed.get('mutants'), mixed.get('mutants')].map((phase) => phase?.input(77));
    expect(one).toEqual(other);
    expect(one).not.toEqual(mixed.get('mutants')?.input(78));
  });

  it('differ in 2 % of their bytes', () => {
    const bytes = new Uint8Array(100_000);
    const changed = byteErrors(bytes, new Random(1)).reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0);
    expect(changed / bytes.length).toBeCloseTo(0.02, 2);
  });

  it('are read: a whole file gives all its frames', async () => {
    expect(await checkCapture(SMALL[0].bytes)).toBe(3);
    expect(await checkCapture(SMALL[2].bytes)).toBe(3);
    expect(await checkCapture(new Uint8Array(readFileSync(join(CASE, 'ServerB/any.pcap'))))).toBe(13);
  });
});
