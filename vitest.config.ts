import { defineConfig } from 'vitest/config';

/** Where the run's totals go as JSON; set by .ci/run. */
const results = process.env['CCMTRACE_TEST_RESULTS'];

/** Slow suites (interop, torture, bench) are scripts of their own; see package.json. */
export default defineConfig({
  test: {
    reporters: ['default', ...(results === undefined ? [] : ['json'])],
    ...(results === undefined ? {} : { outputFile: { json: results } }),
    projects: [
      { test: { name: 'collector', include: ['collector/src/**/*.test.ts', 'dashboards/src/**/*.test.ts'] } },
      {
        test: {
          name: 'plugin',
          include: ['grafana-plugin/src/**/*.test.{ts,tsx}'],
          server: { deps: { inline: [/@grafana\//] } },
        },
      },
      {
        test: {
          name: 'whole',
          include: ['test/{architecture,golden,e2e}/**/*.test.ts'],
          // Whole programs on two shared cores: another one's pause can outlast a time-out; what fails twice is broken.
          retry: process.env['CI'] === undefined ? 0 : 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
