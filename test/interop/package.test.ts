import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../collector/scripts/package/archive.ts';
import { collect } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-install-'));
const { version } = JSON.parse(readFileSync(join(root, 'collector/package.json'), 'utf8')) as {
  version: string;
};
const again = join(folder, 'again');
const installed = join(folder, 'here', `ccmtrace-${version}`);
const archive = join(folder, `ccmtrace-${version}.tar.gz`);

/** Makes the package; null, or what was said where it failed. */
async function make(out: string): Promise<string | null> {
  const child = spawn(process.execPath, [join(root, 'collector/scripts/package.ts'), '--out', out], {
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' },
  });
  child.stdout.resume();
  const said = collect(child.stderr);
  const code = await new Promise((resolve) => child.once('close', resolve));
  return code === 0 ? null : said();
}

/** What other commands build: files of it that nobody built tell whether the package takes from there. */
const planted = ['page', 'panel'].map((part) => join(root, 'grafana-plugin', 'dist', part, 'planted.txt'));

/** Runs the installed program with an empty environment and, where the machine lets us, without any network. */
function run(args: readonly string[]) {
  const program = join(installed, 'ccmtrace');
  const alone = spawnSync('unshare', ['-rn', 'true']).status === 0;
  const [command, ...rest]: [string, ...string[]] = alone
    ? ['unshare', '-rn', program, ...args]
    : [program, ...args];
  return spawnSync(command, rest, {
    cwd: join(folder, 'here'),
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', HOME: folder },
  });
}

describe('the package', () => {
  beforeAll(async () => {
    for (const file of planted) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, 'Not built.');
    }
    // Two at once: each must build in a place of its own.
    const failures = (await Promise.all([make(folder), make(again)])).filter((said) => said !== null);
    if (failures.length > 0) throw new Error(failures.join('\n'));
    mkdirSync(join(folder, 'here'));
    spawnSync('tar', ['-xzf', archive, '-C', join(folder, 'here')]);
  }, 600_000);
  afterAll(() => {
    for (const file of planted) rmSync(file, { force: true });
    rmSync(folder, { recursive: true });
  });

  it('runs from an empty folder without a network and says its version', () => {
    const { stdout, stderr, status } = run(['--version']);
    expect(stderr).toBe('');
    expect(stdout).toBe(`${version}\n`);
    expect(status).toBe(0);
  });

  it('makes traces of the sample that comes with it, with its own store', () => {
    const { stderr, status } = run(['ingest', join(installed, 'sample'), '--store', join(folder, 'store')]);
    expect(stderr).toContain('token renewal');
    expect(status).toBe(0);
  });

  it('serves its page, its API and its metrics', async () => {
    const child = spawn(
      join(installed, 'ccmtrace'),
      ['run', '--store', join(folder, 'served'), '--port', '0'],
      {
        cwd: join(folder, 'here'),
        env: { PATH: '/usr/bin:/bin', HOME: folder },
      },
    );
    const said = collect(child.stdout);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    try {
      const url = await vi.waitFor(() => {
        const address = /Page {2}(http:\S+)/.exec(said())?.[1];
        if (address === undefined) throw new Error(`No address so far: ${said()}`);
        return address;
      }, 60_000);
      const text = async (path: string): Promise<string> => await (await fetch(`${url}${path}`)).text();
      expect(await text('')).toContain('<!doctype html>');
      expect(await text('metrics')).toContain('ccm_token_requests_total');
      expect(await text('api/v1/traces')).toContain('token renewal');
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  }, 120_000);

  it('brings native parts, Node.js, page, knowledge, deployment and dashboards for both platforms', () => {
    const expected = [
      'node/linux-x64/node',
      'node/win32-x64/node.exe',
      'node_modules/@duckdb/node-bindings-linux-x64/duckdb.node',
      'node_modules/@duckdb/node-bindings-win32-x64/duckdb.node',
      'page/index.html',
      'mappings/attributes.yaml',
      'deploy/windows/install.ps1',
      'deploy/systemd/ccmtrace.service',
      'dashboards/out/fleet.json',
      'THIRD-PARTY-LICENSES.txt',
      'SBOM.cdx.json',
      'grafana/ccmtrace-trace-panel/module.js',
      'grafana/ccmtrace-trace-panel/plugin.json',
      'ccmtrace.cmd',
      'LICENSE',
    ];
    expect(expected.filter((file) => !existsSync(join(installed, file)))).toEqual([]);
  });

  it('holds every path that deployment starts', () => {
    const unit = readFileSync(join(installed, 'deploy/systemd/ccmtrace.service'), 'utf8');
    const container = readFileSync(join(installed, 'deploy/container/Containerfile'), 'utf8');
    const named = [...`${unit}${container}`.matchAll(/\/opt\/ccmtrace\/([\w./-]+)/g)].map(
      ([, path]) => path ?? '',
    );
    expect(named.length).toBeGreaterThan(4);
    expect([...new Set(named)].filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  });

  it('passes its own checksums', () => {
    expect(spawnSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: installed }).status).toBe(0);
  });

  it('names no path of the machine that made it', () => {
    const { stdout } = spawnSync(
      'grep',
      ['-rlF', '--include=*.js', '--include=*.json', '--include=*.txt', root, installed],
      { encoding: 'utf8' },
    );
    expect(stdout).toBe('');
  });

  it('takes nothing that another command may be building at the same time', () => {
    const { stdout } = spawnSync('find', [installed, '-name', 'planted.txt'], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  it('is the same, byte for byte, when another run makes it at the same time', async () => {
    // First which files differ, if any: a difference in the archive alone says little.
    const sums = `ccmtrace-${version}/SHA256SUMS`;
    const { stdout } = spawnSync('tar', ['-xzOf', join(again, `ccmtrace-${version}.tar.gz`), sums], {
      encoding: 'utf8',
    });
    expect(stdout.split('\n')).toEqual(readFileSync(join(installed, 'SHA256SUMS'), 'utf8').split('\n'));
    expect(await sha256(join(again, `ccmtrace-${version}.tar.gz`))).toBe(await sha256(archive));
  });
});
