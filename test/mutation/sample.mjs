/**
 * Draws lines at random, so that a folder too large to be changed as a whole gives an honest figure, and anyone the same one:
 * `node test/mutation/sample.mjs SEED COUNT PATH...` prints COUNT ranges of lines (all, where there are fewer) as Stryker's
 * `--mutate` takes them. Each PATH is a source file or a folder of them.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A mutant that reaches over the end of its range (a whole function's body) is left out; more lines leave out fewer. */
const LINES = 20;

const [seed, count, ...paths] = process.argv.slice(2);
const ranges = paths.flatMap(sourcesOf).sort().flatMap(rangesOf);
console.log(
  drawn(ranges, Number(count), randomOf(Number(seed)))
    .sort()
    .join(),
);

function sourcesOf(path) {
  if (statSync(path).isFile()) return [path];
  const names = readdirSync(path, { recursive: true }).filter((name) => name.endsWith('.ts'));
  return names.map((name) => join(path, name));
}

function rangesOf(path) {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
  const starts = Array.from({ length: Math.ceil(lines / LINES) }, (_, i) => 1 + i * LINES);
  return starts.map((start) => `${path}:${start}-${Math.min(lines, start + LINES - 1)}`);
}

/** The first of them in a random order (Fisher and Yates). */
function drawn(all, wanted, below) {
  for (let i = all.length - 1; i > 0; i--) {
    const other = below(i + 1);
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all.slice(0, wanted);
}

/** Numbers below a limit, the same for the same seed everywhere (mulberry32, as in test/bench/random.ts). */
function randomOf(start) {
  let state = start | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000) * limit);
  };
}
