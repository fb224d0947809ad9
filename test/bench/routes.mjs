/**
 * Measures a full Internet table: how long wayhome takes to read it, how much memory it holds, and what a lookup costs,
 * beside `ip -batch` that loads the same table into a network namespace and asks the kernel (root only):
 *
 *     node test/bench/routes.mjs [--quick] [--keep FOLDER]
 *
 * One million IPv4 routes and 200 000 IPv6 routes with the prefix lengths of the public table, as `ip route show table
 * all` prints them; `--quick` takes a tenth. Queries are random addresses, of which most are covered.
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
  compile(folder, ['test/bench/full-table.ts', 'test/bench/look-up.ts']);
  const bench = await import(pathToFileURL(join(folder, 'js/test/bench/full-table.js')).href);
  bench.measure(folder, process.argv.includes('--quick'));
} finally {
  if (keep < 0) rmSync(folder, { recursive: true, force: true });
}
