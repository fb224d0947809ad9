/**
 * Measures wayhome beside tcpdump, tshark, pcap-parser and cat, in turn, on captures that it makes; see README.md here.
 *
 *     npm run bench -- [--quick] [--only CASE]... [--keep FOLDER] [--tree CHECKOUT]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { compile } from './compile.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    keep: { type: 'string' },
    tree: { type: 'string', default: fileURLToPath(new URL('../..', import.meta.url)) },
  },
});
const folder = values.keep ? resolve(values.keep) : mkdtempSync(join(tmpdir(), 'wayhome-bench-'));
mkdirSync(folder, { recursive: true });
process.env.WAYHOME_BENCH_ROOT = resolve(values.tree);
try {
  compile(
    folder,
    ['bench', 'make', 'count-pcap-parser', 'walk'].map((name) => `test/bench/${name}.ts`),
  );
  const { bench } = await import(pathToFileURL(join(folder, 'js/test/bench/bench.js')).href);
  bench(folder, { quick: values.quick, only: values.only ?? null, keep: values.keep !== undefined });
} finally {
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
}
