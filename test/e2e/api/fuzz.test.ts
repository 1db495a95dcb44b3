import { readFileSync } from 'node:fs';
import {
  type Arbitrary,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  double,
  integer,
  oneof,
  record,
  string,
  uint8Array,
} from 'fast-check';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.ts';
import { madeTrace } from '../../support/traces.ts';

/** Every operation of the committed OpenAPI document is asked with what its parameters allow and with what they do not. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly schema: Schema;
  }[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

const document = JSON.parse(
  readFileSync(new URL('../../../collector/docs/openapi.json', import.meta.url), 'utf8'),
) as { readonly paths: Readonly<Record<string, { readonly get?: Operation }>> };
const runs = Number(process.env['CCMTRACE_FUZZ_RUNS'] ?? 60);
const trace = madeTrace({ number: 1, errorType: 'http_401' });
const schemas = new Ajv2020({ strict: false });
let api: TestApi;

beforeAll(async () => {
  api = await startApi({ limits: { requestsPerMinute: 1_000_000, eventStreams: 1_000_000 } });
  await api.store.write([trace, madeTrace({ number: 2 })]);
});

afterAll(async () => {
  await api.close();
});

/** Words that mean something to the API, so that the fuzz gets beyond its first checks. */
const words = constantFrom(
  trace.traceId,
  trace.spans[0].spanId,
  'WIN-1',
  'ccm-client',
  'token request',
  'GUID:7D4A1C2E-0B5F-4D3A-9E8C-112233445566',
  'S-1-5-21-1-2-3-1001',
  '2026-03-01T00:00:00Z',
  '2026-99-99T99:99:99Z',
  '0',
  '-1',
  '9999999999999999',
  '1e308',
  'Infinity',
  '-Infinity',
  'NaN',
  '1.5s',
  '{"error":"true"}',
  '{"__proto__":"x","a":{"b":1}}',
  "x' OR 1=1; DROP TABLE traces; --",
  '%_\\',
  '../../../etc/passwd',
  '<script>alert(1)</script>',
  '\u0000',
  '\u202e\u2066',
  '1-' + 'f'.repeat(32),
);

function valueOf(schema: Schema): Arbitrary<string> {
  const allowed: Arbitrary<string>[] = [words];
  if (schema.enum !== undefined) allowed.push(constantFrom(...schema.enum));
  if (schema.type === 'integer') {
    allowed.push(integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 }).map(String));
  }
  if (schema.type === 'number') allowed.push(double().map(String));
  return oneof(
    { weight: 4, arbitrary: oneof(...allowed) },
    { weight: 1, arbitrary: string({ unit: 'binary' }) },
  );
}

function requestOf(path: string, operation: Operation): Arbitrary<string> {
  const parameters = operation.parameters ?? [];
  // Jaeger's parameters are read as Jaeger reads them, not by a schema.
  const free = path.startsWith('/api/v1')
    ? []
    : [
        'service',
        'operation',
        'tags',
        'tag',
        'limit',
        'start',
        'end',
        'minDuration',
        'maxDuration',
        'traceID',
        'endTs',
        'lookback',
      ];
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const schemaOf = (name: string): Schema => parameters.find((one) => one.name === name)?.schema ?? {};
  const query = [...parameters.filter((one) => one.in === 'query').map((one) => one.name), ...free];
  const absent = constant(undefined);
  return record({
    path: record(Object.fromEntries(inPath.map((name) => [name, valueOf(schemaOf(name))]))),
    query: record(Object.fromEntries(query.map((name) => [name, oneof(absent, valueOf(schemaOf(name)))]))),
    extra: oneof({ weight: 9, arbitrary: constant('') }, { weight: 1, arbitrary: words }),
  }).map((made) => {
    const asked = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(made.path[name] ?? ''));
    const pairs = Object.entries(made.query).filter(([, value]) => value !== undefined);
    if (made.extra !== '') pairs.push([made.extra, made.extra]);
    return `${asked}?${pairs.map(([name, value]) => `${encoded(name)}=${encoded(value ?? '')}`).join('&')}`;
  });
}

/** A lone half of a surrogate pair has no form in an address. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** An event stream does not end; its own test is below. */
const stream = '/api/v1/events';
const operations = Object.entries(document.paths).flatMap(([path, { get }]) =>
  get === undefined || path === stream ? [] : [[path, get] as const],
);

describe('The API under random questions', () => {
  test('knows every operation of the document, and the document knows nothing but questions', () => {
    expect(operations.length).toBeGreaterThan(9);
    expect([...operations.map(([path]) => path), stream].sort()).toEqual(Object.keys(document.paths).sort());
    expect(Object.values(document.paths).map((operation) => Object.keys(operation))).toEqual(
      Object.keys(document.paths).map(() => ['get']),
    );
  });

  test.each(operations)(
    'answers %s without ever failing, in the shape that its document says',
    async (path, operation) => {
      const seen = new Set<number>();
      await assert(
        asyncProperty(requestOf(path, operation), async (asked) => {
          const answer = await api.get(asked);
          seen.add(answer.status);
          expect([asked, answer.status < 500 || path === '/readyz']).toEqual([asked, true]);
          const schema = operation.responses[String(answer.status)]?.content?.['application/json']?.schema;
          if (schema !== undefined && !schemas.validate(schema, answer.json)) {
            throw new Error(`${asked}: ${schemas.errorsText()}`);
          }
          if (answer.status >= 400 && path.startsWith('/api/') && typeof answer.json !== 'object') {
            throw new Error(`${asked}: ${answer.text}`);
          }
        }),
        { numRuns: runs, seed: 42 },
      );
      expect(api.failures).toEqual([]);
      expect(seen.size).toBeGreaterThan(0);
    },
  );

  test('never fails by a body, whatever its method, type and address', async () => {
    const paths = constantFrom(
      ...Object.keys(document.paths).map((path) => path.replaceAll(/[{}]/g, '')),
      '/',
    );
    const sent = record({
      path: paths,
      method: constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'PROPFIND'),
      type: constantFrom(
        'application/json',
        'text/plain',
        'application/x-www-form-urlencoded',
        'x/\u00ff',
        '',
      ),
      body: oneof(
        constantFrom('', '{', '{"__proto__":null}', '[]', 'x'.repeat(2000)),
        string({ unit: 'binary' }),
        uint8Array({ maxLength: 2000 }),
      ),
    });
    const seen = new Set<number>();
    await assert(
      asyncProperty(sent, async ({ path, method, type, body }) => {
        const response = await fetch(new URL(path, api.api.url), {
          method,
          body,
          ...(type === '' ? {} : { headers: { 'content-type': type } }),
        });
        seen.add(response.status);
        expect([path, method, type, response.status < 500, response.status >= 400]).toEqual([
          path,
          method,
          type,
          true,
          true,
        ]);
        expect(await response.json()).toMatchObject({ statusCode: response.status });
      }),
      { numRuns: runs, seed: 42 },
    );
    expect(seen.has(405)).toBe(true);
    expect(api.failures).toEqual([]);
  });

  test('never fails by what an event stream is asked for', async () => {
    await assert(
      asyncProperty(words, words, async (name, value) => {
        const asked = `${stream}?${encoded(name)}=${encoded(value)}`;
        const response = await fetch(new URL(asked, api.api.url));
        await response.body?.cancel();
        expect([asked, response.status]).toEqual([asked, 200]);
      }),
      { numRuns: runs, seed: 42 },
    );
    expect(api.failures).toEqual([]);
  });
});
