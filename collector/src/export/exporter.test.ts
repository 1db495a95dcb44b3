import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryOutbox } from '../../../test/support/outbox.ts';
import { type OtlpServer, startOtlpServer, type Treatment } from '../../../test/support/otlp-server.ts';
import { createMemoryReport } from '../../../test/support/report.ts';
import { madeTrace, type TraceSpec } from '../../../test/support/traces.ts';
import type { Destination } from './destination.ts';
import { createExporter, type Exporter, type ExporterOptions } from './index.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const take: Treatment = { kind: 'take' };

function made(count: number, spec: Partial<TraceSpec> = {}) {
  return Array.from({ length: count }, (_, number) => madeTrace({ number, ...spec }));
}

async function server(treat: Parameters<typeof startOtlpServer>[0] = () => take): Promise<OtlpServer> {
  const started = await startOtlpServer(treat);
  cleanUps.push(async () => started.close());
  return started;
}

/** An exporter whose waits pass at once and are written down. */
async function exporter(destination: Destination, options: Partial<ExporterOptions> = {}) {
  const outbox = createMemoryOutbox();
  const report = createMemoryReport();
  const waits: number[] = [];
  const wait = async (ms: number, signal: AbortSignal) => {
    waits.push(ms);
    await new Promise((resolve) => setTimeout(resolve, 1));
    signal.throwIfAborted();
  };
  const clock = { nowUs: () => 1_735_693_200_000_000 };
  const destinations = [{ name: 'tempo', ...destination }];
  const made = await createExporter({
    destinations,
    outbox,
    report,
    wait,
    clock,
    random: () => 1,
    ...options,
  });
  made.start();
  cleanUps.push(async () => made.stop(0));
  return { exporter: made, outbox, report, waits };
}

async function drained(running: Exporter): Promise<void> {
  await running.drained(AbortSignal.timeout(20_000));
}

function ids(traces: ReturnType<typeof made>): string[] {
  return traces.flatMap((trace) => trace.spans.map((span) => `${span.traceId}/${span.spanId}`)).sort();
}

