import { defineConfig } from 'vitest/config';

/** Where the run's totals go as JSON; set by .ci/run. */
const results = process.env['CCMTRACE_TEST_RESULTS'];

/** Real programs on the other end; one suite after another, for they share two cores. */
export default defineConfig({
  test: {
    name: 'interop',
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    // On two shared cores another program's pause can outlast a time-out; what fails twice is broken.
    retry: process.env['CI'] === undefined ? 0 : 1,
    reporters: ['default', ...(results === undefined ? [] : ['json'])],
    ...(results === undefined ? {} : { outputFile: { json: results } }),
  },
});
