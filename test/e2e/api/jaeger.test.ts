import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trace } from '../../../collector/src/model/span.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { madeTrace } from '../../support/traces.ts';

/**
 * The answers of Jaeger's query service as its sources and documentation give them, and the calls that Grafana's
 * Jaeger data source makes. test/interop/jaeger compares with a real Jaeger where one can be built.
 */
const startUs = Date.parse('2026-03-01T00:00:00Z') * 1000;
const good = madeTrace({ number: 1, startUs, story: 'token renewal' });
const bad = madeTrace({ number: 2, startUs: startUs + 60_000_000, errorType: 'http_401', issueUs: 900_000 });
let api: TestApi;

beforeAll(async () => {
  api = await startApi({ clock: { nowUs: () => startUs + 3_600_000_000 } });
  await api.store.write([good, bad]);
});

afterAll(async () => {
  await api.close();
});

async function found(query: string): Promise<string[]> {
  const { status, json } = await api.get(`/api/traces?${query}`);
  expect(status).toBe(200);
  return (json as { data: { traceID: string }[] }).data.map((trace) => trace.traceID);
}

const none = { total: 0, limit: 0, offset: 0, errors: null };

describe('GET /api/services', () => {
  test('names the tiers that have spans', async () => {
    expect((await api.get('/api/services')).json).toEqual({
      data: ['ccm-client', 'ccm-management-point'],
      total: 2,
      limit: 0,
      offset: 0,
      errors: null,
    });
  });

  test('gives an empty list for an empty store', async () => {
    const empty = await startApi();
    expect((await empty.get('/api/services')).json).toEqual({ data: [], ...none });
    expect((await empty.get('/api/traces?service=ccm-client')).json).toEqual({ data: [], ...none });
    expect((await empty.get('/api/dependencies?endTs=1&lookback=1')).json).toEqual({ data: [], ...none });
    await empty.close();
  });
});

describe('GET /api/services/{service}/operations', () => {
  test('names the spans of a service, and none of an unknown one', async () => {
    expect((await api.get('/api/services/ccm-client/operations')).json).toMatchObject({
      data: ['token renewal', 'token request'],
      total: 2,
    });
    expect((await api.get('/api/services/no%2Fsuch/operations')).json).toEqual({ data: [], ...none });
  });
});

describe('GET /api/traces', () => {
  test('finds by everything that the data source asks for', async () => {
    const both = [bad.traceId, good.traceId];
    expect(await found('service=ccm-client')).toEqual(both);
    expect(await found('service=ccm-client&limit=1')).toEqual([bad.traceId]);
    expect(await found('service=ccm-client&operation=token%20renewal')).toEqual([good.traceId]);
    expect(await found('service=ccm-management-point&minDuration=0.5s&maxDuration=1m')).toEqual([
      bad.traceId,
    ]);
    expect(await found('service=ccm-management-point&maxDuration=300ms')).toEqual([good.traceId]);
    expect(await found('service=ccm-management-point&maxDuration=299999us')).toEqual([]);
    expect(await found(`service=ccm-client&tags=${encodeURIComponent('{"error":"true"}')}`)).toEqual([
      bad.traceId,
    ]);
    expect(await found('service=ccm-client&tag=error.type:http_401')).toEqual([bad.traceId]);
    expect(await found(`service=ccm-client&start=${startUs}&end=${startUs + 1}`)).toEqual([good.traceId]);
    expect(await found('service=ccm-client&lookback=1h&prettyPrint=true&raw=false')).toEqual(both);
    expect(await found('service=nobody')).toEqual([]);
  });

  test('gives traces by their ids and names those that are not there', async () => {
    const { json } = await api.get(`/api/traces?traceID=${good.traceId}&traceID=ff&traceID=${bad.traceId}`);
    expect((json as { data: { traceID: string }[] }).data.map((trace) => trace.traceID)).toEqual([
      good.traceId,
      bad.traceId,
    ]);
    expect(json).toMatchObject({ errors: [{ msg: 'trace not found', traceID: 'ff'.padStart(32, '0') }] });
  });

  test.each([
    ['', "parameter 'service' is required"],
    ['service=a&minDuration=fast', "unable to parse param 'minDuration': write it as 1.5s, 100ms or 250us"],
    ['service=a&minDuration=2s&maxDuration=1s', "'maxDuration' should be greater than 'minDuration'"],
    ['service=a&tag=plain', "malformed 'tag' parameter, expecting key:value"],
    ['service=a&tags=%5B1%5D', "malformed 'tags' parameter, expecting a JSON object of strings"],
    ['service=a&start=x', "unable to parse param 'start': it is not a whole number"],
  ])('refuses %j as Jaeger refuses', async (query, msg) => {
    const { status, json } = await api.get(`/api/traces?${query}`);
    expect(status).toBe(400);
    expect(json).toEqual({ data: null, total: 0, limit: 0, offset: 0, errors: [{ code: 400, msg }] });
  });
});

