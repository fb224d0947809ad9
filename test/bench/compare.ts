import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchCapture, writeBenchCapture } from './generate.ts';

const FILTER = 'icmp or tcp[tcpflags] & tcp-syn != 0';
const RUNS = 5;

const CAPTURES: Readonly<Record<string, BenchCapture>> = {
  'small.pcap': { format: 'pcap', link: 'ethernet', frames: 10_000_000, followedPercent: 100, seed: 1 },
  'sll2.pcap': { format: 'pcap', link: 'sll2', frames: 10_000_000, followedPercent: 100, seed: 1 },
  'small.pcapng': { format: 'pcapng', link: 'ethernet', frames: 10_000_000, followedPercent: 100, seed: 1 },
  'mixed.pcap': { format: 'pcap', link: 'ethernet', frames: 4_000_000, followedPercent: 1, seed: 1 },
};

interface Run {
  readonly seconds: number;
  readonly residentMb: number;
}

/** Makes the captures that are missing in the folder, and prints a table of medians. */
export function compare(folder: string, quick: boolean): void {
  print(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, medians of ${RUNS}`);
  print('capture         MB   tcpdump   walk+decode   M frames/s   tcpdump/walk   peak MB');
  for (const [name, what] of Object.entries(CAPTURES)) {
    const capture = quick ? { ...what, frames: what.frames / 10 } : what;
    const file = join(folder, quick ? `quick-${name}` : name);
    if (!existsSync(file)) writeBenchCapture(file, capture);
    row(name, file, capture.frames);
  }
}

function row(name: string, file: string, frames: number): void {
  const theirs: number[] = [];
  const ours: number[] = [];
  let peak = 0;
  walk(file);
  for (let i = 0; i < RUNS; i++) {
    theirs.push(tcpdump(file));
    const run = walk(file);
    ours.push(run.seconds);
    peak = Math.max(peak, run.residentMb);
  }
  const [their, our] = [median(theirs), median(ours)];
  const megabytes = Math.round(statSync(file).size / 1e6);
  const figures = [
    megabytes,
    their.toFixed(2),
    our.toFixed(2),
    (frames / our / 1e6).toFixed(1),
    (their / our).toFixed(2),
    peak,
  ];
  const widths = [5, 9, 13, 12, 14, 9];
  print(name.padEnd(13) + figures.map((figure, i) => String(figure).padStart(widths[i])).join(''));
}

function tcpdump(file: string): number {
  const begin = process.hrtime.bigint();
  const run = spawnSync('tcpdump', ['-Z', 'root', '-r', file, '-w', '/dev/null', FILTER], {
    stdio: 'ignore',
  });
  if (run.status !== 0) throw new Error(`tcpdump failed: ${run.error?.message ?? run.status}`);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

/** As a process of its own: start and warming up are part of it. */
function walk(file: string): Run {
  const script = fileURLToPath(new URL('./walk.js', import.meta.url));
  const begin = process.hrtime.bigint();
  const output = execFileSync(process.execPath, [script, file], { encoding: 'utf8' });
  return { ...JSON.parse(output), seconds: Number(process.hrtime.bigint() - begin) / 1e9 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
