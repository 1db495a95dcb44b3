import type { Registry } from 'prom-client';
import type { MetricFamily, MetricPoint } from '../contract/metrics.ts';
import { otelNames } from './otel-names.ts';

/** What prom-client says of one metric. */
interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly {
    readonly metricName?: string;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly value: number;
  }[];
}

/** Every metric of a registry under its OpenTelemetry name. */
export async function readFamilies(
  registry: Pick<Registry, 'getMetricsAsJSON'>,
): Promise<readonly MetricFamily[]> {
  const readings = (await registry.getMetricsAsJSON()) as unknown as readonly Reading[];
  return readings.map((reading) => {
    const [name, unit] = nameOf(reading);
    const kind = reading.type as MetricFamily['kind'];
    return { name, unit, description: reading.help, kind, points: pointsOf(reading) };
  });
}

/** Rendering OpenMetrics takes `_total` off the names of counters. */
function nameOf({ name, type }: Reading): readonly [string, string] {
  return otelNames[name] ?? (type === 'counter' ? otelNames[`${name}_total`] : undefined) ?? [name, ''];
}

function pointsOf(reading: Reading): readonly MetricPoint[] {
  if (reading.type !== 'histogram' && reading.type !== 'summary') {
    return reading.values.map(({ labels, value }) => ({ kind: 'number', labels: textOf(labels), value }));
  }
  const bySeries = Map.groupBy(reading.values, ({ labels }) => seriesKey(labels));
  return [...bySeries.values()].map((values) =>
    reading.type === 'histogram' ? histogram(values) : summary(values),
  );
}

function histogram(values: Reading['values']): MetricPoint {
  const buckets = values.filter(({ labels }) => 'le' in labels);
  const bounds = buckets.map(({ labels }) => Number(labels['le'])).filter(Number.isFinite);
  const counts = buckets.map(({ value }, i) => value - (buckets[i - 1]?.value ?? 0));
  const sum = values.find(({ metricName }) => metricName?.endsWith('_sum'))?.value ?? 0;
  const labels = { ...values[0]?.labels };
  delete labels['le'];
  return { kind: 'histogram', labels: textOf(labels), bounds, counts, sum };
}

function summary(values: Reading['values']): MetricPoint {
  const find = (end: string) => values.find(({ metricName }) => metricName?.endsWith(end))?.value ?? 0;
  return {
    kind: 'summary',
    labels: textOf(values[0]?.labels ?? {}),
    count: find('_count'),
    sum: find('_sum'),
  };
}

/** All labels but the bucket's bound. */
function seriesKey(labels: Readonly<Record<string, string | number>>): string {
  const own = Object.entries(labels).filter(([name]) => name !== 'le');
  return JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function textOf(labels: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}
