import { type IncomingHttpHeaders, request } from 'node:http';
import { createConnection } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.ts';
import { madeTrace } from '../../support/traces.ts';

const token = 'a token of more than sixteen characters: ü';
const trace = madeTrace({ number: 1 });
const everything = [
  '/',
  '/index.html',
  '/api/v1/traces',
  `/api/v1/traces/${trace.traceId}`,
  `/api/v1/traces/${'0'.repeat(32)}`,
  '/api/v1/devices/WIN-1',
  '/api/v1/devices/nobody',
  '/api/v1/fleet',
  '/api/v1/diagnoses',
  '/api/v1/events',
  '/api/v1/openapi.json',
  '/api/services',
  '/api/services/ccm-client/operations',
  '/api/traces?service=ccm-client',
  `/api/traces/${trace.traceId}`,
  '/api/dependencies',
  '/metrics',
  '/healthz',
  '/readyz',
  '/no-such-thing',
];
let folder: string;
let open: TestApi;
let locked: TestApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-page-'));
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(folder, 'page', '.secret'), 'hidden');
  await writeFile(join(folder, 'secret.txt'), 'outside');
  const page = join(folder, 'page');
  open = await startApi({ page, allowedHosts: ['ccmtrace.contoso.local'] });
  locked = await startApi({ page, token });
  await open.store.write([trace]);
  await locked.store.write([trace]);
});

