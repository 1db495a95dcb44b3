import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toOtlp } from '../../../collector/src/model/otlp.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { madeTrace } from '../../support/traces.ts';

const startUs = Date.parse('2026-03-01T00:00:00Z') * 1000;
const traces = Array.from({ length: 30 }, (_, i) =>
  madeTrace({
    number: i,
    startUs: startUs + i * 60_000_000,
    story: i % 2 === 0 ? 'token renewal' : 'token request',
    errorType: i % 10 === 0 ? 'http_401' : '',
    httpStatus: i === 10 ? 401 : 0,
    refused: i % 10 === 5,
    host: `WIN-${i % 3}`,
    clientGuid: '',
  }),
);
let api: TestApi;

beforeAll(async () => {
  api = await startApi({ clock: { nowUs: () => startUs + 3_600_000_000 } });
  await api.store.write(traces);
});

afterAll(async () => {
  await api.close();
});

describe('GET /api/v1/traces', () => {
  test('lists newest first, page by page', async () => {
    const ids: string[] = [];
    let after = '';
    do {
      const { json } = await api.get(`/api/v1/traces?limit=7&after=${after}`);
      const page = json as { rows: { traceId: string }[]; next: string };
      ids.push(...page.rows.map((row) => row.traceId));
      after = page.next;
    } while (after !== '');
    expect(ids).toEqual(traces.map((trace) => trace.traceId).toReversed());
  });

  test.each([
    ['identity=win-1', 10],
    ['story=token%20renewal', 15],
    ['outcome=error', 3],
    ['outcome=warning', 3],
    ['outcome=ok', 27],
    ['error_type=http_401&identity=WIN-1', 1],
    ['diagnosis=none', 0],
    ['tier=management%20point', 30],
    ['since=2026-03-01T00:10:00Z&until=2026-03-01T00:20:00Z', 10],
    [`since=${startUs}&until=${startUs + 1}`, 1],
    ['since=2026-03-01T09:10:00%2B09:00&until=2026-03-01T09:20:00%2B09:00', 10],
    ['min_duration_ms=1200.001', 0],
    ['max_duration_ms=1200', 30],
  ])('narrows by %s to %i', async (query, count) => {
    const { status, json } = await api.get(`/api/v1/traces?${query}`);
    expect(status).toBe(200);
    expect((json as { rows: unknown[] }).rows).toHaveLength(count);
  });

  test('says of each how it ended, and so does its device', async () => {
    const { json } = await api.get('/api/v1/traces');
    const { rows } = json as { rows: { outcome: string; warned?: object; httpStatus?: string }[] };
    const outcomes = rows.map((row) => row.outcome).toReversed();
    expect(outcomes.slice(0, 11)).toEqual([
      'error',
      'ok',
      'ok',
      'ok',
      'ok',
      'warning',
      'ok',
      'ok',
      'ok',
      'ok',
      'error',
    ]);
    expect(rows.find((row) => row.warned !== undefined)).toMatchObject({
      outcome: 'warning',
      warned: { span: 'issue token', subject: '' },
    });
    expect(new Set(rows.map((row) => [row.outcome, row.httpStatus].join(' ')))).toEqual(
      new Set(['ok ', 'warning ', 'error 401', 'error ']),
    );
    const device = (await api.get('/api/v1/devices/WIN-2?limit=9')).json;
    expect((device as { attempts: { outcome: string }[] }).attempts.map((row) => row.outcome)).toContain(
      'warning',
    );
  });

  test.each([
    ['limit=0', /limit/],
    ['limit=1001', /limit/],
    ['limit=many', /limit/],
    ['limit=Infinity', /limit/],
    ['min_duration_ms=Infinity', /min_duration_ms/],
    ['max_duration_ms=NaN', /max_duration_ms/],
    ['since=yesterday', /since cannot be read as a time/],
    ['since=2026-03-01', /since cannot be read as a time/],
    ['outcome=maybe', /outcome/],
    ['colour=red', /additional properties/],
    ['identity=a&identity=b', /identity/],
    [`story=${'x'.repeat(301)}`, /story/],
  ])('refuses %s with a sentence', async (query, why) => {
    const { status, json } = await api.get(`/api/v1/traces?${query}`);
    expect(status).toBe(400);
    expect(json).toEqual({ statusCode: 400, message: expect.stringMatching(why) as string });
  });
});

describe('GET /api/v1/traces/{traceId}', () => {
  test('gives the trace in OTLP JSON', async () => {
    const trace = traces[10] as (typeof traces)[number];
    const { json } = await api.get(`/api/v1/traces/${trace.traceId.toUpperCase()}`);
    expect(json).toEqual(toOtlp([trace]));
    expect((json as ReturnType<typeof toOtlp>).resourceSpans[0]?.scopeSpans[0]?.spans[0]).toMatchObject({
      traceId: trace.traceId,
      startTimeUnixNano: `${trace.spans[0].startUs}000`,
      kind: 1,
      status: { code: 2 },
    });
  });

  test('says so where there is none', async () => {
    expect((await api.get(`/api/v1/traces/${'0'.repeat(32)}`)).status).toBe(404);
    expect((await api.get('/api/v1/traces/xyz')).status).toBe(400);
  });
});

