import { readFile } from 'node:fs/promises';
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Failure } from '../base/failure.ts';
import { type Destination, nameOf, type TlsFiles } from './destination.ts';
import { contentTypes } from './signals.ts';

/** What came of one request: an answer, or none and why. */
export type Reply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** As sent; empty where there is none. */
      readonly retryAfter: string;
      readonly contentType: string;
      /** At most the first 64 KiB. */
      readonly body: Uint8Array;
    }
  | { readonly kind: 'unanswered'; readonly reason: 'network' | 'timeout'; readonly message: string };

/** Sends one body to one address of a destination; never throws, except when the signal aborts. */
export interface HttpSender {
  post(url: URL, body: Uint8Array, signal: AbortSignal): Promise<Reply>;
  close(): void;
}

const maxAnswerBytes = 1 << 16;
const compress = promisify(gzip);

/** Reads the certificates; throws a Failure where they cannot be used. */
export async function createHttpSender(destination: Destination): Promise<HttpSender> {
  const secure = await readTls(destination);
  const agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true, ...secure }),
  };
  const { protocol = 'http/protobuf', compression = 'gzip', timeoutMs = 10_000 } = destination;
  const headers = {
    'user-agent': 'ccmtrace',
    ...destination.headers,
    'content-type': contentTypes[protocol],
    ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
  };
  return {
    async post(url, body, signal) {
      const bytes = compression === 'gzip' ? await compress(body, { level: 4 }) : body;
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
        const agent = url.protocol === 'https:' ? agents['https:'] : agents['http:'];
        const all = { ...headers, 'content-length': bytes.length };
        const options = { method: 'POST', headers: all, agent, signal: AbortSignal.any([signal, timeout]) };
        return await exchange(send(url, options), bytes);
      } catch (error) {
        signal.throwIfAborted();
        if (timeout.aborted) {
          return { kind: 'unanswered', reason: 'timeout', message: `no answer within ${timeoutMs} ms` };
        }
        return { kind: 'unanswered', reason: 'network', message: messageOf(error) };
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

async function exchange(request: ClientRequest, bytes: Uint8Array): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once('response', resolve);
  request.on('error', reject);
  request.end(bytes);
  const response = await promise;
  const body = await readStart(response);
  const { 'retry-after': retryAfter = '', 'content-type': contentType = '' } = response.headers;
  return { kind: 'answered', status: response.statusCode ?? 0, retryAfter, contentType, body };
}

/** Reads all of the answer, so that the connection can be used again, and keeps its start. */
async function readStart(response: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (length < maxAnswerBytes) parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts).subarray(0, maxAnswerBytes);
}

async function readTls(destination: Destination): Promise<{ cert?: Buffer; key?: Buffer; ca?: Buffer }> {
  const { certificate, key, ca }: TlsFiles = destination.tls ?? {};
  if ((certificate === undefined) !== (key === undefined)) {
    throw new Failure(
      `Could not set up TLS for ${nameOf(destination)}: only one of certificate and key is given. Give both, or neither.`,
    );
  }
  return {
    ...(certificate === undefined ? {} : { cert: await readPem(certificate, destination) }),
    ...(key === undefined ? {} : { key: await readPem(key, destination) }),
    ...(ca === undefined ? {} : { ca: await readPem(ca, destination) }),
  };
}

async function readPem(path: string, destination: Destination): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Failure(
      `Could not set up TLS for ${nameOf(destination)}: ${messageOf(cause)}. Name a PEM file that can be read.`,
      { cause },
    );
  }
}

/** A refused connection on a host with several addresses comes as an AggregateError without a message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
