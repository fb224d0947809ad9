import { defineConfig } from 'vitest/config';

/** What kills mutants: the tests of the folders that are changed, in one process. See README.md here. */
export default defineConfig({
  test: {
    include: (process.env.MUTATION_TESTS ?? 'test/decode/**/*.test.ts').split(','),
    testTimeout: 20_000,
  },
});
