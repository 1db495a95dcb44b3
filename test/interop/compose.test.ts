import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

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
