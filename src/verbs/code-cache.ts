import { readFileSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** Beside the file whose code it holds. */
export const CACHE_SUFFIX = '.cache';

type Compiled = (exports: object, require: (id: string) => unknown, ...rest: readonly unknown[]) => void;

/**
 * From now on the command's own files are loaded with the code that V8 made of them when they were built (`cache-code.mjs`):
 * to compile them takes longer than to read a small capture. V8 refuses code of another version or for other flags, but
 * tells a file by its length alone, so code older than its file is passed over. A file without any is compiled as ever.
 * Node 22 has `module.enableCompileCache`, which fills a folder as it goes.
 * @param compiled told of each file that is loaded
 */
export function useCodeCache(compiled?: (file: string, script: Script) => void): void {
  const own = dirname(fileURLToPath(import.meta.url)) + sep;
  const { extensions } = createRequire(import.meta.url);
  extensions['.cjs'] = (module, file) => {
    if (!file.startsWith(own)) return extensions['.js'](module, file);
    const cachedData = compiled ? undefined : codeOf(file);
    const script = new Script(Module.wrap(readFileSync(file, 'utf8')), { filename: file, cachedData });
    compiled?.(file, script);
    const run = script.runInThisContext() as Compiled;
    run.call(module.exports, module.exports, (id) => module.require(id), module, file, dirname(file));
  };
}

function codeOf(file: string): Buffer | undefined {
  const cache = file + CACHE_SUFFIX;
  try {
    return statSync(cache).mtimeMs < statSync(file).mtimeMs ? undefined : readFileSync(cache);
  } catch {
    return undefined;
  }
}
