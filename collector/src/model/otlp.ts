import type { Attributes, AttributeValue } from './attributes.ts';
import type { Span, SpanEvent, SpanKind, SpanLink, SpanResource, SpanStatus, Trace } from './span.ts';
import { serviceNames } from './tier.ts';

/**
 * OTLP's JSON form (opentelemetry-proto, trace.proto and common.proto): ids in lower-case hex, 64-bit integers as
 * decimal strings, enumerations as numbers, empty fields left out.
 */
export interface OtlpTraces {
  readonly resourceSpans: readonly OtlpResourceSpans[];
}

export interface OtlpResourceSpans {
  readonly resource: { readonly attributes: readonly OtlpKeyValue[] };
  readonly scopeSpans: readonly { readonly scope: OtlpScope; readonly spans: readonly OtlpSpan[] }[];
}

export interface OtlpScope {
  readonly name: string;
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly OtlpKeyValue[];
  readonly events?: readonly OtlpEvent[];
  readonly links?: readonly OtlpLink[];
  readonly status?: { readonly message?: string; readonly code?: number };
}

export interface OtlpEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes?: readonly OtlpKeyValue[];
}

export interface OtlpLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes?: readonly OtlpKeyValue[];
}

export interface OtlpKeyValue {
  readonly key: string;
  readonly value: OtlpValue;
}

/** Exactly one of the four. */
export interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
}

/**
 * Attributes that are doubles whatever their value: a confidence of 1 must not become an integer beside one of 0.95,
 * or a columnar store keeps two columns for one attribute.
 */
export const doubleAttributes: ReadonlySet<string> = new Set([
  'ccm.clock.error_ms',
  'ccm.clock.offset_ms',
  'ccm.link.confidence',
]);

/** Instrumentation scope of every span; without a version, so that an upgrade changes no bytes. */
export const otlpScope: OtlpScope = { name: 'ccmtrace' };

/**
 * Traces as one ExportTraceServiceRequest. A pure function of the set of traces: resources by tier, host, site and
 * clock, spans by start time and id, attributes by name; the order of the input does not matter.
 */
export function toOtlp(traces: readonly Trace[]): OtlpTraces {
  return spansToOtlp(traces.flatMap((trace) => trace.spans));
}

/** {@link toOtlp} for spans, of one trace or of many. */
export function spansToOtlp(spans: readonly Span[]): OtlpTraces {
  return { resourceSpans: groupsOf(spans).map(resourceSpans) };
}

/** The order in which {@link spansToOtlp} writes spans. */
export function otlpOrder(spans: readonly Span[]): Span[] {
  return groupsOf(spans).flat();
}

/** Spans by resource, each group by start time and id. */
function groupsOf(spans: readonly Span[]): Span[][] {
  const groups = new Map<string, Span[]>();
  for (const span of spans) {
    const key = resourceKey(span.resource);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [span]);
    else group.push(span);
  }
  return [...groups].sort(byFirst).map(([, group]) => group.sort(byStart));
}

function resourceSpans(group: readonly Span[]): OtlpResourceSpans {
  const spans = group.map(otlpSpan);
  const resource = { attributes: group[0] === undefined ? [] : resourceToOtlp(group[0].resource) };
  return { resource, scopeSpans: [{ scope: otlpScope, spans }] };
}

/** Attributes of the resource that a span ran on; `ccm.clock.error_ms` is left out where nothing bounds the clock. */
export function resourceToOtlp(resource: SpanResource): readonly OtlpKeyValue[] {
  return attributesToOtlp({
    'service.name': serviceNames[resource.tier],
    'service.namespace': 'configmgr',
    'service.instance.id': resource.host,
    'host.name': resource.host,
    ...(resource.site === '' ? {} : { 'ccm.site.code': resource.site }),
    'ccm.clock.offset_ms': resource.clockOffsetMs,
    ...(resource.clockErrorMs < 0 ? {} : { 'ccm.clock.error_ms': resource.clockErrorMs }),
  });
}

/** Attributes by name, each with its OTLP type; values that OTLP cannot carry (not finite) are left out. */
export function attributesToOtlp(attributes: Attributes): readonly OtlpKeyValue[] {
  return Object.entries(attributes)
    .filter(([, value]) => typeof value !== 'number' || Number.isFinite(value))
    .sort(byFirst)
    .map(([key, value]) => ({ key: key.toWellFormed(), value: otlpValue(key, value) }));
}

function otlpValue(key: string, value: AttributeValue): OtlpValue {
  if (typeof value === 'string') return { stringValue: value.toWellFormed() };
  if (typeof value === 'boolean') return { boolValue: value };
  if (doubleAttributes.has(key) || !Number.isSafeInteger(value)) return { doubleValue: value };
  return { intValue: String(value) };
}

function otlpSpan(span: Span): OtlpSpan {
  const attributes = attributesToOtlp(span.attributes);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === '' ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name.toWellFormed(),
    kind: kindNumbers[span.kind],
    startTimeUnixNano: unixNano(span.startUs),
    endTimeUnixNano: unixNano(span.endUs),
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(span.events.length === 0 ? {} : { events: span.events.map(otlpEvent) }),
    ...(span.links.length === 0 ? {} : { links: [...span.links].sort(byTarget).map(otlpLink) }),
    status: otlpStatus(span.status),
  };
}

const kindNumbers: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3 };
const statusNumbers = { unset: 0, ok: 1, error: 2 } as const;

function otlpStatus(status: SpanStatus): { message?: string; code?: number } {
  return {
    ...(status.message === '' ? {} : { message: status.message.toWellFormed() }),
    ...(status.code === 'unset' ? {} : { code: statusNumbers[status.code] }),
  };
}

function otlpEvent(event: SpanEvent): OtlpEvent {
  const attributes = attributesToOtlp(event.attributes);
  return {
    timeUnixNano: unixNano(event.timeUs),
    name: event.name.toWellFormed(),
    ...(attributes.length === 0 ? {} : { attributes }),
  };
}

function otlpLink(link: SpanLink): OtlpLink {
  const attributes = attributesToOtlp(link.attributes);
  return { traceId: link.traceId, spanId: link.spanId, ...(attributes.length === 0 ? {} : { attributes }) };
}

/** Microseconds as nanoseconds in decimal; times before 1970 cannot be said in OTLP and become 0. */
export function unixNano(timeUs: number): string {
  const whole = Math.round(timeUs);
  return whole > 0 ? `${whole}000` : '0';
}

function resourceKey({ tier, host, site, clockOffsetMs, clockErrorMs }: SpanResource): string {
  return JSON.stringify([serviceNames[tier], host, site, clockOffsetMs, clockErrorMs]);
}

function byStart(a: Span, b: Span): number {
  return a.startUs - b.startUs || compare(a.traceId, b.traceId) || compare(a.spanId, b.spanId);
}

function byTarget(a: SpanLink, b: SpanLink): number {
  return compare(a.traceId, b.traceId) || compare(a.spanId, b.spanId);
}

function byFirst(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return compare(a[0], b[0]);
}

/** By UTF-16 code unit: the same on every machine, unlike a locale's order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
