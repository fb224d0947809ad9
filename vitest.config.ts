import { defineConfig } from 'vitest/config';

/** Where `.ci/run` wants the runner's own report as JSON. */
const report = process.env.WAYHOME_TEST_REPORT;

/** `unit` runs anywhere; `lab` builds network namespaces and needs root. */
export default defineConfig({
  test: {
    // All cores: the tests that need one for themselves are in the lab.
    maxWorkers: '100%',
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          fileParallelism: false,
          // All scenarios start at once and wait for their turn in the lab's own pool.
          maxConcurrency: 1000,
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
