import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Encoding } from '../../collector/src/export/signals.ts';
import { createExporter, writeOtlpFile } from '../../collector/src/export/index.ts';
import { type OtlpSpan, type OtlpTraces, toOtlp } from '../../collector/src/model/otlp.ts';
import type { Trace } from '../../collector/src/model/span.ts';
import { createTelemetry } from '../../collector/src/telemetry/index.ts';
import { distinctTracesOfGoldens } from '../support/goldens.ts';
import { createMemoryOutbox } from '../support/outbox.ts';
import { createMemoryReport } from '../support/report.ts';
import { madeTrace } from '../support/traces.ts';
import { otelCollector, skipNote } from './programs/find.ts';
import { freePorts, inFolder, run, until } from './programs/run.ts';

const collector = await otelCollector();

/** Work with a real Collector that writes what it receives to files, and serves metrics for Prometheus. */
async function withCollector(
  work: (url: string, file: (signal: string) => string, metricsUrl: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const [receiver, metrics] = await freePorts(2);
    const file = (signal: string) => join(folder, `${signal}.json`);
    const pipeline = (exporter: string) => ({ receivers: ['otlp'], exporters: [exporter] });
    const config = {
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${receiver}` } } } },
      exporters: {
        'file/traces': { path: file('traces'), flush_interval: '100ms' },
        'file/logs': { path: file('logs'), flush_interval: '100ms' },
        prometheus: { endpoint: `127.0.0.1:${metrics}`, enable_open_metrics: true },
      },
      service: {
        telemetry: { metrics: { level: 'none' } },
        pipelines: {
          traces: pipeline('file/traces'),
          logs: pipeline('file/logs'),
          metrics: pipeline('prometheus'),
        },
      },
    };
    // JSON is YAML.
    await writeFile(join(folder, 'config.yaml'), JSON.stringify(config));
    const metricsUrl = `http://127.0.0.1:${metrics}/metrics`;
    const running = await run(collector.path, ['--config', join(folder, 'config.yaml')], metricsUrl);
    try {
      await work(`http://127.0.0.1:${receiver}`, file, metricsUrl);
    } finally {
      await running.stop();
    }
  });
}

async function send(url: string, protocol: Encoding, traces: readonly Trace[]): Promise<void> {
  const outbox = createMemoryOutbox();
  const report = createMemoryReport();
  const destinations = [{ name: 'otel', url, protocol, logs: true }];
  const exporter = await createExporter({ destinations, outbox, report });
  outbox.append(traces);
  exporter.start();
  await exporter.drained(AbortSignal.timeout(60_000));
  await exporter.stop(1000);
  expect(outbox.letters).toEqual([]);
}

/** Spans with their resource, by id; what the Collector leaves out (empty) or adds (flags 0) does not matter. */
async function spansIn(path: string): Promise<Map<string, unknown>> {
  const lines = await wholeLines(path);
  return spansOf(lines.map((line) => JSON.parse(line) as OtlpTraces));
}

/** Without a last line that is still being written. */
async function wholeLines(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
}

function spansOf(requests: readonly OtlpTraces[]): Map<string, unknown> {
  const spans = new Map<string, unknown>();
  for (const { resource, scopeSpans } of requests.flatMap(({ resourceSpans }) => resourceSpans)) {
    for (const { scope, spans: inScope } of scopeSpans)
      for (const span of inScope)
        spans.set(`${span.traceId}/${span.spanId}`, { resource, scope, ...tidy(span) });
  }
  return spans;
}

function tidy(span: OtlpSpan): object {
  const { parentSpanId = '', status = {}, ...rest } = span;
  return { ...rest, parentSpanId, status };
}

describe.skipIf(collector.missing !== '')(`The OpenTelemetry Collector${skipNote(collector)}`, () => {
  it.each(['http/protobuf', 'http/json'] as const)(
    'passes on unchanged what it is sent as %s',
    async (protocol) => {
      const traces = await distinctTracesOfGoldens();
      const expected = spansOf([toOtlp(traces)]);
      expect(expected.size).toBeGreaterThan(30);
      await withCollector(async (url, file) => {
        await send(url, protocol, traces);
        await until(
          'all spans in the file',
          async () => (await spansIn(file('traces'))).size >= expected.size,
        );
        expect(await spansIn(file('traces'))).toEqual(expected);
        const records = traces.flatMap((trace) => trace.spans.flatMap((span) => span.events)).length;
        await until('all records in the file', async () => (await recordsIn(file('logs'))).length >= records);
        const received = await recordsIn(file('logs'));
        expect(received).toHaveLength(records);
        expect(received.every(({ traceId, spanId }) => expected.has(`${traceId}/${spanId}`))).toBe(true);
      });
    },
  );

  it('reads the files that are written for it', async () => {
    // The Collector's own unmarshaller reads OTLP JSON: a file's line is what it takes over HTTP.
    const traces = (await distinctTracesOfGoldens()).slice(0, 20);
    await withCollector(async (url, file) => {
      await inFolder(async (folder) => {
        await writeOtlpFile(join(folder, 'out.jsonl'), traces);
        for (const line of (await readFile(join(folder, 'out.jsonl'), 'utf8')).trimEnd().split('\n')) {
          const headers = { 'content-type': 'application/json' };
          const { status } = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: line });
          expect(status).toBe(200);
        }
      });
      const expected = spansOf([toOtlp(traces)]);
      await until('all spans in the file', async () => (await spansIn(file('traces'))).size >= expected.size);
      expect(await spansIn(file('traces'))).toEqual(expected);
    });
  });

  it('serves the metrics that it is sent under the names that /metrics has', async () => {
    const log = { level: 'error', format: 'text', write: () => undefined } as const;
    const telemetry = createTelemetry({ clock: { nowUs: () => Date.now() * 1000 }, version: '1', log });
    telemetry.observe([
      madeTrace({ number: 1 }),
      madeTrace({ number: 2, errorType: 'http_401', story: 'client install' }),
    ]);
    telemetry.lost('record_cut', 3);
    await withCollector(async (url, _, metricsUrl) => {
      const resource = { 'service.name': 'ccmtrace' };
      const exporter = await createExporter({
        destinations: [{ url, metrics: true }],
        outbox: createMemoryOutbox(),
        report: createMemoryReport(),
        metrics: { snapshot: async () => telemetry.snapshot(), resource, intervalMs: 200 },
      });
      exporter.start();
      const served = async () => (await fetch(metricsUrl, { headers: { accept: 'text/plain' } })).text();
      await until('metrics', async () => (await served()).includes('ccm_token_requests_total'));
      await exporter.stop(1000);
      const theirs = seriesOf(await served());
      const ours = seriesOf((await telemetry.metrics('text/plain')).body);
      expect(ours.length).toBeGreaterThan(50);
      expect(theirs).toEqual(expect.arrayContaining(ours));
    });
  });
});

async function recordsIn(path: string): Promise<{ traceId: string; spanId: string }[]> {
  const lines = await wholeLines(path);
  type Request = { resourceLogs: { scopeLogs: { logRecords: { traceId: string; spanId: string }[] }[] }[] };
  return lines.flatMap((line) =>
    (JSON.parse(line) as Request).resourceLogs.flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords),
    ),
  );
}

/** `name{labels} value` with labels in order, without those that the Collector adds; counts of exporting itself move. */
function seriesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('ccmtrace_export'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
      const own = (labels.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? []).filter(
        (label) => !/^(otel_scope_|job|instance)/.test(label),
      );
      return `${name}{${own
        .filter((label) => !label.endsWith('=""'))
        .sort()
        .join(',')}} ${Number(value)}`;
    });
}