describe('GET /api/v1/devices/{identity}', () => {
  test('gives the device', async () => {
    const { json } = await api.get('/api/v1/devices/win-1.contoso.local?limit=2');
    expect(json).toMatchObject({
      attemptCount: 10,
      identities: { hosts: ['WIN-1'] },
      token: { state: 'unknown' },
    });
    expect((json as { attempts: unknown[] }).attempts).toHaveLength(2);
  });

  test('answers 404 for one that is not known, whatever is asked', async () => {
    for (const identity of ['nobody', '%27%20OR%201%3D1', '..%2f..%2fetc%2fpasswd', '%00', '<script>']) {
      expect([identity, (await api.get(`/api/v1/devices/${identity}`)).status]).toEqual([identity, 404]);
    }
  });
});

describe('GET /api/v1/fleet', () => {
  test('gives the last seven days by the hour', async () => {
    const { json } = await api.get('/api/v1/fleet');
    expect(json).toMatchObject({
      bucketUs: 3_600_000_000,
      totals: { traces: 30, failed: 3, devices: 3 },
      errors: [{ errorType: 'http_401', traces: 3, devices: 3 }],
    });
    expect((json as { timesUs: unknown[] }).timesUs).toHaveLength(168);
  });

  test('takes its own times and bucket, and refuses times the wrong way round', async () => {
    const { json } = await api.get(
      '/api/v1/fleet?since=2026-03-01T00:00:00Z&until=2026-03-01T00:30:00Z&bucket_s=600',
    );
    expect(json).toMatchObject({
      sts: {
        count: [10, 10, 10],
        p50Ms: [expect.closeTo(300, -1), expect.closeTo(300, -1), expect.closeTo(300, -1)] as number[],
      },
    });
    expect(
      (await api.get('/api/v1/fleet?since=2026-03-01T00:00:00Z&until=2026-02-01T00:00:00Z')).status,
    ).toBe(400);
  });
});

describe('GET /api/v1/events', () => {
  test('tells of new traces as they come, and ends when the collector stops', async () => {
    const own = await startApi();
    const response = await fetch(new URL('/api/v1/events', own.api.url));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    own.api.announce(['a'.repeat(32)]);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('event: traces')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain(`data: {"traceIds":["${'a'.repeat(32)}"],"count":1}\n\n`);
    await own.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  test('refuses more listeners than its limit', async () => {
    const own = await startApi({ limits: { eventStreams: 1 } });
    const first = await fetch(new URL('/api/v1/events', own.api.url));
    expect((await own.get('/api/v1/events')).status).toBe(503);
    await first.body?.cancel();
    await expect
      .poll(async () => {
        const again = await fetch(new URL('/api/v1/events', own.api.url));
        await again.body?.cancel();
        return again.status;
      })
      .toBe(200);
    await own.close();
  });
});

describe('The collector itself', () => {
  test('is told of as the telemetry answers', async () => {
    expect((await api.get('/metrics', { accept: 'application/openmetrics-text' })).text).toBe(
      'metrics for application/openmetrics-text',
    );
    const scrape = {
      accept: 'text/plain',
      'user-agent': 'Prometheus/3',
      'x-prometheus-scrape-timeout-seconds': '10',
    };
    expect((await api.get('/metrics', scrape)).text).toBe('metrics for text/plain to 127.0.0.1 Prometheus/3');
    expect((await api.get('/healthz')).text).toBe('ok');
    expect((await api.get('/readyz')).status).toBe(503);
    expect((await api.get('/api/v1/diagnoses')).json).toEqual({
      diagnoses: [{ id: 'sts-401', cause: 'why', remedy: 'what' }],
    });
  });

  test('says what is there and what cannot be done', async () => {
    expect((await api.get('/nothing')).json).toEqual({
      statusCode: 404,
      message: expect.any(String) as string,
    });
    const post = await fetch(new URL('/api/v1/traces', api.api.url), { method: 'POST', body: 'x' });
    expect(post.status).toBe(405);
    expect((await api.get('/')).json).toMatchObject({
      statusCode: 404,
      message: expect.stringContaining('build it') as string,
    });
  });

  test('compresses what is long', async () => {
    const raw = await new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
      request(
        new URL('/api/v1/traces', api.api.url),
        { headers: { 'accept-encoding': 'gzip' } },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () =>
            resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(parts) }),
          );
        },
      )
        .on('error', reject)
        .end();
    });
    expect(raw.encoding).toBe('gzip');
    expect((JSON.parse(gunzipSync(raw.body).toString()) as { rows: unknown[] }).rows).toHaveLength(30);
  });

  test('is described by the OpenAPI document that is committed', async () => {
    const path = fileURLToPath(new URL('../../../collector/docs/openapi.json', import.meta.url));
    const { json } = await api.get('/api/v1/openapi.json');
    await expect(`${JSON.stringify(json, null, 2)}\n`).toMatchFileSnapshot(path);
  });
});
