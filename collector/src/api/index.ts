import { isIPv6 } from 'node:net';
import { Failure } from '../base/failure.ts';
import type { ApiOptions } from './options.ts';
import { EventStreams } from './routes/events.ts';
import { buildServer } from './server.ts';

/** Answers in hand get this long when the API closes. */
const closeWithinMs = 1000;

/** A listening API. */
export interface Api {
  /** Address of the page, with a slash at its end. */
  readonly url: string;
  /** Tells the pages that are open of new or changed traces. */
  announce(traceIds: readonly string[]): void;
  /** Ends open streams and answers in hand, then lets go of the port. Safe twice. */
  close(): Promise<void>;
}

/**
 * Serves the page, the API, Jaeger's endpoints and the collector's own metrics.
 *
 * @throws Failure where the address may not be bound (elsewhere than loopback without TLS and token) or is taken.
 */
export async function createApi(options: ApiOptions): Promise<Api> {
  ensureGuarded(options);
  const streams = new EventStreams(options.limits?.eventStreams ?? 32);
  const app = await buildServer(options, streams);
  try {
    await app.listen({ host: options.listen, port: options.port });
  } catch (cause) {
    await app.close();
    throw new Failure(
      `the API cannot listen on ${options.listen} port ${options.port}: ${(cause as Error).message}; stop what uses it, or choose another port (--port)`,
      { cause },
    );
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const host = isIPv6(options.listen) ? `[${options.listen}]` : options.listen;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${host}:${port}/`,
    announce: (traceIds) => streams.announce(traceIds),
    close: async () => {
      // A connection whose answer ends after the first look at idle ones would stay for its keep-alive time.
      const idle = setInterval(() => app.server.closeIdleConnections(), 50);
      const deadline = setTimeout(() => app.server.closeAllConnections(), closeWithinMs);
      try {
        await app.close();
      } finally {
        clearInterval(idle);
        clearTimeout(deadline);
      }
    },
  };
}

function ensureGuarded({ listen, tls, token }: ApiOptions): void {
  if (isLoopback(listen) || (tls !== undefined && token !== undefined)) return;
  throw new Failure(
    `the API may not listen on ${listen} without TLS and a token: set http.tls and http.token, or listen on 127.0.0.1 behind an authenticating proxy`,
  );
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address);
}
