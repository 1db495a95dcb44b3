import { readFile } from 'node:fs/promises';
import compress from '@fastify/compress';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { systemClock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { createGuard, setHeaders } from './guard.ts';
import { openApiInfo } from './openapi.ts';
import { type ApiOptions, defaultLimits } from './options.ts';
import { Refusal } from './refusal.ts';
import { addEventRoute, eventsPath, type EventStreams } from './routes/events.ts';
import { addFleetRoutes } from './routes/fleet.ts';
import { addJaegerRoutes } from './routes/jaeger.ts';
import { addOwnRoutes } from './routes/own.ts';
import { addPage } from './routes/page.ts';
import { addTraceRoutes } from './routes/traces.ts';

/** The server with all its routes, not yet listening. */
export async function buildServer(options: ApiOptions, streams: EventStreams): Promise<FastifyInstance> {
  const clock = options.clock ?? systemClock;
  const limits = { ...defaultLimits, ...options.limits };
  const app = await createServer(options);
  const guard = createGuard({
    listen: options.listen,
    token: options.token,
    urlLength: limits.urlLength,
    ...(options.allowedHosts === undefined ? {} : { allowedHosts: options.allowedHosts }),
  });
  addAudit(app, options);
  addErrors(app, options);
  app.addHook('onRequest', async (_request, reply) => setHeaders(reply, options.tls !== undefined));
  await addRateLimit(app, limits.requestsPerMinute);
  app.addHook('onRequest', async (request, reply) => guard(request, reply));
  addConcurrencyLimit(app, limits.concurrent);
  await app.register(compress, { encodings: ['gzip'], threshold: 1024 });
  await app.register(swagger, openApiInfo);
  addTraceRoutes(app, options.reader);
  addFleetRoutes(app, options.reader, clock);
  addEventRoute(app, streams);
  addOwnRoutes(app, options);
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await addJaegerRoutes(app, options.reader, clock, options.failed);
  await addPage(app, options.page);
  app.addHook('preClose', async () => streams.close());
  return app;
}

async function createServer(options: ApiOptions): Promise<FastifyInstance> {
  const settings = {
    logger: false,
    bodyLimit: 1024,
    requestTimeout: 30_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: 'idle',
    // Longer than any address, and addresses that cannot be decoded go where nothing is: the router must not refuse by itself.
    routerOptions: { maxParamLength: 65_536 },
    rewriteUrl: (request: { readonly url?: string | undefined }) =>
      canBeDecoded(request.url ?? '/') ? (request.url ?? '/') : nowhere,
    // With strict numbers Infinity would be coerced, then spared the bounds.
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false, strictNumbers: false },
    },
  } as const;
  const secrets = options.tls;
  const app =
    secrets === undefined
      ? fastify(settings)
      : (fastify({
          ...settings,
          https: { cert: await pem(secrets.certificate), key: await pem(secrets.key), minVersion: 'TLSv1.2' },
        }) as unknown as FastifyInstance);
  app.server.maxConnections = 512;
  // Response schemas document; a serializer made from them would drop what a schema forgot.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  return app;
}

/** No route has this address. */
const nowhere = '/api/nowhere';

function canBeDecoded(url: string): boolean {
  try {
    decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

async function pem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Failure(
      `the API cannot serve HTTPS: ${(cause as Error).message}; check http.tls in the configuration`,
      {
        cause,
      },
    );
  }
}

function addAudit(app: FastifyInstance, { audit, clock = systemClock }: ApiOptions): void {
  app.addHook('onResponse', async (request, reply) => {
    audit({
      atUs: clock.nowUs(),
      address: request.ip,
      method: request.method,
      url: request.originalUrl.slice(0, 500),
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    });
  });
}

/** Every error is JSON with a sentence; what went wrong inside is for the log, not for the caller. */
function addErrors(app: FastifyInstance, { failed }: ApiOptions): void {
  app.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    const statusCode = error.statusCode ?? 500;
    if (statusCode >= 500 && !(error instanceof Refusal)) failed(error);
    const message =
      statusCode < 500 || error instanceof Refusal
        ? sentence(error.message)
        : 'The collector could not answer: its log says why.';
    return await reply.status(statusCode).send({ statusCode, message });
  });
  app.setNotFoundHandler((request) => {
    const known = request.method === 'GET' || request.method === 'HEAD';
    throw known
      ? new Refusal(404, 'Nothing is at this address: /api/v1/openapi.json lists what is.')
      : new Refusal(405, 'Nothing can be changed over this API: ask with GET.');
  });
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Before the guard: whoever guesses tokens is stopped as well. An IPv6 network of 64 bits counts as one address. */
async function addRateLimit(app: FastifyInstance, most: number): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    max: most,
    timeWindow: 60_000,
    cache: 10_000,
    errorResponseBuilder: (_request, context) =>
      new Refusal(
        429,
        `More than ${context.max} requests came in a minute: wait ${context.after} and try again.`,
      ),
  });
  app.addHook('onRequest', app.rateLimit());
}

/** More requests than this at once would only wait for each other in the store. */
function addConcurrencyLimit(app: FastifyInstance, most: number): void {
  let running = 0;
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === eventsPath) return;
    if (running >= most) {
      void reply.header('retry-after', '1');
      throw new Refusal(503, 'Too many requests are being worked on: try again in a second.');
    }
    running += 1;
    // The connection's end counts, not the answer's: a client that goes away frees its place too.
    reply.raw.once('close', () => (running -= 1));
  });
}
