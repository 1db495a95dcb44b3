import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trace } from '../../collector/src/model/span.ts';
import { toOtlp } from '../../collector/src/model/otlp.ts';
import { startApi, type TestApi } from '../support/api.ts';
import { distinctTracesOfGoldens } from '../support/goldens.ts';
import { madeTrace } from '../support/traces.ts';
import { jaeger, skipNote } from './programs/find.ts';
import { freePorts, run, until } from './programs/run.ts';

/** Jaeger and the collector's API hold the same traces and are asked the same questions: the answers must be the same. */
const program = await jaeger();

interface Tag {
  readonly key: string;
  readonly type: string;
  readonly value: unknown;
}

interface JaegerSpan {
  readonly spanID: string;
  readonly processID: string;
  readonly references: readonly object[];
  readonly tags: readonly Tag[];
  readonly logs: readonly { readonly timestamp: number; readonly fields: readonly Tag[] }[];
  readonly warnings: unknown;
}

interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<
    Record<string, { readonly serviceName: string; readonly tags: readonly Tag[] }>
  >;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly data: unknown; readonly errors: unknown; readonly total: number };
}

/** What Jaeger itself adds: names of the instrumentation library and notes of its own conversion. */
const added = /^(?:@jaeger@|otel\.(?:scope|library)\.|internal\.span\.format$)/;

