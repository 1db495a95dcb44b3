import type { Attribute, SpanKind } from '../model/span-detail.ts';
import type { SpanTable } from '../model/span-table.ts';

const kinds: Readonly<Record<SpanKind, number>> = {
  unspecified: 0,
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};

/** A trace as OTLP JSON (`{ resourceSpans }`), one resource per distinct set of resource attributes. */
export function traceOtlp(table: SpanTable): { resourceSpans: object[] } {
  const resources = new Map<string, { attributes: object[]; spans: object[] }>();
  for (let span = 0; span < table.count; span += 1) {
    const detail = table.detail(span);
    const attributes = detail.resource.map(keyValue);
    const key = JSON.stringify(attributes);
    let resource = resources.get(key);
    if (resource === undefined) resources.set(key, (resource = { attributes, spans: [] }));
    const status = table.status[span]!;
    resource.spans.push({
      traceId: table.traceId,
      spanId: table.ids[span],
      parentSpanId: table.parentIds[span] ?? '',
      name: table.names[span],
      kind: kinds[detail.kind],
      startTimeUnixNano: nanos(table.startMs[span]!),
      endTimeUnixNano: nanos(table.startMs[span]! + table.durationMs[span]!),
      attributes: detail.attributes.map(keyValue),
      status:
        status === 0
          ? {}
          : { code: status, ...(detail.statusMessage === '' ? {} : { message: detail.statusMessage }) },
      events: detail.records.map(({ name, timeMs, attributes: own }) => ({
        name,
        timeUnixNano: nanos(timeMs),
        attributes: own.map(keyValue),
      })),
      links: detail.links.map(({ traceId, spanId, attributes: own }) => ({
        traceId,
        spanId,
        attributes: own.map(keyValue),
      })),
    });
  }
  return {
    resourceSpans: [...resources.values()].map(({ attributes, spans }) => ({
      resource: { attributes },
      scopeSpans: [{ spans }],
    })),
  };
}

/** Whole microseconds, as the collector keeps them, so that a double's last digits do not show as nanoseconds. */
function nanos(ms: number): string {
  return (BigInt(Math.round(ms * 1000)) * 1000n).toString();
}

function keyValue({ key, value }: Attribute): object {
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  return { key, value: Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
}