describe('GET /api/traces/{traceID}', () => {
  test('gives one trace in whole microseconds with processes, references, tags and logs', async () => {
    const { json } = await api.get(`/api/traces/${bad.traceId}?start=1&end=2`);
    expect(json).toEqual({ data: [expectedBad], ...none });
  });

  test('takes an id without its leading zeros', async () => {
    const trace: Trace = {
      ...good,
      traceId: '0'.repeat(16) + 'a'.repeat(16),
      spans: [{ ...good.spans[0], traceId: '0'.repeat(16) + 'a'.repeat(16) }],
    };
    await api.store.write([trace]);
    expect((await api.get(`/api/traces/${'A'.repeat(16)}`)).json).toMatchObject({
      data: [{ traceID: trace.traceId }],
    });
  });

  test('answers 404 with Jaeger’s error for an unknown trace', async () => {
    const { status, json } = await api.get('/api/traces/deadbeef');
    expect(status).toBe(404);
    expect(json).toEqual({
      data: null,
      total: 0,
      limit: 0,
      offset: 0,
      errors: [{ code: 404, msg: 'trace not found' }],
    });
  });

  test('gives a huge trace whole, compressed', async () => {
    const root = madeTrace({ number: 9, startUs }).spans[0];
    const children = Array.from({ length: 20_000 }, (_, i) => ({
      ...root,
      spanId: (i + 1).toString(16).padStart(16, '0'),
      parentSpanId: root.spanId,
    }));
    await api.store.write([
      { traceId: root.traceId, spans: [root, ...children], identities: good.identities },
    ]);
    const { headers, json } = await api.get(`/api/traces/${root.traceId}`, { 'accept-encoding': 'gzip' });
    expect((json as { data: { spans: unknown[] }[] }).data[0]?.spans).toHaveLength(20_001);
    expect(headers.get('content-encoding')).toBe('gzip');
  });
});

describe('GET /api/dependencies', () => {
  test('counts calls between services in a window given in milliseconds', async () => {
    const endTs = startUs / 1000 + 10_000;
    expect((await api.get(`/api/dependencies?endTs=${endTs}&lookback=20000`)).json).toEqual({
      data: [{ parent: 'ccm-client', child: 'ccm-management-point', callCount: 1 }],
      ...none,
    });
    expect((await api.get('/api/dependencies?endTs=x&lookback=1')).status).toBe(400);
  });
});

