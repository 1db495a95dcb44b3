import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Span, Trace } from '../../../collector/src/model/span.ts';
import { toOtlp } from '../../../collector/src/model/otlp.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { madeTrace } from '../../support/traces.ts';

/** Text from logs is data wherever it comes out again: the same characters, as JSON, never as markup. */
const hostile = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '</script><!--',
  '\u001b[2J\u001b]0;title\u0007\u009b31m',
  '\u202e\u2066right to left\u2069',
  '\u0000\u0001\u007f\u0085\u2028\u2029\ufeff',
  '"\\\'`${}$(rm -rf /)%s%n{{constructor}}',
  "'; DROP TABLE traces; --",
  '__proto__',
  'x'.repeat(1_000_000),
  '👩‍👩‍👧‍👦'.repeat(1000),
];
let api: TestApi;
let trace: Trace;

beforeAll(async () => {
  api = await startApi();
  const made = madeTrace({ number: 1 });
  const all = Object.fromEntries(hostile.map((text, i) => [`text.${i}`, text]));
  const root: Span = {
    ...made.spans[0],
    name: hostile[0] ?? '',
    status: { code: 'error', message: hostile.join('\n') },
    attributes: { ...all, 'error.type': hostile[1] ?? '', 'ccm.diagnosis.id': hostile[2] ?? '' },
    events: hostile.map((text, i) => ({
      name: text.slice(0, 100).toWellFormed(),
      timeUs: made.spans[0].startUs + i,
      attributes: { 'log.record.original': text, 'log.file.path': text.slice(0, 1000).toWellFormed() },
    })),
    resource: { ...made.spans[0].resource, host: hostile[3] ?? '', site: hostile[5] ?? '' },
  };
  trace = {
    ...made,
    spans: [root],
    identities: { ...made.identities, hosts: [...hostile], sids: [...hostile] },
  };
  await api.store.write([trace, madeTrace({ number: 2 })]);
});

afterAll(async () => {
  await api.close();
});

describe('Hostile text in a log', () => {
  test('comes out of the store as it went in', async () => {
    expect(await api.store.get(trace.traceId)).toEqual(trace);
    expect((await api.store.list({ limit: 10 })).rows).toHaveLength(2);
  });

  test.each([
    '/api/v1/traces',
    '/api/v1/fleet?since=2025-01-01T00:00:00Z&until=2025-01-08T00:00:00Z',
    '/api/services',
  ])('is data in %s: JSON that no browser takes for anything else', async (path) => {
    const { status, headers, json } = await api.get(path);
    expect([status, headers.get('content-type'), headers.get('x-content-type-options')]).toEqual([
      200,
      'application/json; charset=utf-8',
      'nosniff',
    ]);
    expect(json).toBeTypeOf('object');
  });

  test('is the same in OTLP and in Jaeger’s form', async () => {
    expect((await api.get(`/api/v1/traces/${trace.traceId}`)).json).toEqual(toOtlp([trace]));
    const { json } = await api.get(`/api/traces/${trace.traceId}`);
    const [found] = (
      json as { data: { spans: { operationName: string; tags: { key: string; value: string }[] }[] }[] }
    ).data;
    expect(found?.spans[0]?.operationName).toBe(hostile[0]);
    for (const [i, text] of hostile.entries()) {
      expect(found?.spans[0]?.tags.find((tag) => tag.key === `text.${i}`)?.value).toBe(text);
    }
  });

  test('finds its trace by none but its own short names', async () => {
    expect((await api.get(`/api/v1/devices/${encodeURIComponent('__proto__')}`)).status).toBe(200);
    for (const text of hostile.filter((one) => one !== '__proto__' && one.length < 300)) {
      expect([text, (await api.get(`/api/v1/devices/${encodeURIComponent(text)}`)).status]).toEqual([
        text,
        404,
      ]);
    }
  });
});
