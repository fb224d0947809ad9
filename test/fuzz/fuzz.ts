import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { type Material, type Phase, phasesOf } from './phases.ts';
import { captureSeeds, stateSeeds } from './seeds.ts';

/** OSS-Fuzz's figure for a hang, of processor time: a busy machine makes none. */
const HANG_MS = 25_000;
/** What waits for something that never comes takes no processor time; ten times as long tells that as well. */
const STUCK_MS = 10 * HANG_MS;
/** Between two lines that tell how far it is. */
const TELL_MS = 60_000;
/** Largest seed but for the phase `large`; a mutant of the largest must be read in a second. */
const LARGEST = 64 << 10;
/** Captures over this size take too long to mutate. */
const LARGEST_OF_ALL = 3 << 20;
/** Resident memory over that of a process with the seeds in memory that counts as allocated for nothing. */
const MOST_BYTES = 512 << 20;

interface Options {
  readonly root: string;
  readonly corpus: readonly string[];
  readonly seed: number;
  readonly runs: number;
  readonly only: string | null;
}

interface Shared extends Options {
  /** Phase and number of the mutant that is being read, and what has failed. */
  readonly at: Int32Array;
}

/** `fuzz.js ROOT [--seed N] [--runs N] [--corpus FOLDER]... [--only PHASE:NUMBER]` */
function optionsOf(argv: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      runs: { type: 'string', default: '100000' },
      corpus: { type: 'string', multiple: true },
      only: { type: 'string' },
    },
  });
  const root = positionals[0];
  const beside = process.env.WAYHOME_CORPUS ?? resolve(root, '../shared/corpus');
  const corpus = values.corpus ?? (existsSync(beside) ? [beside] : []);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  return { root, corpus, seed, runs: Number(values.runs), only: values.only ?? null };
}

function materialOf({ root, corpus, seed }: Options): Material {
  const examples = join(root, 'captures');
  const captures = captureSeeds([examples, ...corpus], LARGEST_OF_ALL);
  return {
    captures: captures.filter(({ bytes }) => bytes.length <= LARGEST),
    large: captures.filter(({ bytes }) => bytes.length > LARGEST),
    states: stateSeeds([examples, join(root, 'test/fixtures')], LARGEST),
    caseFolder: join(examples, 'ping-asymmetric'),
    seed,
  };
}

/** Watches the worker: a mutant that takes too long is a hang, and ends the run. */
async function watch(options: Options): Promise<number> {
  const at = new Int32Array(new SharedArrayBuffer(16));
  const began = performance.now();
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { ...options, at } satisfies Shared,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  let [seen, since, used, most] = ['', performance.now(), processorMs(), 0];
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
    const now = `${at[0]}:${at[1]}`;
    if (now !== seen) [seen, since, used] = [now, performance.now(), processorMs()];
    if (processorMs() - used < HANG_MS && performance.now() - since < STUCK_MS) return;
    console.log(`HANG in phase ${at[0]}, number ${at[1]}`);
    process.exit(1);
  }, 500);
  const code = await new Promise<number>((done) => {
    worker.on('error', (error) => {
      console.log(`CRASH of the worker in phase ${at[0]}, number ${at[1]}: ${error.message}`);
      done(1);
    });
    worker.on('exit', done);
  });
  clearInterval(timer);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${at[2]} mutants, ${at[3]} crashes, 0 hangs, ${Math.round(most / 1e6)} MB at most, ${seconds} s`,
  );
  if (most > MOST_BYTES) console.log(`over-allocation: more than ${MOST_BYTES} bytes`);
  return code !== 0 || at[3] > 0 || most > MOST_BYTES ? 1 : 0;
}

async function work(shared: Shared): Promise<void> {
  const material = materialOf(shared);
  const phases = phasesOf(material, shared.runs);
  console.log(
    `seed ${shared.seed}: ${material.captures.length} captures, ${material.states.length} host states`,
  );
  if (shared.only) {
    const [name, number] = shared.only.split(':');
    const phase = phases.find((one) => one.name === name)!;
    await phase.check(phase.input(Number(number)), Number(number));
    return;
  }
  for (const [number, phase] of phases.entries()) {
    shared.at[0] = number;
    const slowest = await run(phase, shared);
    console.log(`${phase.name}: ${phase.count} mutants, slowest ${Math.round(slowest)} ms of processor time`);
  }
}

async function run(phase: Phase, { at, seed }: Shared): Promise<number> {
  let slowest = 0;
  let told = performance.now();
  for (let index = 0; index < phase.count; index++) {
    if (performance.now() - told > TELL_MS) {
      console.log(`${phase.name}: ${index} of ${phase.count}`);
      told = performance.now();
    }
    at[1] = index;
    at[2]++;
    const bytes = phase.input(index);
    const began = processorMs();
    try {
      await phase.check(bytes, index);
    } catch (error) {
      at[3]++;
      const file = `fuzz-${phase.name}-${seed}-${index}.bin`;
      writeFileSync(file, bytes);
      console.log(
        `CRASH --seed ${seed} --only ${phase.name}:${index}, kept as ${file}: ${(error as Error).stack}`,
      );
      if (at[3] >= 20) throw new Error('too many crashes');
    }
    slowest = Math.max(slowest, processorMs() - began);
  }
  return slowest;
}

/** Of all threads of the process: what the collector of garbage does for a mutant is on its account. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

if (isMainThread) process.exitCode = await watch(optionsOf(process.argv.slice(2)));
else await work(workerData as Shared);