describe('the exporter', () => {
  it('sends every span once, in gzipped protobuf, with the headers asked for', async () => {
    const tempo = await server();
    const {
      exporter: running,
      outbox,
      report,
    } = await exporter({ url: `${tempo.url}/otlp/`, headers: { 'X-Scope': 'a' } });
    outbox.append(made(30));
    await drained(running);
    expect([...tempo.spans.keys()].sort()).toEqual(ids(made(30)));
    expect([...tempo.spans.values()].every((times) => times === 1)).toBe(true);
    const [first] = tempo.requests;
    expect(first?.path).toBe('/otlp/v1/traces');
    expect(first?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      'x-scope': 'a',
    });
    expect(report.exports).toEqual(new Map([['tempo accepted', 60]]));
  });

  it('hands each request to whoever traces the collector itself', async () => {
    const tempo = await server();
    const traced: unknown[] = [];
    const around: ExporterOptions['around'] = async (name, attributes, work) => {
      traced.push([name, attributes['ccmtrace.destination']]);
      return work();
    };
    const { exporter: running, outbox } = await exporter({ url: tempo.url }, { around });
    outbox.append(made(1));
    await drained(running);
    expect(traced).toEqual([['export request', 'tempo']]);
  });

  it('sends JSON without compression where asked to', async () => {
    const tempo = await server();
    const destination = { url: tempo.url, protocol: 'http/json', compression: 'none' } as const;
    const { exporter: running, outbox } = await exporter(destination);
    outbox.append(made(2));
    await drained(running);
    expect(tempo.requests[0]?.headers['content-encoding']).toBeUndefined();
    expect(tempo.spans.size).toBe(4);
  });

  it('sends the matched records as logs in their context, with a cursor of their own', async () => {
    const loki = await server();
    const destination = { url: loki.url, protocol: 'http/json', logs: true } as const;
    const { exporter: running, outbox } = await exporter(destination);
    const [trace] = made(1);
    outbox.append(made(1));
    await drained(running);
    expect(running.names).toEqual(['tempo', 'tempo/logs']);
    const request = loki.requests.find(({ path }) => path === '/v1/logs');
    const { logRecords } = JSON.parse(String(request?.body)).resourceLogs[0].scopeLogs[0];
    expect(logRecords[0]).toMatchObject({ traceId: trace?.traceId, eventName: 'token.request.started' });
    expect(logRecords[0].body.stringValue).toMatch(/^ä+$/);
  });

  it('keeps requests within the limits of spans and bytes', async () => {
    const tempo = await server();
    const limits = { maxSpans: 10, maxBytes: 20_000 };
    const destination = { url: tempo.url, compression: 'none' } as const;
    const { exporter: running, outbox } = await exporter(destination, limits);
    outbox.append(made(40, { originalBytes: 3000 }));
    await drained(running);
    expect(Math.max(...tempo.requests.map(({ body }) => body.length))).toBeLessThanOrEqual(20_000);
    expect(Math.max(...tempo.requests.map(({ spans }) => spans.length))).toBeLessThanOrEqual(10);
    expect([...tempo.spans.keys()].sort()).toEqual(ids(made(40)));
  });

  it.each([429, 502, 503, 504])(
    'tries again after %i until it is taken, and waits as long as it is told',
    async (status) => {
      const again: Treatment = { kind: 'answer', status, headers: { 'retry-after': '7' } };
      const tempo = await server((_, number) => (number < 12 ? again : take));
      const { exporter: running, outbox, waits, report } = await exporter({ url: tempo.url });
      outbox.append(made(3));
      await drained(running);
      expect(tempo.spans.size).toBe(6);
      expect(waits).toHaveLength(12);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(7000);
      expect(report.statuses.get(String(status))).toBe(12);
      expect(outbox.letters).toEqual([]);
    },
  );

  it('backs off while nobody listens, and says so in one sentence', async () => {
    const tempo = await server();
    const { port } = new URL(tempo.url);
    await tempo.close();
    const { exporter: running, outbox, waits, report } = await exporter({ url: `http://127.0.0.1:${port}` });
    outbox.append(made(1));
    while (waits.length < 9) await new Promise((resolve) => setTimeout(resolve, 5));
    const back = await startOtlpServer(() => take, { port: Number(port) });
    cleanUps.push(async () => back.close());
    await drained(running);
    expect(waits.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(report.troubles[0]?.sentence).toMatch(
      /^Could not send to tempo \(http.*ECONNREFUSED.*\. It is tried again/,
    );
    expect(back.spans.size).toBe(2);
  });

  it('sends again what a connection broke off or a server never answered, and the ids repeat', async () => {
    const treatments: Treatment[] = [
      { kind: 'reset', taken: false },
      { kind: 'reset', taken: true },
      { kind: 'hang' },
    ];
    const tempo = await server((_, number) => treatments[number] ?? take);
    const { exporter: running, outbox, report } = await exporter({ url: tempo.url, timeoutMs: 200 });
    outbox.append(made(5));
    await drained(running);
    expect([...tempo.spans.keys()].sort()).toEqual(ids(made(5)));
    expect(report.statuses).toEqual(
      new Map([
        ['network', 2],
        ['timeout', 1],
        ['200', 1],
      ]),
    );
  });

  it('makes a dead letter of the one trace that is refused as bad data, and sends the others', async () => {
    const bad = made(20)[13];
    const tempo = await server(({ spans }) =>
      spans.some((span) => span.startsWith(bad?.traceId ?? '-'))
        ? { kind: 'answer', status: 400, headers: { 'content-type': 'text/plain' }, body: 'span too odd' }
        : take,
    );
    const { exporter: running, outbox, report } = await exporter({ url: tempo.url });
    outbox.append(made(20));
    await drained(running);
    expect(tempo.spans.size).toBe(38);
    expect(outbox.letters).toMatchObject([
      { destination: 'tempo', traceIds: [bad?.traceId], spans: 2, reason: 'HTTP 400: span too odd' },
    ]);
    expect(report.exports).toEqual(
      new Map([
        ['tempo accepted', 38],
        ['tempo dead', 2],
      ]),
    );
    expect(report.losses.get('export_rejected')).toBe(2);
  });

  it.each([401, 404, 500, 301])(
    'makes one dead letter of a request refused with %i and goes on',
    async (status) => {
      const tempo = await server((_, number) => (number === 0 ? { kind: 'answer', status } : take));
      const { exporter: running, outbox } = await exporter({ url: tempo.url }, { maxSpans: 10 });
      outbox.append(made(10));
      await drained(running);
      expect(tempo.requests).toHaveLength(2);
      expect(outbox.letters).toMatchObject([{ spans: 10, reason: `HTTP ${status}` }]);
      expect(tempo.spans.size).toBe(10);
    },
  );

  it('counts what a partial success left out, and does not send it again', async () => {
    const tempo = await server(() => ({ kind: 'partial', rejected: 3 }));
    const { exporter: running, outbox, report } = await exporter({ url: tempo.url });
    outbox.append(made(5));
    await drained(running);
    expect(tempo.requests).toHaveLength(1);
    expect(report.exports).toEqual(
      new Map([
        ['tempo accepted', 7],
        ['tempo rejected', 3],
      ]),
    );
    expect(report.troubles[0]?.sentence).toContain('(3 of 10): too old');
  });

  it('goes on when the outbox fails for a while', async () => {
    const tempo = await server();
    const { exporter: running, outbox, report } = await exporter({ url: tempo.url });
    outbox.failReads(3);
    outbox.append(made(1));
    await drained(running);
    expect(tempo.spans.size).toBe(2);
    expect(report.troubles.map(({ reason }) => reason)).toContain('export_delayed');
  });

  it('lets one destination go on while another is down', async () => {
    const tempo = await server();
    const down = await server(() => ({ kind: 'answer', status: 503 }));
    const destinations = [
      { name: 'tempo', url: tempo.url },
      { name: 'down', url: down.url },
    ];
    const { outbox } = await exporter({ url: tempo.url }, { destinations });
    outbox.append(made(4));
    while (tempo.spans.size < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    const backlog = await outbox.backlog();
    expect(backlog.find(({ destination }) => destination === 'down')?.traces).toBe(4);
  });

  it('stops in the middle of waiting, and the next one sends the rest', async () => {
    const tempo = await server((_, number) => (number === 0 ? { kind: 'hang' } : take));
    const { exporter: running, outbox, report } = await exporter({ url: tempo.url });
    outbox.append(made(2));
    while (tempo.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await running.stop(20);
    const destinations = [{ name: 'tempo', url: tempo.url }];
    const next = await createExporter({ destinations, outbox, report });
    next.start();
    cleanUps.push(async () => next.stop(0));
    await drained(next);
    expect(tempo.spans.size).toBe(4);
  });

  it('gives up waiting for an empty outbox when told to', async () => {
    const down = await server(() => ({ kind: 'answer', status: 503 }));
    const { exporter: running, outbox } = await exporter({ url: down.url });
    outbox.append(made(1));
    await expect(running.drained(AbortSignal.timeout(50))).rejects.toThrow(/timeout/);
  });
});

describe('createExporter()', () => {
  const parts = { outbox: createMemoryOutbox(), report: createMemoryReport() };

  it('refuses two destinations of one name', async () => {
    const destinations = [{ url: 'http://a:4318' }, { url: 'http://a:4318/x' }];
    await expect(createExporter({ destinations, ...parts })).rejects.toThrow(
      /two destinations are named a:4318/,
    );
  });

  it('refuses a certificate without its key, and a file that is not there', async () => {
    const half = { url: 'https://a', tls: { certificate: 'a.pem' } };
    await expect(createExporter({ destinations: [half], ...parts })).rejects.toThrow(
      /only one of certificate and key/,
    );
    const gone = { url: 'https://a', tls: { ca: 'no/such.pem' } };
    await expect(createExporter({ destinations: [gone], ...parts })).rejects.toThrow(
      /Could not set up TLS for a: ENOENT/,
    );
  });
});
