import { defineConfig } from 'vitest/config';

/** Where the run's totals go as JSON; set by .ci/run. */
const results = process.env['CCMTRACE_TEST_RESULTS'];

/** Grafana, Tempo and Prometheus as they are published, in containers; skipped by name where there is no engine or no image. */
export default defineConfig({
  test: {
    name: 'containers',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    reporters: ['default', ...(results === undefined ? [] : ['json'])],
    ...(results === undefined ? {} : { outputFile: { json: results } }),
  },
});
