import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../refusal.ts';

/** Streams have a limit of their own. */
export const eventsPath = '/api/v1/events';

/** Ids that one event names; a page reloads its list anyway. */
const maxIds = 200;
/** A client that reads slower than this behind is cut off; it connects again by itself. */
const maxBufferedBytes = 256 * 1024;
const heartbeatMs = 15_000;

/** The open event streams. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();
  readonly #limit: number;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Tells every listener of new or changed traces. */
  announce(traceIds: readonly string[]): void {
    if (traceIds.length === 0) return;
    const data = JSON.stringify({ traceIds: traceIds.slice(0, maxIds), count: traceIds.length });
    this.#send(`event: traces\ndata: ${data}\n\n`);
  }

  add(stream: ServerResponse): void {
    this.#open.add(stream);
    stream.once('close', () => {
      this.#open.delete(stream);
      if (this.#open.size === 0) this.#stopHeartbeat();
    });
    stream.write('retry: 3000\n: connected\n\n');
    this.#heartbeat ??= setInterval(() => this.#send(': alive\n\n'), heartbeatMs).unref();
  }

  get isFull(): boolean {
    return this.#open.size >= this.#limit;
  }

  close(): void {
    this.#stopHeartbeat();
    for (const stream of this.#open) stream.end();
  }

  #send(text: string): void {
    for (const stream of this.#open) {
      if (stream.writableLength > maxBufferedBytes) stream.destroy();
      else stream.write(text);
    }
  }

  #stopHeartbeat(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }
}

export function addEventRoute(app: FastifyInstance, streams: EventStreams): void {
  app.get(
    eventsPath,
    {
      compress: false,
      schema: {
        summary: 'Server-sent events: `traces` names new or changed traces ({ traceIds, count }).',
        tags: ['traces'],
        produces: ['text/event-stream'],
      },
    },
    async (_request, reply) => {
      if (streams.isFull)
        throw new Refusal(503, 'Too many pages are listening: close one, or try again later.');
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        // The connection serves nothing else afterwards, so that closing does not wait for it.
        connection: 'close',
        'x-accel-buffering': 'no',
      });
      streams.add(reply.raw);
    },
  );
}
