import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { FleetReader, FleetView } from '../../contract/fleet-reader.ts';
import { RecentAnswers } from '../recent.ts';
import { Refusal } from '../refusal.ts';
import { deviceQuery, fleetQuery, type FleetQueryString } from '../schemas/queries.ts';
import { deviceView, errorBody, fleetView } from '../schemas/shapes.ts';
import { readTime } from '../times.ts';

const weekUs = 7 * 86_400_000_000;
const hourUs = 3_600_000_000;

/** Buckets by default; more would be finer than a screen. */
const usualBuckets = 400;

export function addFleetRoutes(app: FastifyInstance, reader: FleetReader, clock: Clock): void {
  const recent = new RecentAnswers<FleetView>(() => performance.now());
  app.get<{ Params: { identity: string }; Querystring: { limit: number } }>(
    '/api/v1/devices/:identity',
    {
      schema: {
        summary: 'One device: identities, attempts, the state of its token, how many failed alike.',
        tags: ['devices'],
        params: {
          type: 'object',
          required: ['identity'],
          properties: {
            identity: {
              type: 'string',
              minLength: 1,
              maxLength: 300,
              description: 'In any common spelling.',
            },
          },
        },
        querystring: deviceQuery,
        response: { 200: deviceView, 400: errorBody, 404: errorBody },
      },
    },
    async ({ params, query }) => {
      const view = await reader.device(params.identity, query.limit, clock.nowUs());
      if (view === undefined) {
        throw new Refusal(
          404,
          'No stored trace knows this identity: check its spelling, or that the logs of the device are read.',
        );
      }
      return view;
    },
  );

  app.get<{ Querystring: FleetQueryString }>(
    '/api/v1/fleet',
    {
      schema: {
        summary: 'The fleet over time: outcomes, STS latency, top errors, overdue devices.',
        tags: ['devices'],
        querystring: fleetQuery,
        response: { 200: fleetView, 400: errorBody },
      },
    },
    async ({ query }) => await recent.get(JSON.stringify(query), async () => await fleetOf(query)),
  );

  async function fleetOf(query: FleetQueryString): Promise<FleetView> {
    const nowUs = clock.nowUs();
    const untilUs = query.until === undefined ? nowUs : readTime('until', query.until);
    const sinceUs =
      query.since === undefined ? Math.max(0, untilUs - weekUs) : readTime('since', query.since);
    if (sinceUs >= untilUs)
      throw new Refusal(400, 'since is not before until: ask for a time that lies between them.');
    const bucketUs =
      query.bucket_s === undefined
        ? hourUs * Math.ceil((untilUs - sinceUs) / usualBuckets / hourUs)
        : query.bucket_s * 1_000_000;
    return await reader.fleet({ sinceUs, untilUs, bucketUs, top: query.top, nowUs });
  }
}
