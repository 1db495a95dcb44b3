import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { diagnosesView } from '../schemas/shapes.ts';
import type { Answer, ApiOptions } from '../options.ts';

/** The catalogue of diagnoses, and what the collector says of itself. */
export function addOwnRoutes(app: FastifyInstance, options: ApiOptions): void {
  app.get(
    '/api/v1/diagnoses',
    {
      schema: { summary: 'The catalogue of diagnoses.', tags: ['traces'], response: { 200: diagnosesView } },
    },
    async () => ({ diagnoses: options.diagnoses }),
  );
  app.get(
    '/metrics',
    own('Metrics as Prometheus text, or OpenMetrics with exemplars.'),
    async (request, reply) =>
      await passOn(reply, await options.metrics(request.headers.accept ?? '', scraperOf(request))),
  );
  app.get(
    '/healthz',
    own('200 while the collector answers at all.'),
    async (_request, reply) => await passOn(reply, options.healthz()),
  );
  app.get(
    '/readyz',
    own('200 when it reads logs and the store is open, else 503.'),
    async (_request, reply) => await passOn(reply, options.readyz()),
  );
}

/** Prometheus, and what scrapes as it does, says how long it will wait; empty for anyone else. */
function scraperOf({ headers, ip }: FastifyRequest): string {
  return headers['x-prometheus-scrape-timeout-seconds'] === undefined
    ? ''
    : `${ip} ${headers['user-agent'] ?? ''}`;
}

function own(summary: string): { schema: object } {
  return { schema: { summary, tags: ['collector'] } };
}

async function passOn(reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
  return await reply.status(answer.status).header('content-type', answer.contentType).send(answer.body);
}
