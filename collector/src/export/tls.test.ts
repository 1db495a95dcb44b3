import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryOutbox } from '../../../test/support/outbox.ts';
import { startOtlpServer } from '../../../test/support/otlp-server.ts';
import { createMemoryReport } from '../../../test/support/report.ts';
import { madeTrace } from '../../../test/support/traces.ts';
import { createExporter } from './index.ts';

/** Certificates are made when the test runs, so that none lies in the repository and none runs out. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'));
  if (!hasOpenssl) return;
  for (const [name, subject] of [
    ['server', '127.0.0.1'],
    ['client', 'collector-1'],
  ] as const) {
    const names = ['-subj', `/CN=${subject}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
    const kind = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
    ];
    execFileSync('openssl', [...kind, ...names, ...files], { cwd: folder, stdio: 'pipe' });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);

async function send(tls: { certificate?: string; key?: string; ca?: string }) {
  const [cert, key, ca] = ['server.pem', 'server.key', 'client.pem'].map((name) => readFileSync(path(name)));
  const tempo = await startOtlpServer(undefined, {
    tls: { cert, key, ca, requestCert: true, rejectUnauthorized: true },
  });
  const outbox = createMemoryOutbox();
  const report = createMemoryReport();
  outbox.append([madeTrace({ number: 1 })]);
  const backoff = { firstMs: 5, maxMs: 5 };
  const exporter = await createExporter({ destinations: [{ url: tempo.url, tls }], outbox, report, backoff });
  exporter.start();
  const sent = await exporter.drained(AbortSignal.timeout(600)).then(
    () => true,
    () => false,
  );
  await exporter.stop(0);
  await tempo.close();
  return {
    sent,
    clients: tempo.requests.map(({ client }) => client),
    sentence: report.troubles[0]?.sentence ?? '',
  };
}

describe.skipIf(!hasOpenssl)('the exporter over TLS', () => {
  it('trusts the authority that it is given and shows its own certificate', async () => {
    const tls = { certificate: path('client.pem'), key: path('client.key'), ca: path('server.pem') };
    expect(await send(tls)).toMatchObject({ sent: true, clients: ['collector-1'] });
  });

  it('sends nothing to a server that it has no reason to trust, and says why', async () => {
    const { sent, clients, sentence } = await send({
      certificate: path('client.pem'),
      key: path('client.key'),
    });
    expect({ sent, clients }).toEqual({ sent: false, clients: [] });
    expect(sentence).toMatch(/self-signed certificate/);
  });

  it('keeps its spans where the server wants a certificate and there is none', async () => {
    expect(await send({ ca: path('server.pem') })).toMatchObject({ sent: false, clients: [] });
  });
});
