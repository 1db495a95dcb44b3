import { defineConfig } from 'vitest/config';

/** Where the run's totals go as JSON; set by .ci/run. */
const results = process.env['CCMTRACE_TEST_RESULTS'];

/** Slow suites of the store: space, crashes, readers beside a writer; one after another, for they share two cores. */
export default defineConfig({
  test: {
    name: 'store',
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    reporters: ['default', ...(results === undefined ? [] : ['json'])],
    ...(results === undefined ? {} : { outputFile: { json: results } }),
  },
});