afterAll(async () => {
  await open.close();
  await locked.close();
  await rm(folder, { recursive: true, force: true });
});

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends headers and paths that `fetch` would mend. */
async function ask(api: TestApi, path: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(api.api.url);
  return await new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
        if (headers['only-head'] !== undefined) response.destroy();
      });
      response.on('close', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('The token', () => {
  test.each(everything)('is needed for %s, and without it every answer is the same', async (path) => {
    for (const authorization of [
      '',
      'Bearer wrong',
      `Bearer ${token.slice(0, -1)}`,
      'Basic d3Jvbmc=',
      token,
      `bearer${token}`,
    ]) {
      const answer = await ask(
        locked,
        path,
        authorization === '' ? {} : { authorization: encodeURI(authorization) },
      );
      const body = JSON.parse(answer.body) as { message?: string; errors?: { msg: string }[] };
      expect([answer.status, body.message ?? body.errors?.[0]?.msg]).toEqual([
        401,
        "The request carries no valid token: send the collector's http.token as a bearer token, or as the password.",
      ]);
      expect(answer.body).not.toContain(trace.traceId);
    }
  });

  test.each([
    ['a trace', `/api/v1/traces/${trace.traceId}`, `/api/v1/traces/${'0'.repeat(32)}`],
    ["a trace as Jaeger's", `/api/traces/${trace.traceId}`, `/api/traces/${'0'.repeat(32)}`],
    ['a device', '/api/v1/devices/WIN-1', '/api/v1/devices/nobody'],
    ['an address', '/api/v1/fleet', '/api/v1/no-such-thing'],
    ['a file', '/index.html', '/no-such-file.html'],
    ['an address that can be read', '/api/v1/traces', '/api/v1/%zz'],
    ['an address of any length', '/api/v1/traces', `/api/v1/devices/${'x'.repeat(9000)}`],
  ])('tells nothing of whether %s is there', async (_what, there, gone) => {
    const answers = [];
    for (const path of [there, gone]) {
      const { status, headers, body } = await ask(locked, path, { authorization: 'Bearer wrong' });
      const { date: _date, 'x-ratelimit-remaining': _left, 'x-ratelimit-reset': _reset, ...rest } = headers;
      answers.push({ status, headers: rest, body });
    }
    expect(answers[0]?.status).toBe(401);
    expect(answers[1]).toEqual(answers[0]);
  });

  test('opens as a bearer token and as the password that a browser sends', async () => {
    const basic = Buffer.from(`anyone:${token}`).toString('base64');
    expect((await ask(locked, '/api/v1/traces', { authorization: `Basic ${basic}` })).status).toBe(200);
    const latin = await startApi({ token: 'plain-token-of-ascii' });
    expect((await latin.get('/api/v1/traces', { authorization: 'Bearer plain-token-of-ascii' })).status).toBe(
      200,
    );
    expect((await latin.get('/api/v1/traces', { authorization: 'Bearer plain-token-of-asciI' })).status).toBe(
      401,
    );
    await latin.close();
  });
});

describe('The Host', () => {
  test.each([
    'localhost',
    'LOCALHOST:4319',
    '127.0.0.1',
    '[::1]:80',
    '10.0.0.7:4319',
    'ccmtrace.contoso.local',
  ])('may be %s', async (host) => {
    expect((await ask(open, '/api/v1/traces', { host })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'a@localhost',
    'localhost:x',
  ])('may not be %j: a name of a stranger may point at us', async (host) => {
    for (const path of ['/api/v1/traces', '/', '/metrics']) {
      expect([path, (await ask(open, path, { host })).status]).toEqual([path, 421]);
    }
  });
});

describe('The Origin', () => {
  test('must be our own where a browser sends one', async () => {
    const own = new URL(open.api.url).origin;
    expect((await ask(open, '/api/v1/traces', { origin: own })).status).toBe(200);
    for (const origin of [
      'https://evil.example',
      'null',
      own.replace(/\d+$/, '1'),
      'http://127.0.0.1.evil.example',
    ]) {
      expect([origin, (await ask(open, '/api/v1/events', { origin })).status]).toEqual([origin, 403]);
    }
  });

  test('is watched for pictures and scripts of other sites too, but links lead here', async () => {
    expect(
      (await ask(open, '/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status,
    ).toBe(403);
    expect(
      (await ask(open, '/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).status,
    ).toBe(200);
  });
});

describe('Every answer', () => {
  test.each([...everything.filter((path) => path !== '/api/v1/events'), '/api/traces/none'])(
    'forbids inline scripts, framing and sniffing: %s',
    async (path) => {
      const { headers } = await ask(open, path);
      expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  test('holds for the event stream as well', async () => {
    const { status, headers } = await ask(open, '/api/v1/events', { 'only-head': 'yes' });
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });
});

describe('A path', () => {
  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/.secret',
    '/%00',
    '/index.html%00.png',
    '/assets/',
    '/assets',
    '/%c0%ae%c0%ae/secret.txt',
    '/file:///etc/passwd',
  ])('never leads out of the page’s folder: %s', async (path) => {
    const { status, body } = await ask(open, path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(body).not.toMatch(/outside|hidden|root:/);
  });

  test.each(['/%zz', '/api/v1/devices/%ff', '/api/v1/traces/%e0%80', '/api/traces/%'])(
    'that cannot be read leads nowhere, and is kept in the audit: %s',
    async (path) => {
      const { status, headers, body } = await ask(open, path);
      expect([status, headers['x-content-type-options']]).toEqual([404, 'nosniff']);
      expect(JSON.parse(body)).toMatchObject({ statusCode: 404 });
      await expect.poll(() => open.accesses.at(-1)?.url).toBe(path);
    },
  );

  test('leads to the page’s own files', async () => {
    const { status, headers, body } = await ask(open, '/');
    expect([status, headers['content-type'], body]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<!doctype html><title>page</title>',
    ]);
    expect((await ask(open, '/index.html', { 'if-none-match': String(headers.etag) })).status).toBe(304);
  });
});

describe('A flood', () => {
  test('of requests from one address is stopped for the rest of the minute', async () => {
    const api = await startApi({ limits: { requestsPerMinute: 5 } });
    const statuses = [];
    for (let i = 0; i < 7; i += 1) statuses.push((await api.get('/healthz')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await api.get('/api/v1/traces')).json).toMatchObject({
      statusCode: 429,
      message: expect.stringMatching(
        /^More than 5 requests came in a minute: wait .* and try again\.$/,
      ) as string,
    });
    await api.close();
  });

  test('of guessed tokens is stopped before they are looked at, and is told nothing else', async () => {
    const api = await startApi({ token, limits: { requestsPerMinute: 5 } });
    await api.store.write([trace]);
    const paths = [`/api/v1/traces/${trace.traceId}`, `/api/v1/traces/${'0'.repeat(32)}`, '/no-such-thing'];
    const answers = [];
    for (let i = 0; i < 9; i += 1)
      answers.push(await ask(api, paths[i % 3] ?? '', { authorization: `Bearer guess ${i}` }));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429]);
    expect(new Set(answers.slice(5).map(({ body }) => body)).size).toBe(1);
    expect(answers[8]?.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
      'retry-after': expect.stringMatching(/^\d+$/) as string,
    });
    const basic = Buffer.from(`anyone:${token}`).toString('base64');
    expect((await ask(api, '/api/v1/traces', { authorization: `Basic ${basic}` })).status).toBe(429);
    expect(api.accesses.filter(({ status }) => status === 429)).toHaveLength(5);
    await api.close();
  });

  test('of requests at once is told to come again', async () => {
    const waiting = Promise.withResolvers<void>();
    const api = await startApi({
      limits: { concurrent: 2 },
      metrics: async () => {
        await waiting.promise;
        return { status: 200, contentType: 'text/plain', body: '' };
      },
    });
    const slow = [api.get('/metrics'), api.get('/metrics')];
    await expect.poll(async () => (await api.get('/healthz')).status).toBe(503);
    waiting.resolve();
    expect((await Promise.all(slow)).map((answer) => answer.status)).toEqual([200, 200]);
    await expect.poll(async () => (await api.get('/healthz')).status).toBe(200);
    await api.close();
  });

  test('in one address or one body is refused', async () => {
    expect((await ask(open, `/api/v1/traces?story=${'x'.repeat(5000)}`)).status).toBe(414);
    expect((await ask(open, `/api/v1/devices/${'x'.repeat(301)}`)).status).toBe(400);
    expect((await ask(open, `/api/v1/devices/${'x'.repeat(5000)}`)).status).toBe(414);
    const body = await fetch(new URL('/api/v1/traces', open.api.url), {
      method: 'POST',
      body: 'x'.repeat(1_000_000),
    });
    expect([405, 413]).toContain(body.status);
  });

  test('of headers is refused by the server itself', async () => {
    const { hostname, port } = new URL(open.api.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = createConnection(Number(port), hostname, () => {
        socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`);
      });
      let text = '';
      socket.on('data', (part) => (text += part.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('The audit', () => {
  test('has a line for every access, refused ones too, and no token', async () => {
    await ask(locked, '/api/v1/traces?identity=WIN-1', { authorization: 'Bearer wrong-secret' });
    await expect
      .poll(() => locked.accesses.at(-1))
      .toMatchObject({
        address: '127.0.0.1',
        method: 'GET',
        url: '/api/v1/traces?identity=WIN-1',
        status: 401,
        durationMs: expect.any(Number) as number,
        atUs: expect.any(Number) as number,
      });
    expect(JSON.stringify(locked.accesses)).not.toMatch(/wrong-secret|sixteen/);
  });
});

describe('createApi()', () => {
  test.each(['0.0.0.0', '::', '10.1.2.3', 'collector.contoso.local'])(
    'refuses to listen on %s without TLS and a token',
    async (listen) => {
      await expect(startApi({ listen })).rejects.toThrow(
        /may not listen on .* without TLS and a token: set http\.tls/,
      );
      await expect(startApi({ listen, token })).rejects.toThrow(/without TLS/);
    },
  );

  test('says which port is taken', async () => {
    const port = Number(new URL(open.api.url).port);
    await expect(startApi({ port })).rejects.toThrow(
      new RegExp(`cannot listen on 127.0.0.1 port ${port}: .*EADDRINUSE.*choose another port`),
    );
  });

  test('says which file of TLS cannot be read', async () => {
    await expect(startApi({ tls: { certificate: '/none.pem', key: '/none.key' } })).rejects.toThrow(
      /cannot serve HTTPS: .*none\.pem/,
    );
  });

  test('tells the caller nothing of what went wrong inside', async () => {
    const api = await startApi();
    await api.store.close();
    const { status, json } = await api.get('/api/v1/traces');
    expect([status, json]).toEqual([
      500,
      { statusCode: 500, message: 'The collector could not answer: its log says why.' },
    ]);
    expect((await api.get('/api/services')).json).toMatchObject({
      errors: [{ code: 500, msg: 'internal error' }],
    });
    expect(api.failures).toHaveLength(2);
    await api.close();
  });
});
