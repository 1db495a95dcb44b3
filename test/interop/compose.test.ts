import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { given, skipNote } from './programs/find.ts';

/** The Compose Specification's own loader, from the Go module proxy. */
const loader = 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2';
const compose = join(import.meta.dirname, '..', '..', 'deploy', 'compose', 'compose.yaml');
const hasGo = spawnSync('go', ['version']).status === 0;

function load(file: string) {
  return spawnSync('go', ['run', loader, '-no-interpolation', '-format', 'json', file], { encoding: 'utf8' });
}

describe.skipIf(!hasGo)(
  "deploy/compose/compose.yaml, read by Compose's own loader (Go must be installed)",
  () => {
    it('is accepted, with every service', () => {
      const { status, stdout, stderr } = load(compose);
      expect(stderr.replaceAll(/^go: .*\n/gm, '')).toBe('');
      expect(status).toBe(0);
      const { services } = JSON.parse(stdout) as { services: Record<string, unknown> };
      expect(Object.keys(services).sort()).toEqual([
        'ccmtrace',
        'certificates',
        'grafana',
        'otel-collector',
        'prometheus',
        'tempo',
      ]);
    }, 120_000);

    it('would be refused with a misspelt key', () => {
      const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-compose-'));
      try {
        const broken = join(folder, 'compose.yaml');
        writeFileSync(broken, readFileSync(compose, 'utf8').replace('read_only: true', 'read_onli: true'));
        expect(load(broken).stderr).toContain('read_onli');
      } finally {
        rmSync(folder, { recursive: true });
      }
    }, 120_000);
  },
);

const dockerCompose = await given('CCMTRACE_DOCKER_COMPOSE', 'docker-compose', 'version');

describe.skipIf(dockerCompose.missing !== '')(
  `deploy/compose/compose.yaml, read by Docker Compose${skipNote(dockerCompose)}`,
  () => {
    const config = (environment: Record<string, string>) =>
      spawnSync(dockerCompose.path, ['-f', compose, 'config', '--format', 'json'], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: tmpdir(), ...environment },
      });
    const secrets = { CCMTRACE_TOKEN: '0123456789abcdef0123', GRAFANA_PASSWORD: 'a password' };

    it('is resolved without a warning, with the token where it belongs', () => {
      const { status, stdout, stderr } = config(secrets);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      const { services, configs } = JSON.parse(stdout) as {
        services: Record<string, { environment?: Record<string, string> }>;
        configs: { token: { content: string } };
      };
      expect(Object.keys(services)).toHaveLength(6);
      expect(services['ccmtrace']?.environment?.['CCMTRACE_TOKEN']).toBe(secrets.CCMTRACE_TOKEN);
      expect(configs.token.content).toBe(secrets.CCMTRACE_TOKEN);
    });

    it('is refused without a token, in a sentence that says what to do', () => {
      const { status, stderr } = config({ GRAFANA_PASSWORD: 'a password' });
      expect(status).not.toBe(0);
      expect(stderr).toContain('openssl rand -hex 32');
    });
  },
);
