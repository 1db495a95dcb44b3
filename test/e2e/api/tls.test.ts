import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.ts';

const openssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!openssl)(`The API over TLS${openssl ? '' : ' (SKIPPED: openssl is not installed)'}`, () => {
  const token = 'a-token-of-sixteen-characters';
  let folder: string;
  let certificate: string;
  let api: TestApi;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ccmtrace-tls-'));
    certificate = join(folder, 'certificate.pem');
    const key = join(folder, 'key.pem');
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        certificate,
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
      ],
      { stdio: 'ignore' },
    );
    api = await startApi({ listen: '0.0.0.0', token, tls: { certificate, key } });
  });

  afterAll(async () => {
    await api?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function ask(path: string, headers: Record<string, string>): Promise<{ status: number; hsts: unknown }> {
    const { port } = new URL(api.api.url);
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers, ca: readFileSync(certificate) }, (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, hsts: response.headers['strict-transport-security'] }),
        );
      })
        .on('error', reject)
        .end();
    });
  }

  test('listens elsewhere than on loopback, to those with the token only', async () => {
    expect(api.api.url).toMatch(/^https:\/\/0\.0\.0\.0:\d+\/$/);
    expect(await ask('/api/v1/traces', {})).toMatchObject({ status: 401 });
    const answer = await ask('/api/v1/traces', { authorization: `Bearer ${token}` });
    expect(answer).toEqual({ status: 200, hsts: 'max-age=31536000' });
  });

  test('does not answer in clear text', async () => {
    const plain = api.api.url.replace('https:', 'http:').replace('0.0.0.0', '127.0.0.1');
    await expect(fetch(plain)).rejects.toThrow('fetch failed');
  });
});
