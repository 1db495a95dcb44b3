import { describe, expect, it } from 'vitest';
import { createMemoryOutbox } from '../../../test/support/outbox.ts';
import { startOtlpServer } from '../../../test/support/otlp-server.ts';
import { createMemoryReport } from '../../../test/support/report.ts';
import type { MetricSnapshot } from '../contract/metrics.ts';
import { createExporter } from './index.ts';
import { toOtlpMetrics } from './metrics.ts';

const labels = { site: 'ABC' };
const snapshot: MetricSnapshot = {
  startUs: 1_000_000,
  families: [
    {
      name: 'a',
      description: 'A.',
      unit: '',
      kind: 'counter',
      points: [{ kind: 'number', labels, value: 3 }],
    },
    { name: 'b', description: 'B.', unit: '', kind: 'gauge', points: [] },
    {
      name: 'c',
      description: 'C.',
      unit: 's',
      kind: 'histogram',
      points: [{ kind: 'histogram', labels, bounds: [1, 2], counts: [4, 0, 1], sum: 9.5 }],
    },
  ],
};

describe('toOtlpMetrics()', () => {
  it('writes cumulative counts since the start, and leaves out metrics without a series', () => {
    const { resourceMetrics } = toOtlpMetrics(snapshot, { 'service.name': 'ccmtrace' }, 2_000_000);
    const attributes = [{ key: 'site', value: { stringValue: 'ABC' } }];
    const times = { startTimeUnixNano: '1000000000', timeUnixNano: '2000000000' };
    expect(resourceMetrics[0]?.scopeMetrics[0]?.metrics).toEqual([
      {
        name: 'a',
        description: 'A.',
        sum: {
          dataPoints: [{ ...times, asDouble: 3, attributes }],
          aggregationTemporality: 2,
          isMonotonic: true,
        },
      },
      {
        name: 'c',
        description: 'C.',
        unit: 's',
        histogram: {
          dataPoints: [
            {
              ...times,
              count: '5',
              sum: 9.5,
              bucketCounts: ['4', '0', '1'],
              explicitBounds: [1, 2],
              attributes,
            },
          ],
          aggregationTemporality: 2,
        },
      },
    ]);
  });
});

describe('the exporter with metrics', () => {
  it('sends a snapshot at regular times and a last one when it stops, and goes on after a refusal', async () => {
    const server = await startOtlpServer((_, number) =>
      number === 0 ? { kind: 'answer', status: 503 } : { kind: 'take' },
    );
    const report = createMemoryReport();
    const exporter = await createExporter({
      destinations: [{ name: 'otel', url: server.url, protocol: 'http/json', metrics: true }],
      outbox: createMemoryOutbox(),
      report,
      metrics: { snapshot: async () => snapshot, resource: {}, intervalMs: 10 },
    });
    exporter.start();
    while (server.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = server.requests.length;
    await exporter.stop(1000);
    expect(server.requests.length).toBeGreaterThan(before);
    await server.close();
    expect(server.requests.every(({ path }) => path === '/v1/metrics')).toBe(true);
    expect(report.troubles.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^Could not send metrics to otel\/metrics .*HTTP 503\. The next ones/),
    ]);
  });
});
