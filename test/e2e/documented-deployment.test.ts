import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deployedFiles, deployFolder, readDeployed } from '../support/deploy-files.ts';
import { powershellErrors } from '../support/powershell.ts';
import { repository } from '../support/run-cli.ts';
import { startCollector } from '../support/run-collector.ts';
import { commandsOf } from '../support/shell-blocks.ts';

const guides = readdirSync(deployFolder).flatMap((name) => deployedFiles(name, /^README\.md$/));
const documented = guides.flatMap((guide) =>
  commandsOf(readDeployed(guide), 'sh').map((command) => `${guide.replace(/\/.*/, '')}: ${command}`),
);
/** Commands of one guide that begin so. */
const commandsIn = (guide: string, begin = '') =>
  documented
    .filter((command) => command.startsWith(`${guide}: ${begin}`))
    .map((command) => command.slice(guide.length + 2));

/** Commands that only a service manager, a container engine or a whole Grafana could carry out; other suites hold their files. */
const elsewhere = [
  /^systemd: systemctl (daemon-reload && systemctl enable --now|start) ccmtrace$/,
  /^compose: docker compose up -d --build$/,
  /^container: podman (build|run) /,
  /^grafana: curl -s -u "admin:\$GRAFANA_PASSWORD" /,
];

const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-guides-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function shell(command: string, cwd: string): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', command], {
    cwd,
    encoding: 'utf8',
    // A shell that takes its input for a network's reads start-up files.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, said: `${stdout}${stderr}` };
}

describe('a command in the guides to installing', () => {
  it('is run below, or named as one that cannot be', () => {
    const run = ['prometheus: ', 'systemd: ', 'compose: cp ', 'grafana: node '];
    expect(documented.length).toBeGreaterThan(12);
    const known = (command: string) =>
      run.some((begin) => command.startsWith(begin)) || elsewhere.some((pattern) => pattern.test(command));
    expect(documented.filter((command) => !known(command))).toEqual([]);
    expect(elsewhere.filter((pattern) => !documented.some((command) => pattern.test(command)))).toEqual([]);
  });

  it('installs and upgrades what systemd then starts, in a root of its own', () => {
    const root = join(folder, 'root');
    for (const part of ['etc/systemd/system', 'opt', 'var/lib/private/ccmtrace/store'])
      mkdirSync(join(root, part), { recursive: true });
    const unpacked = join(folder, 'ccmtrace-0.1.0');
    cpSync(deployFolder, join(unpacked, 'deploy'), { recursive: true });
    expect(shell('tar -czf ccmtrace-0.1.0.tar.gz ccmtrace-0.1.0', folder).status).toBe(0);
    const rehearsed = commandsIn('systemd')
      .filter((command) => !elsewhere.some((pattern) => pattern.test(`systemd: ${command}`)))
      .map((command) =>
        command.replace(/^systemctl stop ccmtrace && /, '').replaceAll(/ \/(opt|etc|var)\//g, ` ${root}/$1/`),
      );
    expect(rehearsed.length).toBeGreaterThanOrEqual(7);
    for (const command of rehearsed) expect(shell(command, folder), command).toEqual({ status: 0, said: '' });
    const mode = (path: string) => (statSync(join(root, path)).mode & 0o777).toString(8);
    expect(mode('etc/ccmtrace/environment')).toBe('600');
    expect(mode('etc/ccmtrace/ccmtrace.yaml')).toBe('644');
    expect(readFileSync(join(root, 'etc/systemd/system/ccmtrace.service'), 'utf8')).toContain('[Service]');
    expect(existsSync(join(root, 'var/lib/private/ccmtrace/store.previous'))).toBe(true);
    expect(existsSync(join(root, 'opt/ccmtrace/deploy/systemd/ccmtrace.service'))).toBe(true);
  });

  it('gives Compose a file with the variables that it asks for', () => {
    const copy = join(folder, 'compose');
    cpSync(join(deployFolder, 'compose'), copy, { recursive: true });
    const [command = ''] = commandsIn('compose', 'cp ');
    expect(shell(command, copy)).toEqual({ status: 0, said: '' });
    const asked = [...readDeployed('compose/compose.yaml').matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    const given = readFileSync(join(copy, '.env'), 'utf8');
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((name) => !new RegExp(`^#? ?${name}=`, 'm').test(given))).toEqual([]);
  });

  it("makes Grafana's alerts as they are", () => {
    const before = readDeployed('grafana/alert-rules.yaml');
    const [command = ''] = commandsIn('grafana', 'node ');
    const onThis = command.replace(/^node /, `${process.execPath} `);
    expect(shell(onThis, repository).status).toBe(0);
    expect(readDeployed('grafana/alert-rules.yaml')).toBe(before);
  });
});

const hasPrometheus = ['promtool', 'prometheus'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
);

describe.skipIf(!hasPrometheus)('the guide to Prometheus (which must be installed)', () => {
  it('checks rules and metrics of a running collector, and starts', async () => {
    const copy = join(folder, 'prometheus');
    cpSync(join(deployFolder, 'prometheus'), copy, { recursive: true });
    const collector = await startCollector(join(folder, 'collector'));
    try {
      const [check = '', metrics = '', start = '', ...more] = commandsIn('prometheus');
      expect(more).toEqual([]);
      expect(shell(check, copy).status).toBe(0);
      const here = metrics.replace('http://127.0.0.1:4319/', collector.url);
      expect(shell(here, copy)).toEqual({ status: 0, said: '' });
      const started = shell(
        `timeout -s INT 5 ${start} --web.listen-address=127.0.0.1:0 || test $? = 124`,
        copy,
      );
      expect(started).toMatchObject({ status: 0 });
      expect(started.said).toContain('Server is ready to receive web requests');
    } finally {
      await collector.stop();
    }
  }, 120_000);
});

describe('a command in the guide to Windows', () => {
  const commands = commandsOf(readDeployed('windows/README.md'), 'powershell');

  it.each(commands)('is PowerShell that calls a script with parameters which it has: %s', async (command) => {
    expect(await powershellErrors(command)).toEqual([]);
    const [, script = ''] = /^\.\\deploy\\windows\\([\w-]+\.ps1)/.exec(command) ?? [];
    const text = readDeployed(`windows/${script}`);
    const parameters = [...command.matchAll(/ -(\w+)/g)].map(([, name]) => name);
    expect(parameters.filter((name) => !new RegExp(`\\]\\s*\\$${name}\\b`).test(text))).toEqual([]);
  });

  it('is found', () => {
    expect(commands.length).toBeGreaterThanOrEqual(4);
  });
});
