import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin, type RenderedChunk } from 'rolldown';

/**
 * Packages that each run needs before it knows its work: to find and read their files takes longer than to read the
 * command line. All others stay packages.
 */
const BUNDLED = ['@commander-js/extra-typings', 'commander', 'picocolors'];

/**
 * Commander loads what starts other programs, for commands that are programs of their own; there are none here, and to load it
 * takes a tenth of the time of `--version`. It is loaded when it is asked for.
 */
const LAZY = '\0child_process';
const isLazy = (id: string, importer?: string) =>
  id === 'node:child_process' && importer?.includes('/node_modules/commander/') === true;
const lazyChildProcess: Plugin = {
  name: 'lazy-child-process',
  resolveId: (id, importer) => (isLazy(id, importer) ? LAZY : null),
  load: (id) =>
    id === LAZY
      ? "module.exports = { spawn: (...given) => require('node:child_process').spawn(...given) };"
      : null,
};

/** The licences of the packages that a chunk holds, which their copies have to bear. */
function licencesOf({ moduleIds }: RenderedChunk): string {
  const held = BUNDLED.filter((name) => moduleIds.some((id) => id.includes(`/node_modules/${name}/`)));
  const texts = held.map(
    (name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim()}`,
  );
  return texts.map((text) => `/*!\n${text}\n*/`).join('\n');
}

/**
 * The command as a few files in place of hundreds: to find, read and link each module takes Node half a millisecond, which
 * in all is more than a small capture takes. The library (dist/index.js) stays as the compiler wrote it.
 */
export default defineConfig({
  // The last one runs in threads: it must lie beside the chunk that starts them.
  input: {
    main: 'src/verbs/main.ts',
    'code-cache': 'src/verbs/code-cache.ts',
    'host-thread': 'src/verbs/host-thread.ts',
  },
  platform: 'node',
  plugins: [lazyChildProcess],
  // An imported constant is loaded from its module at each use; a literal is part of the code.
  optimization: { inlineConst: { mode: 'all', pass: 3 } },
  external: (id, importer) => /^[^./\0]/.test(id) && !BUNDLED.includes(id) && !isLazy(id, importer),
  output: {
    dir: 'dist/verbs',
    // What is required is there sooner than what is imported, and can come with its code (`code-cache.ts`).
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].chunk.cjs',
    comments: false,
    banner: licencesOf,
    // What is shared by several chunks would else become a dozen more.
    codeSplitting: {
      groups: [
        {
          name: 'shared',
          test: /src\/(addr\/|report\/(wrap|printable)|verbs\/(terminal|messages|usage-error))/,
        },
        { name: 'seen', test: /src\/(capture|decode|exchange|finding)\//, minShareCount: 2 },
        {
          name: 'words',
          test: /src\/(report\/|verbs\/(problems|progress|output-file|sources|host-name))/,
          minShareCount: 2,
        },
      ],
    },
  },
});
