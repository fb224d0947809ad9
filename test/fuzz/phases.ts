import { join } from 'node:path';
import { Random } from '../bench/random.ts';
import { byteErrors, EXTREMES, mutate } from './mutate.ts';
import type { Seed } from './seeds.ts';
import { checkAnalysis, checkCapture, checkState } from './targets.ts';

/** A numbered list of mutants; each is made anew from its number and the seed, so that any can be run again alone. */
export interface Phase {
  readonly name: string;
  readonly count: number;
  input(index: number): Uint8Array;
  check(bytes: Uint8Array, index: number): Promise<void> | void;
}

export interface Material {
  readonly captures: readonly Seed[];
  /** Captures of which only a few mutants are made: each takes as long as many small ones. */
  readonly large: readonly Seed[];
  readonly states: readonly Seed[];
  /** A case of two hosts, `ServerA` and `ServerB`, for the whole pipeline. */
  readonly caseFolder: string;
  readonly seed: number;
}

/** One mutant of a large file for so many of others. */
const OF_LARGE = 200;
const SMALL = 4096;
const SMALLEST = 512;
const ERROR_SEEDS = 10;

export function phasesOf(material: Material, random: number): Phase[] {
  const { captures, large, states, seed } = material;
  const small = captures.filter(({ bytes }) => bytes.length <= SMALL);
  const whole = async (bytes: Uint8Array) => void (await checkCapture(bytes));
  return [
    cuts(small),
    { name: 'errors', count: captures.length * ERROR_SEEDS, input: errors(captures), check: whole },
    lengths(small.filter(({ bytes }) => bytes.length <= SMALLEST)),
    { name: 'mutants', count: random, input: mutants(captures, seed), check: whole },
    {
      name: 'large',
      count: large.length > 0 ? Math.floor(random / OF_LARGE) : 0,
      input: mutants(large, seed),
      check: whole,
    },
    analyses(material, Math.floor(random / 10)),
    {
      name: 'states',
      count: states.length > 0 ? Math.floor(random / 5) : 0,
      input: mutants(states, seed),
      check: checkState,
    },
  ];
}

/** Every shorter length of every small file: the frames read never fall as the file grows. */
function cuts(seeds: readonly Seed[]): Phase {
  const starts: number[] = [];
  let count = 0;
  for (const { bytes } of seeds) {
    starts.push(count);
    count += bytes.length + 1;
  }
  const seedAt = (index: number) => starts.findLastIndex((start) => start <= index);
  let [file, frames] = [-1, 0];
  return {
    name: 'cuts',
    count,
    input: (index) => seeds[seedAt(index)].bytes.slice(0, index - starts[seedAt(index)]),
    async check(bytes, index) {
      const read = await checkCapture(bytes);
      if (seedAt(index) === file && read < frames)
        throw new Error(`${read} frames, ${frames} of a shorter cut`);
      [file, frames] = [seedAt(index), read];
    },
  };
}

function errors(seeds: readonly Seed[]): Phase['input'] {
  return (index) =>
    byteErrors(seeds[Math.floor(index / ERROR_SEEDS)].bytes, new Random(1 + (index % ERROR_SEEDS)));
}

/** Each word of the smallest files, in both byte orders, with each extreme. */
function lengths(seeds: readonly Seed[]): Phase {
  const places = seeds.flatMap(({ bytes }) =>
    Array.from({ length: Math.max(0, Math.floor((bytes.length - 2) / 2)) }, (_, at) => ({
      bytes,
      at: 2 * at,
    })),
  );
  const each = EXTREMES.length * 2;
  return {
    name: 'lengths',
    count: places.length * each,
    input(index) {
      const { bytes, at } = places[Math.floor(index / each)];
      const copy = new Uint8Array(Math.max(bytes.length, at + 4));
      copy.set(bytes);
      new DataView(copy.buffer).setUint32(at, EXTREMES[(index % each) >> 1], index % 2 === 0);
      return copy;
    },
    check: async (bytes) => void (await checkCapture(bytes)),
  };
}

function mutants(seeds: readonly Seed[], seed: number): Phase['input'] {
  return (index) => {
    const random = new Random(Math.imul(seed, 0x9e3779b1) ^ index);
    const [one, other] = [seeds[random.below(seeds.length)], seeds[random.below(seeds.length)]];
    return mutate(one.bytes, random, other.bytes);
  };
}

function analyses({ captures, caseFolder, seed }: Material, count: number): Phase {
  const b = join(caseFolder, 'ServerB');
  const state = ['ip-addr.txt', 'ip-route.txt', 'ip-rule.txt', 'sysctl.txt'].map((name) => join(b, name));
  const own = captures.filter(({ file }) => file.startsWith(b));
  const half = mutants(own, seed);
  const any = mutants(captures, seed);
  return {
    name: 'analyses',
    count,
    input: (index) => (index % 2 === 0 ? half(index) : any(index)),
    check: (bytes) => checkAnalysis(bytes, join(caseFolder, 'ServerA'), state),
  };
}
