import { textOf, type Attribute, type SpanDetail, type SpanKind } from '../model/span-detail.ts';
import {
  flagDetached,
  flagLinks,
  flagPartial,
  flagWarning,
  statusError,
  statusUnset,
  type SpanTable,
} from '../model/span-table.ts';
import { visible } from '../model/visible.ts';

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number | string;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
}

interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number | string;
  readonly startTimeUnixNano: string | number;
  readonly endTimeUnixNano: string | number;
  readonly attributes?: readonly KeyValue[];
  readonly status?: { readonly code?: number | string; readonly message?: string };
  readonly events?: readonly {
    readonly name: string;
    readonly timeUnixNano: string | number;
    readonly attributes?: readonly KeyValue[];
  }[];
  readonly links?: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes?: readonly KeyValue[];
  }[];
}

/** `ExportTraceServiceRequest` in OTLP's JSON form, as far as a view needs it. */
export interface OtlpTraces {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[];
  }[];
}

interface Placed {
  readonly span: OtlpSpan;
  readonly resource: readonly Attribute[];
}

/** The traces in an OTLP document, each as a table; in order of appearance. */
export function readOtlp(document: OtlpTraces): SpanTable[] {
  const traces = new Map<string, Placed[]>();
  for (const { resource, scopeSpans } of document.resourceSpans ?? []) {
    const attributes = readAttributes(resource?.attributes);
    for (const { spans } of scopeSpans ?? []) {
      for (const span of spans ?? []) {
        const found = traces.get(span.traceId);
        if (found === undefined) traces.set(span.traceId, [{ span, resource: attributes }]);
        else found.push({ span, resource: attributes });
      }
    }
  }
  return [...traces].map(([traceId, placed]) => tableOf(traceId, placed));
}

function tableOf(traceId: string, placed: readonly Placed[]): SpanTable {
  const count = placed.length;
  const startMs = new Float64Array(count);
  const durationMs = new Float64Array(count);
  const status = new Uint8Array(count);
  const flags = new Uint8Array(count);
  const confidence = new Float32Array(count);
  const clockOffsetMs = new Float32Array(count);
  placed.forEach(({ span, resource }, k) => {
    startMs[k] = millis(span.startTimeUnixNano);
    durationMs[k] = Math.max(0, spanMillis(span.startTimeUnixNano, span.endTimeUnixNano));
    status[k] = statusCode(span.status?.code);
    const warned = status[k] !== statusError && plain(span.attributes, 'error.type') !== undefined;
    const partial = plain(span.attributes, 'ccm.story.partial') === true;
    const detached = kindOf(span.kind) === 'consumer' ? flagDetached : 0;
    const linked = (span.links?.length ?? 0) > 0;
    flags[k] = (warned ? flagWarning : 0) | (partial ? flagPartial : 0) | (linked ? flagLinks : 0) | detached;
    confidence[k] = Number(plain(span.attributes, 'ccm.link.confidence') ?? NaN);
    clockOffsetMs[k] = Number(resource.find(({ key }) => key === 'ccm.clock.offset_ms')?.value ?? 0);
  });
  return {
    traceId,
    count,
    ids: placed.map(({ span }) => span.spanId),
    parentIds: placed.map(({ span }) => span.parentSpanId),
    names: placed.map(({ span }) => visible(span.name)),
    services: placed.map(({ resource }) => textOf(resource, 'service.name')),
    hosts: placed.map(({ resource }) => textOf(resource, 'host.name')),
    startMs,
    durationMs,
    status,
    flags,
    confidence,
    clockOffsetMs,
    detail: (k) => detailOf(placed[k]!),
  };
}

function detailOf({ span, resource }: Placed): SpanDetail {
  return {
    kind: kindOf(span.kind),
    statusMessage: visible(span.status?.message ?? ''),
    attributes: readAttributes(span.attributes),
    resource,
    records: (span.events ?? []).map((event) => ({
      name: visible(event.name),
      timeMs: millis(event.timeUnixNano),
      attributes: readAttributes(event.attributes),
    })),
    links: (span.links ?? []).map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: readAttributes(attributes),
    })),
  };
}

/** Nanoseconds as OTLP writes them (text, for they pass 2^53) to milliseconds; a double keeps a quarter of a microsecond. */
function millis(nanos: string | number): number {
  const text = String(nanos);
  return text.length > 6 ? Number(text.slice(0, -6)) + Number(text.slice(-6)) / 1e6 : Number(text) / 1e6;
}

/** Of two nearby instants the difference, exact to the nanosecond. */
function spanMillis(from: string | number, to: string | number): number {
  return Number(BigInt(to) - BigInt(from)) / 1e6;
}

function statusCode(code: number | string | undefined): number {
  if (typeof code === 'number') return code;
  return code === 'STATUS_CODE_ERROR' ? 2 : code === 'STATUS_CODE_OK' ? 1 : statusUnset;
}

const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

function kindOf(kind: number | string | undefined): SpanKind {
  if (typeof kind === 'number') return kinds[kind] ?? 'unspecified';
  const named = kind?.replace('SPAN_KIND_', '').toLowerCase();
  return kinds.find((known) => known === named) ?? 'unspecified';
}

function readAttributes(from: readonly KeyValue[] | undefined): Attribute[] {
  return (from ?? []).map(({ key, value }) => ({ key, value: plainValue(value) ?? '' }));
}

function plain(from: readonly KeyValue[] | undefined, key: string): string | number | boolean | undefined {
  const found = from?.find((attribute) => attribute.key === key);
  return found === undefined ? undefined : plainValue(found.value);
}

function plainValue(value: AnyValue | undefined): string | number | boolean | undefined {
  if (value === undefined) return undefined;
  if (value.stringValue !== undefined) return visible(value.stringValue);
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.arrayValue !== undefined) return JSON.stringify((value.arrayValue.values ?? []).map(plainValue));
  return undefined;
}
