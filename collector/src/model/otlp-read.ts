import type { Attributes, AttributeValue } from './attributes.ts';
import type { OtlpEvent, OtlpKeyValue, OtlpLink, OtlpSpan, OtlpTraces, OtlpValue } from './otlp.ts';
import type { Span, SpanKind, SpanResource, Trace } from './span.ts';
import { serviceNames, type Tier, tiers } from './tier.ts';

/**
 * Reads back what `toOtlp` wrote, for a client of the API. Spans of one trace; identities are those that span
 * attributes tell.
 * @returns undefined where there is no span
 */
export function fromOtlp(otlp: OtlpTraces): Trace | undefined {
  const spans = otlp.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const at = resourceFrom(attributesFrom(resource.attributes));
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => spanFrom(span, at)));
  });
  const [root, ...others] = spans.toSorted(rootFirst);
  if (root === undefined) return undefined;
  const values = (name: string): string[] =>
    [
      ...new Set(spans.flatMap(({ attributes }) => (name in attributes ? [String(attributes[name])] : []))),
    ].sort();
  return {
    traceId: root.traceId,
    spans: [root, ...others],
    identities: {
      hosts: [...new Set(spans.map((span) => span.resource.host))].sort(),
      clientGuids: values('ccm.client.guid'),
      entraDeviceIds: values('ccm.entra.device.id'),
      entraUserIds: values('ccm.entra.user.id'),
      sids: values('ccm.user.sid'),
      messageIds: values('ccm.message.id'),
    },
  };
}

function rootFirst(a: Span, b: Span): number {
  const rank = (span: Span): number => (span.parentSpanId === '' ? 0 : 1);
  return rank(a) - rank(b) || a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : 1);
}

function resourceFrom(attributes: Attributes): SpanResource {
  const service = attributes['service.name'];
  const tier: Tier = tiers.find((each) => serviceNames[each] === service) ?? 'client';
  return {
    tier,
    host: String(attributes['host.name'] ?? ''),
    site: String(attributes['ccm.site.code'] ?? ''),
    clockOffsetMs: Number(attributes['ccm.clock.offset_ms'] ?? 0),
    clockErrorMs: Number(attributes['ccm.clock.error_ms'] ?? -1),
  };
}

const kinds: Readonly<Record<number, SpanKind>> = { 2: 'server', 3: 'client' };

function spanFrom(span: OtlpSpan, resource: SpanResource): Span {
  const { message = '', code = 0 } = span.status ?? {};
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    kind: kinds[span.kind] ?? 'internal',
    startUs: microseconds(span.startTimeUnixNano),
    endUs: microseconds(span.endTimeUnixNano),
    resource,
    status: { code: code === 2 ? 'error' : code === 1 ? 'ok' : 'unset', message },
    attributes: attributesFrom(span.attributes),
    events: (span.events ?? []).map(eventFrom),
    links: (span.links ?? []).map(linkFrom),
  };
}

function eventFrom(event: OtlpEvent): Span['events'][number] {
  return {
    name: event.name,
    timeUs: microseconds(event.timeUnixNano),
    attributes: attributesFrom(event.attributes),
  };
}

function linkFrom(link: OtlpLink): Span['links'][number] {
  return { traceId: link.traceId, spanId: link.spanId, attributes: attributesFrom(link.attributes) };
}

function attributesFrom(list: readonly OtlpKeyValue[] = []): Attributes {
  return Object.fromEntries(list.map(({ key, value }) => [key, valueFrom(value)]));
}

function valueFrom(value: OtlpValue): AttributeValue {
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? '';
}

function microseconds(nano: string): number {
  return Number(BigInt(nano) / 1000n);
}
