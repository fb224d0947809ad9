/**
 * Measures walking and decoding against tcpdump with a filter for the same packets, in one run:
 *
 *     node test/bench/run.mjs [--quick] [--keep FOLDER]
 *
 * Compiles the sources to a temporary folder first, because Node 20 runs no TypeScript and a test runner's own module
 * loader would be measured along. `--quick` takes a tenth of the frames; `--keep` leaves the captures for another run.
 * A profile: `node --cpu-prof FOLDER/js/test/bench/walk.js FOLDER/small.pcap`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const keep = process.argv.indexOf('--keep');
const folder = keep > 0 ? resolve(process.argv[keep + 1]) : mkdtempSync(join(tmpdir(), 'wayhome-bench-'));
mkdirSync(folder, { recursive: true });
try {
  compile();
  const bench = await import(pathToFileURL(join(folder, 'js/test/bench/compare.js')).href);
  bench.compare(folder, process.argv.includes('--quick'));
} finally {
  if (keep < 0) rmSync(folder, { recursive: true, force: true });
}

/** Only what is measured: the rest of the tree may be in the middle of a change. */
function compile() {
  const options = {
    rootDir: root,
    outDir: join(folder, 'js'),
    noEmit: false,
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const include = ['src/addr', 'src/capture', 'src/decode', 'test/bench'].map((one) => join(root, one));
  const project = join(folder, 'tsconfig.json');
  writeFileSync(
    project,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include }),
  );
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], {
    stdio: 'inherit',
  });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
}