function byKey(tags: readonly Tag[]): readonly Tag[] {
  return tags.filter((tag) => !added.test(tag.key)).sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A trace without what is up to the server: order, names of processes, warnings. */
function plainTrace({ traceID, spans, processes }: JaegerTrace): object {
  return {
    traceID,
    spans: [...spans]
      .sort((a, b) => (a.spanID < b.spanID ? -1 : 1))
      .map(({ processID, warnings: _warnings, ...span }) => {
        const process = processes[processID];
        return {
          ...span,
          process: { serviceName: process?.serviceName, tags: byKey(process?.tags ?? []) },
          references: [...span.references].sort(byText),
          tags: byKey(span.tags),
          logs: span.logs
            .map((log) => ({ timestamp: log.timestamp, fields: byKey(log.fields) }))
            .sort(byText),
        };
      }),
  };
}

function byText(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function tracesOf({ body }: Answer): object[] {
  return (body.data as JaegerTrace[]).map(plainTrace).sort(byText);
}

describe.skipIf(program.missing !== '')(`The API beside Jaeger${skipNote(program)}`, () => {
  let traces: readonly Trace[];
  let api: TestApi;
  let query = '';
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    // Jaeger's memory store looks back from now unless it is told when: these are asked for with their times.
    const startUs = Date.now() * 1000 - 3_600_000_000;
    const made = [1, 2, 3, 4].map((number) =>
      madeTrace({
        number,
        startUs: startUs + number * 1_000_000,
        errorType: number === 2 ? 'http_401' : '',
        issueUs: number * 200_000,
        story: number === 4 ? 'token renewal' : 'token request',
      }),
    );
    traces = [...(await distinctTracesOfGoldens()), ...made];
    const [otlp, grpc, http, queryGrpc, admin, collectorGrpc, collectorHttp] = await freePorts(7);
    const local = (port: number | undefined): string => `127.0.0.1:${port}`;
    const running = await run(
      program.path,
      [
        `--collector.otlp.http.host-port=${local(otlp)}`,
        `--collector.otlp.grpc.host-port=${local(grpc)}`,
        `--query.http-server.host-port=${local(http)}`,
        `--query.grpc-server.host-port=${local(queryGrpc)}`,
        `--admin.http.host-port=${local(admin)}`,
        `--collector.grpc-server.host-port=${local(collectorGrpc)}`,
        `--collector.http-server.host-port=${local(collectorHttp)}`,
        '--log-level=error',
      ],
      `http://${local(admin)}/`,
    );
    stop = async () => await running.stop();
    query = `http://${local(http)}`;
    const sent = await fetch(`http://${local(otlp)}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(toOtlp(traces)),
    });
    if (!sent.ok) throw new Error(`Jaeger did not take the traces: ${sent.status}`);
    api = await startApi();
    await api.store.write(traces);
    await until('all traces', async () => {
      const found = await Promise.all(
        traces.map(async ({ traceId }) => await fetch(`${query}/api/traces/${traceId}`)),
      );
      return found.every((answer) => answer.ok);
    });
  });

  afterAll(async () => {
    await stop?.();
    await api?.close();
  });

  async function both(path: string): Promise<{ theirs: Answer; ours: Answer }> {
    const ask = async (base: string): Promise<Answer> => {
      const answer = await fetch(new URL(path, base));
      return { status: answer.status, body: (await answer.json()) as Answer['body'] };
    };
    return { theirs: await ask(query), ours: await ask(api.api.url) };
  }

  test('gives each trace as Jaeger gives it', async () => {
    expect(traces.length).toBeGreaterThan(10);
    for (const { traceId } of traces) {
      const { theirs, ours } = await both(`/api/traces/${traceId}`);
      expect(tracesOf(ours)).toEqual(tracesOf(theirs));
      expect({ ...ours.body, data: null }).toEqual({ ...theirs.body, data: null });
    }
  });

  test('names services and operations as Jaeger does', async () => {
    const { theirs, ours } = await both('/api/services');
    const services = (answer: Answer): string[] => [...((answer.body.data ?? []) as string[])].sort();
    expect(services(ours)).toEqual(services(theirs));
    expect(ours.body.total).toBe(theirs.body.total);
    for (const service of [...services(theirs), 'nobody']) {
      const operations = await both(`/api/services/${service}/operations`);
      expect(services(operations.ours)).toEqual(services(operations.theirs));
    }
  });

  test.each([
    'service=ccm-client',
    'service=ccm-client&operation=token%20request',
    'service=ccm-client&operation=nothing',
    'service=nobody',
    'service=ccm-management-point&minDuration=500ms',
    'service=ccm-management-point&maxDuration=0.3s',
    'service=ccm-management-point&minDuration=100ms&maxDuration=1m30s',
    `service=ccm-client&tags=${encodeURIComponent('{"error":"true"}')}`,
    'service=ccm-client&tag=error.type:http_401',
    'service=ccm-client&tag=span.kind:client',
    'service=ccm-client&tag=event:token.cached',
    'service=ccm-client&tag=otel.status_code:ERROR',
    'service=ccm-management-point&tag=service.namespace:configmgr&tag=ccm.clock.offset_ms:1.5',
    'service=ccm-client&tag=host.name:win-2',
    'service=ccm-client&tag=host.name:WIN-2',
    'service=ccm-management-point&tag=thread.id:4711&tag=ccm.token.type:UDA',
  ])('finds by %s what Jaeger finds', async (parameters) => {
    const { theirs, ours } = await both(
      `/api/traces?${parameters}&start=1&end=${Date.now() * 1000}&limit=1000`,
    );
    const ids = (answer: Answer): string[] => tracesOf(answer).map((trace) => (trace as JaegerTrace).traceID);
    expect(ids(ours)).toEqual(ids(theirs));
    expect(tracesOf(ours)).toEqual(tracesOf(theirs));
  });

  test('refuses with the status that Jaeger refuses with', async () => {
    for (const path of [
      '/api/traces/ffffffffffffffffffffffffffffffff',
      '/api/traces/nonsense',
      '/api/traces',
      '/api/traces?service=a&tag=plain',
      '/api/traces?service=a&minDuration=fast',
      '/api/traces?service=a&minDuration=2s&maxDuration=1s',
      '/api/traces?service=a&start=x',
      '/api/traces?service=a&tags=%5B1%5D',
    ]) {
      const { theirs, ours } = await both(path);
      expect([path, ours.status]).toEqual([path, theirs.status]);
    }
    const { theirs, ours } = await both('/api/traces/ffffffffffffffffffffffffffffffff');
    expect(ours.body).toEqual(theirs.body);
  });

  test('counts calls between services as Jaeger does', async () => {
    const { theirs, ours } = await both(`/api/dependencies?endTs=${Date.now()}&lookback=7200000`);
    expect((ours.body.data as object[]).toSorted(byText)).toEqual(
      (theirs.body.data as object[]).toSorted(byText),
    );
    expect(ours.body.data).not.toHaveLength(0);
  });
});
