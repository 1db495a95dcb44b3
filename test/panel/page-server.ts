import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** What the page's API answers; a number is an HTTP status without content, and `never` keeps who asks waiting. */
export type Answer = object | number | 'never';

export interface PageServer {
  readonly url: string;
  /** Tells every open page that these traces are new or changed. */
  readonly announce: (...traceIds: readonly string[]) => void;
  readonly close: () => Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** As the collector words them. */
const messages: Readonly<Record<number, string>> = {
  401: "The request carries no valid token: send the collector's http.token as a bearer token, or as the password.",
  404: 'There is no such trace.',
  500: 'The collector could not answer: its log says why.',
};

/** The strictest policy that the collector could send: nothing inline, nothing from elsewhere. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const folder = join(import.meta.dirname, '..', '..', 'grafana-plugin', 'dist', 'page');

/** Serves the built page with canned API answers, as the collector does. */
export async function servePage(answer: (url: URL) => Answer): Promise<PageServer> {
  if (!existsSync(folder))
    throw new Error('The page is not built: run `npm run build:page -w grafana-plugin`.');
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://page');
    if (url.pathname === '/api/v1/events') return follow(request, response, listeners);
    if (url.pathname.startsWith('/api/')) return sendJson(response, answer(url));
    sendFile(response, url.pathname);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    announce: (...traceIds) => {
      const data = JSON.stringify({ traceIds, count: traceIds.length });
      for (const listener of listeners) listener.write(`event: traces\ndata: ${data}\n\n`);
    },
    close: async () => {
      for (const listener of listeners) listener.end();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function follow(request: IncomingMessage, response: ServerResponse, listeners: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': open\n\n');
  listeners.add(response);
  request.on('close', () => listeners.delete(response));
}

function sendJson(response: ServerResponse, answer: Answer): void {
  if (answer === 'never') return;
  const status = typeof answer === 'number' ? answer : 200;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(typeof answer === 'number' ? { message: messages[answer] } : answer));
}

function sendFile(response: ServerResponse, path: string): void {
  const file = join(folder, normalize(path === '/' ? '/index.html' : path));
  if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
  });
  createReadStream(file).pipe(response);
}
