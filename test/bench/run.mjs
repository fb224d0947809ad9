/**
 * Measures walking and decoding against tcpdump with a filter for the same packets, in one run:
 *
 *     node test/bench/run.mjs [--quick] [--keep FOLDER]
 *
 * Compiles the sources to a temporary folder first. `--quick` takes a tenth of the frames; `--keep` leaves the captures
 * for another run.
 * A profile: `node --cpu-prof FOLDER/js/test/bench/walk.js FOLDER/small.pcap`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from './compile.mjs';

const keep = process.argv.indexOf('--keep');
const folder = keep > 0 ? resolve(process.argv[keep + 1]) : mkdtempSync(join(tmpdir(), 'wayhome-bench-'));
mkdirSync(folder, { recursive: true });
try {
  compile(folder, ['test/bench/compare.ts', 'test/bench/walk.ts']);
  const bench = await import(pathToFileURL(join(folder, 'js/test/bench/compare.js')).href);
  bench.compare(folder, process.argv.includes('--quick'));
} finally {
  if (keep < 0) rmSync(folder, { recursive: true, force: true });
}
