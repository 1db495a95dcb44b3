import type { Attribute, SpanDetail, SpanRecord } from '../../grafana-plugin/src/model/span-detail.ts';
import type { SpanTable } from '../../grafana-plugin/src/model/span-table.ts';

/** A span of a made table: `[start, end]` in milliseconds. */
export interface MadeSpan {
  readonly id: string;
  readonly under?: string;
  readonly at: readonly [fromMs: number, toMs: number];
  readonly name?: string;
  readonly service?: string;
  readonly host?: string;
  readonly status?: number;
  readonly flags?: number;
  readonly confidence?: number;
  readonly clockOffsetMs?: number;
  readonly message?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly records?: readonly SpanRecord[];
}

/** A trace as the view reads it, from a short description. */
export function madeTable(spans: readonly MadeSpan[]): SpanTable {
  const attributesOf = (values: MadeSpan['attributes']): Attribute[] =>
    Object.entries(values ?? {}).map(([key, value]) => ({ key, value }));
  return {
    traceId: 'a'.repeat(32),
    count: spans.length,
    ids: spans.map((span) => span.id),
    parentIds: spans.map((span) => span.under),
    names: spans.map((span) => span.name ?? span.id),
    services: spans.map((span) => span.service ?? 'service'),
    hosts: spans.map((span) => span.host ?? ''),
    startMs: Float64Array.from(spans, (span) => span.at[0]),
    durationMs: Float64Array.from(spans, (span) => span.at[1] - span.at[0]),
    status: Uint8Array.from(spans, (span) => span.status ?? 0),
    flags: Uint8Array.from(spans, (span) => span.flags ?? 0),
    confidence: Float32Array.from(spans, (span) => span.confidence ?? Number.NaN),
    clockOffsetMs: Float32Array.from(spans, (span) => span.clockOffsetMs ?? 0),
    detail: (k): SpanDetail => ({
      kind: 'internal',
      statusMessage: spans[k]!.message ?? '',
      attributes: attributesOf(spans[k]!.attributes),
      resource: [],
      records: spans[k]!.records ?? [],
      links: [],
    }),
  };
}
