import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One way of doing the work of a case. */
export interface Contender {
  readonly name: string;
  /** A program without which it cannot take part. */
  readonly needs?: string;
  /** Run one after the other. */
  readonly commands: readonly Command[];
}

export interface Command {
  readonly argv: readonly string[];
  /** What makes its standard input: runs at the same time and is not measured. */
  readonly from?: readonly string[];
  /** Throws where the output is not that of the work asked for. */
  readonly check?: (output: string) => void;
}

/** Of one run, or the medians of several. */
export interface Sample {
  readonly seconds: number;
  /** User and system, of all threads; null where nothing here tells. */
  readonly cpuSeconds: number | null;
  /** Resident, of the largest of its processes, in units of 1000 × 1000 bytes; of several runs, the greatest. */
  readonly peakMb: number | null;
  /** Standard output of the last command. */
  readonly output: string;
}

/** GNU time asks the kernel what a process used: nothing is polled, and the process itself is not asked. */
const TIME = '/usr/bin/time';

/** With it Node 20 reads all certificates at each start, 0.08 s, whatever it runs: no part of the work that is measured. */
const { NODE_EXTRA_CA_CERTS: _certificates, ...ENVIRONMENT } = process.env;

/** In turn, so that whatever else the machine does meets all of them; null for what is not installed. */
export function inTurn(contenders: readonly Contender[], runs: number): (Sample | null)[] {
  const samples = contenders.map((): Sample[] => []);
  for (let i = 0; i < runs; i++) {
    contenders.forEach((one, at) => {
      if (one.needs === undefined || found(one.needs)) samples[at].push(run(one));
    });
  }
  return samples.map((all) => (all.length > 0 ? medianOf(all) : null));
}

export function found(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}

function run({ commands }: Contender): Sample {
  const all = commands.map(measure);
  return {
    seconds: all.reduce((sum, one) => sum + one.seconds, 0),
    cpuSeconds: known(all.map((one) => one.cpuSeconds))?.reduce((sum, one) => sum + one, 0) ?? null,
    peakMb: greatest(all),
    output: all[all.length - 1].output,
  };
}

function measure(command: Command): Sample {
  const folder = mkdtempSync(join(tmpdir(), 'wayhome-time-'));
  const told = join(folder, 'time');
  const argv = existsSync(TIME) ? [TIME, '-q', '-f', '%U %S %M', '-o', told, ...command.argv] : command.argv;
  const begin = process.hrtime.bigint();
  const output = outputOf(argv, command);
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const [user, system, kibibytes] = existsSync(told) ? readFileSync(told, 'utf8').split(' ').map(Number) : [];
  rmSync(folder, { recursive: true });
  return {
    seconds,
    cpuSeconds: user === undefined ? null : user + system,
    peakMb: kibibytes === undefined ? null : (kibibytes * 1024) / 1e6,
    output,
  };
}

/** wayhome exits with 1 or 3 where it found something: the check tells whether that is in order. */
function outputOf(argv: readonly string[], { from, check }: Command): string {
  const [program, ...rest] = from ? ['sh', '-c', `${shell(from)} | ${shell(argv)}`] : argv;
  const done = spawnSync(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: ENVIRONMENT,
    maxBuffer: 1 << 28,
  });
  if (check) check(done.stdout);
  else if (done.status !== 0) throw new Error(`${argv.join(' ')}: ${done.error?.message ?? done.stderr}`);
  return done.stdout;
}

function shell(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}

function medianOf(all: readonly Sample[]): Sample {
  const cpu = known(all.map((one) => one.cpuSeconds));
  return {
    seconds: median(all.map((one) => one.seconds)),
    cpuSeconds: cpu && median(cpu),
    peakMb: greatest(all),
    output: all[all.length - 1].output,
  };
}

function greatest(all: readonly Sample[]): number | null {
  const peaks = known(all.map((one) => one.peakMb));
  return peaks && Math.max(...peaks);
}

function known(values: readonly (number | null)[]): number[] | null {
  const numbers = values.filter((one) => one !== null);
  return numbers.length === values.length ? numbers : null;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
