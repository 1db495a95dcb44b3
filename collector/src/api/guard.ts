import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

export interface GuardOptions {
  readonly listen: string;
  readonly token?: string | undefined;
  readonly allowedHosts?: readonly string[];
  readonly urlLength: number;
}

/** Scripts, styles and everything else come from this origin only, and nothing inline is run. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Lets a request in or refuses it, before anything else looks at it: by its Host (a name that is not ours may have been
 * bound to our address by a stranger: DNS rebinding), its Origin (other sites may not read us), and its token.
 */
export function createGuard(options: GuardOptions): (request: FastifyRequest, reply: FastifyReply) => void {
  const names = new Set(
    ['localhost', options.listen, ...(options.allowedHosts ?? [])].map((name) => name.toLowerCase()),
  );
  const known = (host: string): boolean => isIP(host) !== 0 || names.has(host);
  const digest = options.token === undefined ? undefined : digestOf(options.token);
  return (request, reply) => {
    if (!known(hostName(request.headers.host ?? ''))) {
      throw new Refusal(
        421,
        'The Host of the request is not one of this collector: use its address, or add the name to http.allowedHosts.',
      );
    }
    ensureSameSite(request);
    if (digest !== undefined && !carries(request.headers.authorization, digest)) {
      void reply.header('www-authenticate', 'Basic realm="ccmtrace", charset="UTF-8"');
      throw new Refusal(
        401,
        "The request carries no valid token: send the collector's http.token as a bearer token, or as the password.",
      );
    }
    if (request.originalUrl.length > options.urlLength) {
      throw new Refusal(414, `The address has more than ${options.urlLength} characters: ask for less.`);
    }
  };
}

/** What every answer carries, refusals too; `secure`: it goes over TLS. */
export function setHeaders(reply: FastifyReply, secure: boolean): void {
  void reply.headers({
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'cache-control': 'no-store',
    ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  });
}

/** Pages of other sites may neither read us (Origin) nor load us as part of themselves (Sec-Fetch-Site). */
function ensureSameSite(request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin !== undefined && originHost(origin) !== (request.headers.host ?? '').toLowerCase()) {
    throw new Refusal(
      403,
      'The request comes from a page of another site: open the page that this collector serves.',
    );
  }
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' && request.headers['sec-fetch-mode'] !== 'navigate') {
    throw new Refusal(403, 'Another site asked for this: open the page that this collector serves.');
  }
}

function originHost(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

/** Without port and brackets, lower case; empty where it is malformed. */
function hostName(host: string): string {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:/?#@\s]+?)\.?)(?::\d{1,5})?$/i.exec(host);
  return (found?.[1] ?? found?.[2] ?? '').toLowerCase();
}

/** Digests have one length and are compared in constant time, so nothing tells how much of a guess was right. */
function carries(authorization: string | undefined, digest: Buffer): boolean {
  return timingSafeEqual(digestOf(sentToken(authorization ?? '')), digest);
}

function sentToken(authorization: string): string {
  const [scheme = '', credentials = ''] = authorization.split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return '';
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
