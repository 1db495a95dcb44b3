import { defineConfig } from 'vitest/config';

/** Where the run's totals go as JSON; set by .ci/run. */
const results = process.env['CCMTRACE_TEST_RESULTS'];

/** Disks, permissions, shares and clocks that fail a running collector: most of the time it is waited for. */
export default defineConfig({
  test: {
    name: 'adversities',
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Whole programs on two shared cores: another one's pause can outlast a time-out; what fails twice is broken.
    retry: process.env['CI'] === undefined ? 0 : 1,
    reporters: ['default', ...(results === undefined ? [] : ['json'])],
    ...(results === undefined ? {} : { outputFile: { json: results } }),
  },
});
