import type { AttributeValue } from '../../collector/src/model/attributes.ts';
import type { Span, Trace } from '../../collector/src/model/span.ts';

/** A span as a person reads it in a golden; what is not so is left out. */
export interface ReadableSpan {
  readonly span: string;
  readonly on: string;
  /** After the trace's beginning. */
  readonly at: string;
  readonly took: string;
  readonly failed?: string;
  readonly warning?: string;
  readonly says?: string;
  readonly diagnosis?: string;
  readonly placed_by?: string;
  readonly noted?: Readonly<Record<string, unknown>>;
  readonly records: readonly string[];
  readonly under?: readonly ReadableSpan[];
}

/** Attributes that a golden shows beside what it says in words. */
const noted = [
  'http.response.status_code',
  'ccm.hresult',
  'ccm.token.type',
  'ccm.story.partial',
  'ccm.cmg.average_elapsed_ms',
  'ccm.registration.approval_status',
  'ccm.diagnosis.others',
];

/** Traces as trees: names, tiers, durations, what failed and why, and the records of each span. */
export function readable(traces: readonly Trace[]): readonly ReadableSpan[] {
  return traces.map((trace) => readableSpan(trace.spans[0], trace));
}

function readableSpan(span: Span, trace: Trace): ReadableSpan {
  const { attributes, status, resource } = span;
  const children = trace.spans.filter((other) => other.parentSpanId === span.spanId);
  const error = String(attributes['error.type'] ?? 'unknown');
  const extra = Object.fromEntries(
    noted.filter((name) => name in attributes).map((name) => [name, attributes[name]]),
  );
  return {
    span: span.name,
    on: `${resource.tier} ${resource.host}`,
    at: milliseconds(span.startUs - trace.spans[0].startUs),
    took: milliseconds(span.endUs - span.startUs),
    ...(status.code === 'error' ? { ['ccm.warning' in attributes ? 'warning' : 'failed']: error } : {}),
    ...(status.code === 'error' ? { says: status.message } : {}),
    ...text('diagnosis', attributes['ccm.diagnosis.id']),
    ...text('placed_by', attributes['ccm.link.method']),
    ...(Object.keys(extra).length === 0 ? {} : { noted: extra }),
    records: span.events.map(({ name }) => name),
    ...(children.length === 0 ? {} : { under: children.map((child) => readableSpan(child, trace)) }),
  };
}

function text(name: string, value: AttributeValue | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: String(value) };
}

function milliseconds(us: number): string {
  return `${us / 1000} ms`;
}

/** As JSON with one span on a few lines, so that a golden fits on one screen. */
export function printReadable(spans: readonly ReadableSpan[], indent = ''): string {
  const inner = `${indent} `;
  const printed = spans.map((span) => {
    const { says, records, under, ...rest } = span;
    const lines = [
      Object.entries(rest).map(print).join(', '),
      ...(says === undefined ? [] : [print(['says', says])]),
      print(['records', records]),
      ...(under === undefined ? [] : [`"under": ${printReadable(under, inner)}`]),
    ];
    return `${inner}{ ${lines.join(`,\n${inner}  `)} }`;
  });
  return `[\n${printed.join(',\n')}\n${indent}]`;
}

function print([name, value]: readonly [string, unknown]): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
}