const original = 'ä'.repeat(20);
const expectedBad = {
  traceID: bad.traceId,
  warnings: null,
  processes: {
    p1: {
      serviceName: 'ccm-client',
      tags: [
        { key: 'ccm.clock.error_ms', type: 'float64', value: 5 },
        { key: 'ccm.clock.offset_ms', type: 'float64', value: 0 },
        { key: 'ccm.site.code', type: 'string', value: 'ABC' },
        { key: 'host.name', type: 'string', value: 'WIN-2' },
        { key: 'service.instance.id', type: 'string', value: 'WIN-2' },
        { key: 'service.namespace', type: 'string', value: 'configmgr' },
      ],
    },
    p2: {
      serviceName: 'ccm-management-point',
      tags: [
        { key: 'ccm.clock.error_ms', type: 'float64', value: 20 },
        { key: 'ccm.clock.offset_ms', type: 'float64', value: 1.5 },
        { key: 'ccm.site.code', type: 'string', value: 'ABC' },
        { key: 'host.name', type: 'string', value: 'MP01' },
        { key: 'service.instance.id', type: 'string', value: 'MP01' },
        { key: 'service.namespace', type: 'string', value: 'configmgr' },
      ],
    },
  },
  spans: [
    {
      traceID: bad.traceId,
      spanID: bad.spans[0].spanId,
      operationName: 'token request',
      references: [],
      startTime: bad.spans[0].startUs,
      duration: 1_200_000,
      tags: [
        { key: 'ccm.client.guid', type: 'string', value: bad.identities.clientGuids[0] },
        { key: 'ccm.token.type', type: 'string', value: 'UDA' },
        { key: 'error.type', type: 'string', value: 'http_401' },
        { key: 'error', type: 'bool', value: true },
        { key: 'otel.status_code', type: 'string', value: 'ERROR' },
        { key: 'otel.status_description', type: 'string', value: 'The request failed: http_401.' },
        { key: 'span.kind', type: 'string', value: 'client' },
      ],
      logs: [
        {
          timestamp: bad.spans[0].startUs,
          fields: [
            { key: 'event', type: 'string', value: 'token.request.started' },
            { key: 'ccm.log.offset', type: 'int64', value: 1024 },
            { key: 'log.file.path', type: 'string', value: 'fleet/x/Logs/x.log' },
            { key: 'log.record.original', type: 'string', value: original },
          ],
        },
      ],
      processID: 'p1',
      warnings: null,
    },
    {
      traceID: bad.traceId,
      spanID: bad.spans[1]?.spanId,
      operationName: 'issue token',
      references: [
        { refType: 'CHILD_OF', traceID: bad.traceId, spanID: bad.spans[0].spanId },
        {
          refType: 'FOLLOWS_FROM',
          traceID: bad.spans[1]?.links[0]?.traceId,
          spanID: bad.spans[1]?.links[0]?.spanId,
        },
      ],
      startTime: bad.spans[1]?.startUs,
      duration: 900_000,
      tags: [
        { key: 'ccm.link.confidence', type: 'float64', value: 0.98 },
        { key: 'ccm.link.method', type: 'string', value: 'entra_id' },
        { key: 'ccm.token.type', type: 'string', value: 'UDA' },
        { key: 'thread.id', type: 'int64', value: 4711 },
        { key: 'span.kind', type: 'string', value: 'server' },
      ],
      logs: [
        {
          timestamp: bad.spans[1]?.startUs,
          fields: [
            { key: 'event', type: 'string', value: 'sts.request.started' },
            { key: 'ccm.log.offset', type: 'int64', value: 1024 },
            { key: 'log.file.path', type: 'string', value: 'fleet/x/Logs/x.log' },
            { key: 'log.record.original', type: 'string', value: original },
          ],
        },
      ],
      processID: 'p2',
      warnings: null,
    },
  ],
};

describe('a search for an outcome', () => {
  let told: TestApi;

  beforeAll(async () => {
    const warned = madeTrace({ number: 3, startUs, story: 'token renewal' });
    const [root, request, ...others] = warned.spans;
    const refused = { ...request!, status: { code: 'error' as const, message: '' } };
    told = await startApi({ clock: { nowUs: () => startUs + 3_600_000_000 } });
    await told.store.write([good, bad, { ...warned, spans: [root, refused, ...others] }]);
  });

  afterAll(async () => {
    await told.close();
  });

  const names = async (query: string): Promise<string[][]> => {
    const { json } = await told.get(`/api/traces?${query}`);
    const { data } = json as { data: { spans: { operationName: string }[] }[] };
    return data.map(({ spans }) => spans.map(({ operationName }) => operationName));
  };
  const tags = (outcome: string) => `tags=${encodeURIComponent(JSON.stringify({ 'ccm.outcome': outcome }))}`;

  test('is answered with names that say it, of the span that begins first', async () => {
    const any = await names(`service=ccm-client&${tags('any')}`);
    const first = any.map(([name]) => name);
    expect(first).toContain(`${bad.spans[0].name} (failed)`);
    expect(first).toContain('token renewal (ok)');
    expect(any.flat().filter((name) => name.endsWith(')'))).toEqual(first);
    const ok = await names(`service=ccm-client&${tags('ok')}`);
    expect(ok).toEqual(any.filter(([name]) => !name?.endsWith('(failed)')));
    const warned = await names(`service=ccm-client&${tags('warning')}`);
    expect(warned.map(([name]) => name)).toEqual([expect.stringMatching(/\(warning\)$/)]);
    expect(any.filter(([name]) => name?.endsWith('(warning)'))).toEqual(warned);
  });

  test('changes no name for anybody else', async () => {
    for (const query of ['service=ccm-client', `service=ccm-client&${tags('')}`])
      expect((await names(query)).flat().filter((name) => name.endsWith(')'))).toEqual([]);
    const { json } = await told.get(`/api/traces/${good.traceId}`);
    expect(JSON.stringify(json)).not.toContain('(ok)');
  });
});
