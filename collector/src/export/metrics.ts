import type { MetricFamily, MetricPoint, MetricSnapshot } from '../contract/metrics.ts';
import type { Attributes } from '../model/attributes.ts';
import { attributesToOtlp, otlpScope, unixNano } from '../model/otlp.ts';
import { metricsRequest } from './protobuf/messages.ts';
import { encodeRequest, type Encoding } from './signals.ts';

/** Counts since the start, not since the last time: one that is not sent is made good by the next. */
const cumulative = 2;

/** A snapshot as the body of an ExportMetricsServiceRequest, taken at `nowUs` (UTC microseconds). */
export function encodeMetrics(
  encoding: Encoding,
  snapshot: MetricSnapshot,
  resource: Attributes,
  nowUs: number,
): Uint8Array {
  return encodeRequest(encoding, metricsRequest, toOtlpMetrics(snapshot, resource, nowUs));
}

export function toOtlpMetrics({ startUs, families }: MetricSnapshot, resource: Attributes, nowUs: number) {
  const times = { startTimeUnixNano: unixNano(startUs), timeUnixNano: unixNano(nowUs) };
  const metrics = families
    .filter(({ points }) => points.length > 0)
    .map((family) => otlpMetric(family, times));
  return {
    resourceMetrics: [
      { resource: { attributes: attributesToOtlp(resource) }, scopeMetrics: [{ scope: otlpScope, metrics }] },
    ],
  };
}

interface Times {
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
}

function otlpMetric({ name, description, unit, kind, points }: MetricFamily, times: Times) {
  const head = { name, description, ...(unit === '' ? {} : { unit }) };
  const dataPoints = points.map((point) => otlpPoint(point, times));
  if (kind === 'gauge') return { ...head, gauge: { dataPoints } };
  if (kind === 'summary') return { ...head, summary: { dataPoints } };
  if (kind === 'histogram') return { ...head, histogram: { dataPoints, aggregationTemporality: cumulative } };
  return { ...head, sum: { dataPoints, aggregationTemporality: cumulative, isMonotonic: true } };
}

function otlpPoint(point: MetricPoint, times: Times) {
  const attributes = attributesToOtlp(point.labels);
  if (point.kind === 'number') return { ...times, asDouble: point.value, attributes };
  if (point.kind === 'summary') return { ...times, count: String(point.count), sum: point.sum, attributes };
  const { bounds, counts, sum } = point;
  const count = String(counts.reduce((total, bucket) => total + bucket, 0));
  return { ...times, count, sum, bucketCounts: counts.map(String), explicitBounds: bounds, attributes };
}
