import { closeSync, openSync } from 'node:fs';
import { type BenchCapture, writeBenchCapture } from './generate.ts';

/** Makes one capture, as a process of its own: `make.js OPTIONS [FILE]`, to standard output without a file. */
const [options, file] = process.argv.slice(2);
const out = file === undefined ? 1 : openSync(file, 'w');
try {
  writeBenchCapture(out, JSON.parse(options) as BenchCapture);
} catch (failure) {
  // A reader that went away needs no more.
  if ((failure as NodeJS.ErrnoException).code !== 'EPIPE') throw failure;
}
if (file !== undefined) closeSync(out);
