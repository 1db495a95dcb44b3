import { readFile } from 'node:fs/promises';

/** A span of an OTLP file, with its attributes as a plain object. */
export interface FileSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly service: string;
  readonly startNano: bigint;
  readonly endNano: bigint;
  readonly statusCode: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number };
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly KeyValue[] }[];
}

interface JsonRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[];
  }[];
}

/** Reads a file of one ExportTraceServiceRequest as JSON a line. */
export async function readOtlpLines(file: string): Promise<FileSpan[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.flatMap((line) =>
    (JSON.parse(line) as JsonRequest).resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const service = String(plain(resource.attributes)['service.name']);
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => fileSpan(span, service)));
    }),
  );
}

function fileSpan(span: JsonSpan, service: string): FileSpan {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    service,
    startNano: BigInt(span.startTimeUnixNano),
    endNano: BigInt(span.endTimeUnixNano),
    statusCode: span.status?.code ?? 0,
    attributes: plain(span.attributes),
    events: (span.events ?? []).map(({ name, attributes }) => ({ name, attributes: plain(attributes) })),
  };
}

function plain(list: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(
    list.map(({ key, value }) => {
      const [kind, raw] = Object.entries(value)[0] ?? ['', undefined];
      return [key, kind === 'intValue' ? Number(raw) : raw];
    }),
  );
}

/** Traces as indented names, children by start: `token renewal › token request › …`. */
export function treeOf(spans: readonly FileSpan[]): string[] {
  const ids = new Set(spans.map((span) => span.spanId));
  const below = (parent: string, depth: number): string[] =>
    spans
      .filter((span) => (ids.has(span.parentSpanId) ? span.parentSpanId : '') === parent)
      .sort((a, b) => Number(a.startNano - b.startNano) || (a.name < b.name ? -1 : 1))
      .flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...below(span.spanId, depth + 1)]);
  return below('', 0);
}
