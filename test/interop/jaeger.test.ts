import { expect, describe, it } from 'vitest';
import { createExporter } from '../../collector/src/export/index.ts';
import { type OtlpKeyValue, type OtlpSpan, type OtlpTraces, toOtlp } from '../../collector/src/model/otlp.ts';
import type { Trace } from '../../collector/src/model/span.ts';
import { distinctTracesOfGoldens } from '../support/goldens.ts';
import { createMemoryOutbox } from '../support/outbox.ts';
import { createMemoryReport } from '../support/report.ts';
import { jaeger, skipNote } from './programs/find.ts';
import { freePorts, run, until } from './programs/run.ts';

const program = await jaeger();

async function withJaeger(work: (otlp: string, query: string) => Promise<void>): Promise<void> {
  const [otlp, grpc, query, queryGrpc, admin] = await freePorts(5);
  const others = await freePorts(6);
  const local = (port: number | undefined) => `127.0.0.1:${port}`;
  const running = await run(
    program.path,
    [
      `--collector.otlp.http.host-port=${local(otlp)}`,
      `--collector.otlp.grpc.host-port=${local(grpc)}`,
      `--query.http-server.host-port=${local(query)}`,
      `--query.grpc-server.host-port=${local(queryGrpc)}`,
      `--admin.http.host-port=${local(admin)}`,
      `--collector.grpc-server.host-port=${local(others[0])}`,
      `--collector.http-server.host-port=${local(others[1])}`,
      '--log-level=error',
    ],
    `http://${local(admin)}/`,
  );
  try {
    await work(`http://${local(otlp)}`, `http://${local(query)}`);
  } finally {
    await running.stop();
  }
}

async function send(url: string, traces: readonly Trace[]): Promise<void> {
  const outbox = createMemoryOutbox();
  const exporter = await createExporter({ destinations: [{ url }], outbox, report: createMemoryReport() });
  outbox.append(traces);
  exporter.start();
  await exporter.drained(AbortSignal.timeout(60_000));
  await exporter.stop(1000);
}

/** Jaeger's own API, version 3: OTLP's JSON as Jaeger stored it. */
async function fetchTrace(query: string, traceId: string): Promise<OtlpTraces | undefined> {
  const answer = await fetch(`${query}/api/v3/traces/${traceId}`);
  if (!answer.ok) return undefined;
  const { result } = (await answer.json()) as { result: OtlpTraces };
  return result;
}

function countOf(traces: OtlpTraces | undefined): number {
  const groups = traces?.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans) ?? [];
  return groups.reduce((count, { spans }) => count + spans.length, 0);
}

/** Spans by id with everything that we sent; attributes in order of their names, empty fields left out. */
function fieldsOf(traces: OtlpTraces): Map<string, unknown> {
  const spans = new Map<string, unknown>();
  for (const { resource, scopeSpans } of traces.resourceSpans) {
    for (const { spans: inScope } of scopeSpans) {
      for (const span of inScope)
        spans.set(span.spanId, { resource: sorted(resource.attributes), ...fields(span) });
    }
  }
  return spans;
}

function fields({
  status = {},
  parentSpanId = '',
  events = [],
  links = [],
  attributes = [],
  ...span
}: OtlpSpan): object {
  const { traceId, spanId, name, kind, startTimeUnixNano, endTimeUnixNano } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    startTimeUnixNano,
    endTimeUnixNano: endTimeUnixNano === justAfter(startTimeUnixNano) ? startTimeUnixNano : endTimeUnixNano,
    status: { code: status.code ?? 0, message: status.message ?? '' },
    attributes: sorted(attributes),
    // Jaeger orders events by their content.
    events: events
      .map((event) => ({ ...plain(event), attributes: sorted(event.attributes ?? []) }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    links: links
      .filter((link) => link.spanId !== parentSpanId)
      .map((link) => ({
        traceId: link.traceId,
        spanId: link.spanId,
        attributes: sorted(link.attributes ?? []),
      })),
  };
}

/** Jaeger makes a span that takes no time a nanosecond long, and says so in an attribute of its own. */
function justAfter(time: string): string {
  return String(BigInt(time) + 1n);
}

function plain({ timeUnixNano, name }: { timeUnixNano: string; name: string }) {
  return { timeUnixNano, name };
}

function sorted(attributes: readonly OtlpKeyValue[]): readonly OtlpKeyValue[] {
  return attributes.filter(({ key }) => !key.startsWith('@jaeger@')).sort((a, b) => (a.key < b.key ? -1 : 1));
}

describe.skipIf(program.missing !== '')(`Jaeger${skipNote(program)}`, () => {
  it('gives back every span that it was sent, field by field, and keeps one of those sent twice', async () => {
    const traces = await distinctTracesOfGoldens();
    expect(traces.length).toBeGreaterThan(10);
    await withJaeger(async (otlp, query) => {
      await send(otlp, traces);
      await send(otlp, traces.slice(0, 5));
      for (const trace of traces) {
        const expected = fieldsOf(toOtlp([trace]));
        await until(`trace ${trace.traceId}`, async () => {
          const found = await fetchTrace(query, trace.traceId);
          return found !== undefined && fieldsOf(found).size >= expected.size;
        });
        const found = await fetchTrace(query, trace.traceId);
        expect(fieldsOf(found ?? { resourceSpans: [] })).toEqual(expected);
        expect(countOf(found)).toBe(expected.size);
      }
    });
  });
});
