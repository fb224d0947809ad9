import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');

/**
 * Compiles parts of the tree to FOLDER/js: Node 20 runs no TypeScript, and a test runner's own module loader would be
 * measured along. Only what is measured: the rest of the tree may be in the middle of a change.
 */
export function compile(folder, parts) {
  const options = {
    rootDir: root,
    outDir: join(folder, 'js'),
    noEmit: false,
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const include = [...parts, 'src/**/*.d.ts', 'test/capture/*.d.ts'].map((one) => join(root, one));
  const project = join(folder, 'tsconfig.json');
  writeFileSync(
    project,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include }),
  );
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], {
    stdio: 'inherit',
  });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  const modules = join(folder, 'node_modules');
  if (!existsSync(modules)) symlinkSync(join(root, 'node_modules'), modules);
}
