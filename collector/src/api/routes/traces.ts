import type { FastifyInstance } from 'fastify';
import type { TraceReader } from '../../contract/trace-reader.ts';
import { toOtlp } from '../../model/otlp.ts';
import { Refusal } from '../refusal.ts';
import { type TraceListQuery, traceListQuery } from '../schemas/queries.ts';
import { errorBody, otlpTraces, tracePage } from '../schemas/shapes.ts';
import { readTime } from '../times.ts';

export function addTraceRoutes(app: FastifyInstance, reader: TraceReader): void {
  app.get<{ Querystring: TraceListQuery }>(
    '/api/v1/traces',
    {
      schema: {
        summary: 'Traces, newest first, narrowed by any of the filters.',
        tags: ['traces'],
        querystring: traceListQuery,
        response: { 200: tracePage, 400: errorBody },
      },
    },
    async ({ query }) =>
      await reader.list({
        limit: query.limit,
        ...given('identity', query.identity),
        ...given('story', query.story),
        ...given('outcome', query.outcome),
        ...given('errorType', query.error_type),
        ...given('diagnosis', query.diagnosis),
        ...given('tier', query.tier),
        ...given('after', query.after),
        ...given('sinceUs', query.since === undefined ? undefined : readTime('since', query.since)),
        ...given('untilUs', query.until === undefined ? undefined : readTime('until', query.until)),
        ...given('minDurationUs', microseconds(query.min_duration_ms)),
        ...given('maxDurationUs', microseconds(query.max_duration_ms)),
      }),
  );

  app.get<{ Params: { traceId: string } }>(
    '/api/v1/traces/:traceId',
    {
      schema: {
        summary: "One trace in OTLP's JSON form.",
        tags: ['traces'],
        params: {
          type: 'object',
          required: ['traceId'],
          properties: {
            traceId: { type: 'string', pattern: '^[0-9a-fA-F]{32}$', description: '32 hex digits.' },
          },
        },
        response: { 200: otlpTraces, 400: errorBody, 404: errorBody },
      },
    },
    async ({ params }) => {
      const trace = await reader.get(params.traceId.toLowerCase());
      if (trace === undefined)
        throw new Refusal(404, 'No trace has this id: it is not stored yet, or retention has removed it.');
      return toOtlp([trace]);
    },
  );
}

/** A property where the value is there, nothing where it is not. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}

function microseconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms * 1000;
}
