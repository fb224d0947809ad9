import { setFlagsFromString } from 'node:v8';

/**
 * Bytes of bytecode that a function runs through before V8 thinks of optimising it, five times as many as by itself. Later
 * versions count calls, have a cheaper compiler that comes first, and complain of an option they do not know.
 */
const BUDGET = 660_000;
const VERSION = /^11\./;

/**
 * V8 optimises what has run for a few milliseconds, in threads beside. Of a run of less than a second these are hundreds of
 * functions, which takes the processors more time than it saves: of two hosts' gigabytes an eighth. What is hot in a long
 * one is WebAssembly (`exchange/shortcut/`), of which V8 thinks otherwise; all else is optimised a moment later.
 *
 * It is for the whole process, and to be called when what is needed has been loaded: V8 tells code that was kept, its own
 * and ours (`code-cache.ts`), by such options as well, and compiles anew what is loaded afterwards.
 */
export function optimizeLate(): void {
  if (VERSION.test(process.versions.v8)) setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
