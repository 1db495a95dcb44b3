import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import { outcomeTag, type SpanReader } from '../../contract/span-search.ts';
import type { TraceReader } from '../../contract/trace-reader.ts';
import { toJaeger, toJaegerWithOutcome } from '../jaeger/convert.ts';
import { many, type RawQuery, readSearch, readWhole } from '../jaeger/query.ts';
import { Refusal } from '../refusal.ts';

/** Traces that one request names at most. */
const maxNamed = 100;
const dayMs = 86_400_000;

/** What Jaeger wraps every answer in. */
interface Envelope {
  readonly data: unknown;
  readonly total: number;
  readonly limit: 0;
  readonly offset: 0;
  readonly errors:
    | readonly { readonly code?: number; readonly msg: string; readonly traceID?: string }[]
    | null;
}

/** The five endpoints that Grafana's Jaeger data source asks, as Jaeger's query service answers them. */
export async function addJaegerRoutes(
  app: FastifyInstance,
  reader: TraceReader & SpanReader,
  clock: Clock,
  failed: (cause: unknown) => void,
): Promise<void> {
  await app.register(async (jaeger) => {
    jaeger.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) failed(error);
      const msg = status >= 500 ? 'internal error' : error.message;
      return await reply.status(status).send(envelope(null, 0, [{ code: status, msg }]));
    });

    jaeger.get('/api/services', schema('Services, as Jaeger gives them.'), async () =>
      all(await reader.services()),
    );

    jaeger.get<{ Params: { service: string } }>(
      '/api/services/:service/operations',
      schema('Operations of a service, as Jaeger gives them.'),
      async ({ params }) => {
        const operations = await reader.operations(params.service);
        return all([...new Set(operations.map((operation) => operation.name))]);
      },
    );

    jaeger.get<{ Querystring: RawQuery }>(
      '/api/traces',
      schema('Whole traces by service, operation, tags and duration, as Jaeger gives them.'),
      async ({ query }) => {
        const named = many(query, 'traceID');
        if (named.length > 0) return await byIds(reader, named);
        const search = readSearch(query);
        const asked = (search.tags[outcomeTag] ?? '') !== '';
        return envelope((await reader.search(search)).map(asked ? toJaegerWithOutcome : toJaeger), 0);
      },
    );

    jaeger.get<{ Params: { traceId: string } }>(
      '/api/traces/:traceId',
      schema('One trace, as Jaeger gives it.'),
      async ({ params }) => {
        const trace = await reader.get(traceIdOf(params.traceId));
        if (trace === undefined) throw new Refusal(404, 'trace not found');
        return envelope([toJaeger(trace)], 0);
      },
    );

    jaeger.get<{ Querystring: RawQuery }>(
      '/api/dependencies',
      schema('Calls between services, as Jaeger gives them; endTs and lookback in milliseconds.'),
      async ({ query }) => {
        const endMs = readWhole(query, 'endTs') ?? clock.nowUs() / 1000;
        const lookbackMs = readWhole(query, 'lookback') ?? dayMs;
        const found = await reader.dependencies((endMs - lookbackMs) * 1000, endMs * 1000);
        return envelope(
          found.map(({ parent, child, calls }) => ({ parent, child, callCount: calls })),
          0,
        );
      },
    );
  });
}

function schema(summary: string): { schema: object } {
  return { schema: { summary, tags: ['jaeger'], response: { 200: { type: 'object' } } } };
}

function all(data: readonly unknown[]): Envelope {
  return envelope(data, data.length);
}

function envelope(data: unknown, total: number, errors: Envelope['errors'] = null): Envelope {
  return { data, total, limit: 0, offset: 0, errors };
}

async function byIds(reader: TraceReader, named: readonly string[]): Promise<Envelope> {
  if (named.length > maxNamed) throw new Refusal(400, `more than ${maxNamed} traces are asked for`);
  const found: unknown[] = [];
  const missing: { msg: string; traceID: string }[] = [];
  for (const id of new Set(named.map(traceIdOf))) {
    const trace = await reader.get(id);
    if (trace === undefined) missing.push({ msg: 'trace not found', traceID: id });
    else found.push(toJaeger(trace));
  }
  return envelope(found, 0, missing.length === 0 ? null : missing);
}

/** Jaeger takes ids without their leading zeros. */
function traceIdOf(text: string): string {
  if (!/^[0-9a-f]{1,32}$/i.test(text)) throw new Refusal(400, 'a trace id has at most 32 hex digits');
  return text.toLowerCase().padStart(32, '0');
}
