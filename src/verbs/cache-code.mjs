import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs the command that was built, so that V8 compiles what runs need, and keeps what it made of each file beside it (see
 * `code-cache.ts`).
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, 'dist/verbs');
const EXAMPLE = join(ROOT, 'captures/ping-asymmetric');

for (const name of readdirSync(FOLDER)) if (name.endsWith('.cjs.cache')) rmSync(join(FOLDER, name));
const require = createRequire(import.meta.url);
const { useCodeCache, CACHE_SUFFIX } = require(join(FOLDER, 'code-cache.cjs'));
const scripts = new Map();
useCodeCache((file, script) => scripts.set(file, script));
const { main } = require(join(FOLDER, 'main.cjs'));

const { write } = process.stdout;
process.stdout.write = (_text, ...rest) => {
  rest.at(-1)?.();
  return true;
};
const hosts = ['ServerA', 'ServerB'].map((host) => `${host}=${join(EXAMPLE, host)}`);
for (const format of ['json', 'text'])
  await main(['node', 'wayhome', 'analyze', '--format', format, ...hosts]);
process.stdout.write = write;
process.exitCode = 0;
for (const [file, script] of scripts) writeFileSync(file + CACHE_SUFFIX, script.createCachedData());
