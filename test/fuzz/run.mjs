/**
 * Reads mutants of captures and host states: `npm run fuzz -- [--seed N] [--runs N] [--corpus FOLDER] [--only PHASE:NUMBER]`.
 * The seed is printed; with it, every mutant can be made again. Compiles to a temporary folder first, because Node 20
 * runs no TypeScript.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const folder = mkdtempSync(join(tmpdir(), 'wayhome-fuzz-'));
try {
  const compilerOptions = {
    rootDir: root,
    outDir: folder,
    noEmit: false,
    allowImportingTsExtensions: false,
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const include = ['src', 'test/fuzz'].map((one) => join(root, one));
  const exclude = ['test/fuzz/*.test.ts', 'src/exchange/shortcut'].map((one) => join(root, one));
  const project = join(folder, 'tsconfig.json');
  writeFileSync(
    project,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include, exclude }),
  );
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], { stdio: 'inherit' });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const args = [
    '--max-old-space-size=256',
    join(folder, 'test/fuzz/fuzz.js'),
    root,
    ...process.argv.slice(2),
  ];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
