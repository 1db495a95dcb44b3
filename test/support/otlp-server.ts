import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** How the server treats a request. What is not `take` keeps nothing of it. */
export type Treatment =
  | { readonly kind: 'take' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Takes the request and says that it left out so many spans; it leaves out the first ones. */
  | { readonly kind: 'partial'; readonly rejected: number }
  /** Reads the request and never answers. */
  | { readonly kind: 'hang' }
  /** Breaks the connection after reading; `taken` first keeps the spans, as a server does that dies before it answers. */
  | { readonly kind: 'reset'; readonly taken: boolean };

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Body after decompression. */
  readonly body: Buffer;
  readonly spans: readonly string[];
  /** Common name of the client's certificate; empty without one. */
  readonly client: string;
}

/** A local OTLP/HTTP receiver that does as it is told and deduplicates spans by trace and span id. */
export interface OtlpServer {
  readonly url: string;
  readonly requests: readonly Received[];
  /** `traceId/spanId` of each span kept, and how many times it came. */
  readonly spans: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** `treat` is asked for each request, with its number from 0. */
export async function startOtlpServer(
  treat: (received: Received, number: number) => Treatment = () => ({ kind: 'take' }),
  options: { readonly port?: number; readonly tls?: ServerOptions } = {},
): Promise<OtlpServer> {
  const requests: Received[] = [];
  const spans = new Map<string, number>();
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    void readRequest(request).then(
      (received) => {
        requests.push(received);
        respond(received, treat(received, requests.length - 1), response, spans);
      },
      () => response.destroy(),
    );
  };
  const server = options.tls === undefined ? createHttp(listener) : createHttps(options.tls, listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    spans,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(request: IncomingMessage): Promise<Received> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const raw = Buffer.concat(parts);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  const json = request.headers['content-type'] === 'application/json';
  const peer = (
    request.socket as { getPeerCertificate?: () => { subject?: { CN?: string } } }
  ).getPeerCertificate?.();
  return {
    path: request.url ?? '',
    headers: request.headers,
    body,
    spans: json ? spansInJson(body.toString()) : spansInProtobuf(body),
    client: peer?.subject?.CN ?? '',
  };
}

function respond(
  { spans: sent, headers }: Received,
  treatment: Treatment,
  response: ServerResponse,
  spans: Map<string, number>,
): void {
  const keep = (kept: readonly string[]) => {
    for (const span of kept) spans.set(span, (spans.get(span) ?? 0) + 1);
  };
  switch (treatment.kind) {
    case 'take':
      keep(sent);
      response
        .writeHead(200, { 'content-type': headers['content-type'] })
        .end(headers['content-type'] === 'application/json' ? '{}' : '');
      return;
    case 'answer':
      response.writeHead(treatment.status, treatment.headers).end(treatment.body);
      return;
    case 'partial': {
      keep(sent.slice(treatment.rejected));
      const partialSuccess = { rejectedSpans: String(treatment.rejected), errorMessage: 'too old' };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ partialSuccess }));
      return;
    }
    case 'hang':
      return;
    case 'reset':
      if (treatment.taken) keep(sent);
      response.socket?.resetAndDestroy();
  }
}

interface JsonRequest {
  resourceSpans?: { scopeSpans: { spans: { traceId: string; spanId: string }[] }[] }[];
  resourceLogs?: unknown;
}

function spansInJson(text: string): string[] {
  const { resourceSpans = [] } = JSON.parse(text) as JsonRequest;
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ traceId, spanId }) => `${traceId}/${spanId}`)),
  );
}

/** ExportTraceServiceRequest › resource_spans (1) › scope_spans (2) › spans (2) › trace_id (1), span_id (2). */
function spansInProtobuf(bytes: Buffer): string[] {
  return fields(bytes, 1)
    .flatMap((resourceSpans) => fields(resourceSpans, 2))
    .flatMap((scopeSpans) => fields(scopeSpans, 2))
    .map((span) => [fields(span, 1), fields(span, 2)].map(([id]) => id?.toString('hex')).join('/'));
}

/** The length-delimited fields of that number in a message. */
function fields(bytes: Buffer, number: number): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at);
    at = tag.end;
    const wire = tag.value % 8;
    if (wire === 0) at = varint(bytes, at).end;
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint(bytes, at);
      at = length.end + length.value;
      if (Math.floor(tag.value / 8) === number) found.push(bytes.subarray(length.end, at));
    }
  }
  return found;
}

function varint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  let scale = 1;
  for (let at = start; ; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
    scale *= 0x80;
  }
}
