import type { AttributeValue, Attributes } from '../../model/attributes.ts';
import { doubleAttributes } from '../../model/otlp.ts';
import type { Span, SpanResource, Trace } from '../../model/span.ts';
import { serviceNames } from '../../model/tier.ts';
import { outcomeOf } from '../../model/trace-outcome.ts';

/** Jaeger's JSON of a trace (jaegertracing/jaeger, internal/uimodel): times and durations in whole microseconds. */
export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, JaegerProcess>>;
  readonly warnings: null;
}

export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly JaegerTag[];
  readonly logs: readonly { readonly timestamp: number; readonly fields: readonly JaegerTag[] }[];
  readonly processID: string;
  readonly warnings: null;
}

export interface JaegerReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

export interface JaegerProcess {
  readonly serviceName: string;
  readonly tags: readonly JaegerTag[];
}

export interface JaegerTag {
  readonly key: string;
  readonly type: 'string' | 'bool' | 'int64' | 'float64';
  readonly value: AttributeValue;
}

export function toJaeger(trace: Trace): JaegerTrace {
  const processes: Record<string, JaegerProcess> = {};
  const ids = new Map<string, string>();
  const processOf = (resource: SpanResource): string => {
    const key = JSON.stringify(resource);
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = `p${ids.size + 1}`;
    ids.set(key, id);
    processes[id] = jaegerProcess(resource);
    return id;
  };
  const spans = trace.spans.map((span) => jaegerSpan(span, processOf(span.resource)));
  return { traceID: trace.traceId, spans, processes, warnings: null };
}

/** How names end in which a search is told outcomes. */
const endings = { ok: 'ok', warning: 'warning', error: 'failed' } as const;

/**
 * The same where a search asks how traces ended: the span that begins first says so in its name, `token renewal (failed)`. Grafana's data
 * source makes a table of a search, in which that name is all there is of a trace but its id, start and duration.
 */
export function toJaegerWithOutcome(trace: Trace): JaegerTrace {
  const converted = toJaeger(trace);
  const [root] = trace.spans;
  const name = `${root.name.toWellFormed()} (${endings[outcomeOf(trace)]})`;
  let first = 0;
  converted.spans.forEach(({ startTime }, at) => {
    if (startTime < converted.spans[first]!.startTime) first = at;
  });
  const spans = converted.spans.map((span, at) => (at === first ? { ...span, operationName: name } : span));
  return { ...converted, spans };
}

function jaegerSpan(span: Span, processID: string): JaegerSpan {
  const startTime = unsigned(span.startUs);
  return {
    traceID: span.traceId,
    spanID: span.spanId,
    operationName: span.name.toWellFormed(),
    references: referencesOf(span),
    startTime,
    duration: Math.max(0, unsigned(span.endUs) - startTime),
    tags: [...tagsOf(span.attributes), ...statusTags(span), tag('span.kind', span.kind)],
    logs: span.events.map((event) => ({
      timestamp: unsigned(event.timeUs),
      fields: [tag('event', event.name), ...tagsOf(event.attributes)],
    })),
    processID,
    warnings: null,
  };
}

function referencesOf(span: Span): readonly JaegerReference[] {
  const parent: JaegerReference[] =
    span.parentSpanId === ''
      ? []
      : [{ refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parentSpanId }];
  const links = span.links.map(
    (link): JaegerReference => ({ refType: 'FOLLOWS_FROM', traceID: link.traceId, spanID: link.spanId }),
  );
  return [...parent, ...links];
}

/** As the OpenTelemetry specification maps a status to Jaeger. */
function statusTags(span: Span): readonly JaegerTag[] {
  if (span.status.code === 'unset') return [];
  const code = tag('otel.status_code', span.status.code.toUpperCase());
  if (span.status.code === 'ok') return [code];
  const message = span.status.message === '' ? [] : [tag('otel.status_description', span.status.message)];
  return [tag('error', true), code, ...message];
}

function jaegerProcess(resource: SpanResource): JaegerProcess {
  return {
    serviceName: serviceNames[resource.tier],
    tags: tagsOf({
      'service.namespace': 'configmgr',
      'service.instance.id': resource.host,
      'host.name': resource.host,
      ...(resource.site === '' ? {} : { 'ccm.site.code': resource.site }),
      'ccm.clock.offset_ms': resource.clockOffsetMs,
      ...(resource.clockErrorMs < 0 ? {} : { 'ccm.clock.error_ms': resource.clockErrorMs }),
    }),
  };
}

function tagsOf(attributes: Attributes): readonly JaegerTag[] {
  return Object.keys(attributes)
    .sort()
    .flatMap((key) => {
      const value = attributes[key];
      return value === undefined || (typeof value === 'number' && !Number.isFinite(value))
        ? []
        : [tag(key, value)];
    });
}

function tag(key: string, value: AttributeValue): JaegerTag {
  if (typeof value === 'string')
    return { key: key.toWellFormed(), type: 'string', value: value.toWellFormed() };
  if (typeof value === 'boolean') return { key, type: 'bool', value };
  return {
    key,
    type: doubleAttributes.has(key) || !Number.isSafeInteger(value) ? 'float64' : 'int64',
    value,
  };
}

/** Jaeger's times are unsigned. */
function unsigned(us: number): number {
  return Math.max(0, Math.round(us));
}
