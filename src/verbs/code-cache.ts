import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** Beside the file whose code it holds. */
export const CACHE_SUFFIX = '.cache';

type Compiled = (exports: object, require: (id: string) => unknown, ...rest: readonly unknown[]) => void;

/**
 * From now on the command's own files are loaded with the code that V8 made of them when they were built (`cache-code.mjs`):
 * to compile them takes longer than to read a small capture. V8 refuses code of another version or for other flags, and
 * a file without it is compiled as ever. Node 22 has `module.enableCompileCache`, which fills a folder as it goes.
 * @param compiled told of each file that is loaded
 */
export function useCodeCache(compiled?: (file: string, script: Script) => void): void {
  const own = dirname(fileURLToPath(import.meta.url)) + sep;
  const { extensions } = createRequire(import.meta.url);
  extensions['.cjs'] = (module, file) => {
    if (!file.startsWith(own)) return extensions['.js'](module, file);
    const cachedData = compiled ? undefined : contentOf(file + CACHE_SUFFIX);
    const script = new Script(Module.wrap(readFileSync(file, 'utf8')), { filename: file, cachedData });
    compiled?.(file, script);
    const run = script.runInThisContext() as Compiled;
    run.call(module.exports, module.exports, (id) => module.require(id), module, file, dirname(file));
  };
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
