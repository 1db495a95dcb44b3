import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type CliResult, collect, repository, runCli, startCli } from '../support/run-cli.ts';

const sample = join(repository, 'collector', 'sample');
const sid = 'S-1-5-21-3623811015-3361044348-30300820-1013';
const userId = '4b7e0d92-1c5f-4a68-93be-d05a7c1f28e4';
const token = 'a-token-of-sixteen-characters';
const openssl = spawnSync('openssl', ['version']).status === 0;

interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** `ccmtrace run` over the sample, as one would follow one's own logs. */
async function start(folder: string, config: string): Promise<Running> {
  await writeFile(join(folder, 'ccmtrace.yaml'), config);
  const child = startCli(['run', sample, '--config', 'ccmtrace.yaml', '--store', 'store', '--port', '0'], {
    cwd: folder,
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await wait(100)) {
    const url = /^Page +(\S+)$/m.exec(stdout())?.[1];
    if (url !== undefined) return { url, stop };
  }
  child.kill('SIGKILL');
  throw new Error(`no address of a page: ${stderr()}`);
}

describe('A collector that keeps pseudonyms of users', () => {
  const config = `
store: { maxAgeDays: 0 }
http: { token: ${token} }
privacy: { identities: pseudonymise, key: a-key-of-sixteen-characters }
`;
  const spellings = [sid, sid.toLowerCase(), userId, `{${userId.toUpperCase()}}`];
  let folder: string;
  let running: Running;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ccmtrace-remote-'));
    running = await start(folder, config);
  });

  afterAll(async () => {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(new URL(path, running.url), {
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: response.status, text: await response.text() };
  }

  const cli = async (...args: string[]): Promise<CliResult> =>
    await runCli(args, { cwd: folder, environment: { CCMTRACE_TOKEN: token } });

  it.each(spellings)('finds a user by the real %s over the API, and tells it nowhere', async (spelling) => {
    const identity = encodeURIComponent(spelling);
    const list = await ask(`api/v1/traces?identity=${identity}`);
    const { rows } = JSON.parse(list.text) as { rows: { traceId: string; host: string }[] };
    expect(rows.length).toBeGreaterThan(0);
    const device = await ask(`api/v1/devices/${identity}`);
    expect(device.status).toBe(200);
    expect(JSON.parse(device.text)).toMatchObject({
      attemptCount: rows.length,
      identities: { sids: expect.arrayContaining([expect.stringMatching(/^S-1-12-1-0-/)]) as string[] },
    });
    const tag = encodeURIComponent(JSON.stringify({ 'ccm.identity': spelling }));
    const jaeger = await ask(`api/traces?service=configmgr&tags=${tag}`);
    expect((JSON.parse(jaeger.text) as { data: unknown[] }).data).toHaveLength(rows.length);
    const whole = await Promise.all(rows.map(async (row) => await ask(`api/v1/traces/${row.traceId}`)));
    const told = [list, device, jaeger, ...whole].map(({ text }) => text).join('\n');
    expect(told).toContain('CCM_STS.log');
    expect(told.toLowerCase()).not.toContain(sid.toLowerCase());
    expect(told.toLowerCase()).not.toContain(userId);
  });

  it('does not find another user', async () => {
    for (const other of ['S-1-5-21-3623811015-3361044348-30300820-1014', userId.replace(/4$/, '5')])
      expect([other, (await ask(`api/v1/devices/${other}`)).status]).toEqual([other, 404]);
  });

  it('is asked by ccmtrace trace, which then shows what the store itself shows', async () => {
    for (const spelling of spellings) {
      const { code, stdout } = await cli('trace', spelling, '--url', running.url);
      expect([spelling, code]).toEqual([spelling, 0]);
      expect(stdout).toContain('token renewal');
      expect(stdout.toLowerCase()).not.toMatch(/s-1-5-21-|4b7e0d92/);
    }
    const far = await cli('trace', sid, '--url', running.url);
    const farJson = await cli('trace', sid, '--url', running.url, '--json');
    const overdue = await cli('devices', '--overdue', '--url', running.url, '--json');
    await running.stop();
    const near = ['--store', 'store', '--config', 'ccmtrace.yaml'];
    expect(await cli('trace', sid, ...near)).toEqual(far);
    expect(await cli('trace', sid, ...near, '--json')).toEqual(farJson);
    expect(JSON.parse((await cli('devices', '--overdue', ...near, '--json')).stdout)).toEqual(
      JSON.parse(overdue.stdout),
    );
    const without = await cli('trace', sid, '--store', 'store');
    expect(without).toMatchObject({ code: 1, stdout: '' });
    expect(without.stderr).toContain('No trace of');
    running = await start(folder, config);
  });

  it('keeps its store for itself, and leads who comes second to its address', async () => {
    for (const command of [
      ['trace', 'WIN-042'],
      ['devices', '--overdue'],
      ['export', '--backup', 'copy'],
    ]) {
      const { code, stdout, stderr } = await cli(...command, '--store', 'store');
      expect([command, code, stdout]).toEqual([command, 1, '']);
      expect(stderr).toMatch(
        /^the store in store is in use by another process \(\d+\): ask that collector over its API \(--url http:\/\/127\.0\.0\.1:4319\), or stop it first\n$/,
      );
    }
    const second = await cli('run', sample, '--store', 'store', '--port', '0');
    expect(second).toMatchObject({ code: 1 });
    expect(second.stderr).toMatch(/is in use by another process \(\d+\)/);
    expect(await cli('trace', 'WIN-042', '--url', running.url)).toMatchObject({ code: 0 });
  });
});

describe('ccmtrace trace --url', () => {
  let folder: string;
  let running: Running;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ccmtrace-remote-'));
    running = await start(folder, `{ store: { maxAgeDays: 0 }, http: { token: ${token} } }`);
  });

  afterAll(async () => {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (url: string, environment: Record<string, string> = {}, query = 'WIN-042') =>
    await runCli(['trace', query, '--url', url], { cwd: folder, environment });

  it('says that nothing answers, and why', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => {
      free.listen(0, '127.0.0.1', resolve);
    });
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => {
      free.close(resolve);
    });
    // A name with two addresses fails with two errors, and no message of its own.
    for (const host of ['127.0.0.1', 'localhost']) {
      const { code, stdout, stderr } = await ask(`http://${host}:${port}`);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`No collector answers at http://${host}:${port}/: connect ECONNREFUSED `);
      expect(stderr).toContain(`127.0.0.1:${port}. Check that ccmtrace run is up, and its address.\n`);
    }
    expect((await ask('http://no-such-host.invalid:4319')).stderr).toMatch(
      /: getaddrinfo \w+ no-such-host\.invalid\./,
    );
  });

  it('says that a token is asked for, and that one is not known', async () => {
    expect(await ask(running.url)).toEqual({
      code: 1,
      stdout: '',
      stderr: `The collector at ${running.url} asks for a token. Set CCMTRACE_TOKEN, or http.token in --config, to its own.\n`,
    });
    expect((await ask(running.url, { CCMTRACE_TOKEN: 'another-token-of-sixteen' })).stderr).toBe(
      `The collector at ${running.url} does not know this token. Set CCMTRACE_TOKEN, or http.token in --config, to its own.\n`,
    );
    expect((await ask(running.url, { CCMTRACE_TOKEN: token })).code).toBe(0);
    const withConfig = ['trace', 'WIN-042', '--url', running.url, '--config', 'ccmtrace.yaml'];
    expect((await runCli(withConfig, { cwd: folder })).code).toBe(0);
  });

  it('says that a device is not known', async () => {
    const { code, stderr } = await ask(running.url, { CCMTRACE_TOKEN: token }, 'WIN-\u001b[31m999');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No trace of 'WIN-\\x1b\[31m999': no host, client GUID, .*\n$/);
  });

  it('takes nothing but an address for one', async () => {
    for (const url of ['127.0.0.1:4319', 'localhost:4319', 'ftp://x/', 'http://', 'https://me:secret@x/']) {
      const { code, stderr } = await ask(url);
      expect([url, code]).toEqual([url, 2]);
      expect(stderr).toContain('Give an address such as http://127.0.0.1:4319');
    }
  });

  it('tells another server from a collector', async () => {
    const page = createServer((_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>\u001b[31m</title>'),
    );
    await new Promise<void>((resolve) => {
      page.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void page.close());
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`;
    expect(await ask(url)).toEqual({
      code: 1,
      stdout: '',
      stderr: `What answers at ${url} is no collector: 200 with text/html. Check the address, and the path that a proxy puts before it.\n`,
    });
    expect((await ask(`${running.url}no/such/path`, { CCMTRACE_TOKEN: token })).stderr).toMatch(
      /answered 404\. Nothing is at this address/,
    );
  });
});

describe.skipIf(!openssl)(
  `ccmtrace trace --url https://…${openssl ? '' : ' (SKIPPED: openssl is not installed)'}`,
  () => {
    let folder: string;
    let running: Running;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ccmtrace-remote-'));
      const made =
        '-x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 -subj /CN=test';
      const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
      execFileSync('openssl', ['req', ...made.split(' '), ...names], { cwd: folder, stdio: 'ignore' });
      running = await start(
        folder,
        `{ store: { maxAgeDays: 0 }, http: { token: ${token}, tls: { certificate: certificate.pem, key: key.pem } } }`,
      );
    });

    afterAll(async () => {
      await running?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const ask = async (...more: string[]) =>
      await runCli(['trace', 'WIN-042', ...more], { cwd: folder, environment: { CCMTRACE_TOKEN: token } });

    it('trusts an authority that it is told of, and no other', async () => {
      expect(running.url).toMatch(/^https:/);
      const stranger = await ask('--url', running.url);
      expect([stranger.code, stranger.stdout]).toEqual([1, '']);
      expect(stranger.stderr).toMatch(
        /^No collector answers at https:.*self.signed certificate \(--ca FILE names who signed it\)/,
      );
      const told = await ask('--url', running.url, '--ca', 'certificate.pem');
      expect([told.code, told.stderr]).toEqual([0, '']);
      expect(told.stdout).toContain('WIN-042');
      await writeFile(
        join(folder, 'far.yaml'),
        `http: { tls: { certificate: c, key: k, ca: certificate.pem } }`,
      );
      expect((await ask('--url', running.url, '--config', 'far.yaml')).code).toBe(0);
    });

    it('does not trust another name of the same address', async () => {
      const other = running.url.replace('127.0.0.1', '127.0.0.2').replace('localhost', '127.0.0.2');
      expect((await ask('--url', other, '--ca', 'certificate.pem')).code).toBe(1);
    });

    it('says which file of authorities cannot be used', async () => {
      expect((await ask('--url', running.url, '--ca', 'none.pem')).stderr).toMatch(
        /^The authorities in none\.pem cannot be used: ENOENT.* Give a PEM file with --ca\.\n$/,
      );
      expect((await ask('--url', running.url, '--ca', 'key.pem')).stderr).toMatch(
        /^The authorities in key\.pem cannot be used|self.signed/,
      );
    });

    it('says that the other side speaks no TLS, or nothing else', async () => {
      const plain = await ask('--url', running.url.replace('https:', 'http:'));
      expect([plain.code, plain.stdout]).toEqual([1, '']);
      expect(plain.stderr).toMatch(/^No collector answers at http:/);
    });
  },
);
