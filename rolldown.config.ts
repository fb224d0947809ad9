import { defineConfig } from 'rolldown';

/**
 * The command as a few files in place of hundreds: to find, read and link each module takes Node half a millisecond, which
 * in all is more than a small capture takes. The library (dist/index.js) stays as the compiler wrote it.
 */
export default defineConfig({
  // The second one runs in threads: it must lie beside the chunk that starts them.
  input: { main: 'src/verbs/main.ts', 'host-thread': 'src/exchange/host-thread.ts' },
  platform: 'node',
  // An imported constant is loaded from its module at each use; a literal is part of the code.
  optimization: { inlineConst: { mode: 'all', pass: 3 } },
  // Packages stay packages, with their licences.
  external: /^[^./]/,
  output: {
    dir: 'dist/verbs',
    chunkFileNames: '[name].chunk.js',
    comments: false,
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
          test: /src\/(report\/|verbs\/(problems|output-file|sources|host-name))/,
          minShareCount: 2,
        },
      ],
    },
  },
});
