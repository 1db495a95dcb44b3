import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deployFolder, readDeployed } from '../support/deploy-files.ts';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.skipIf(!hasSystemd)('the systemd unit (systemd-analyze must be installed)', () => {
  // The package is not installed here: a program that is stands in for its Node.js.
  const unit = readDeployed('systemd/ccmtrace.service').replaceAll(
    '/opt/ccmtrace/node/linux-x64/node',
    '/bin/true',
  );

  it('has nothing that systemd would complain about', () => {
    expect(verify(unit)).toBe('');
  });

  it('would not pass with a misspelt setting', () => {
    expect(verify(unit.replace('ProtectHome=', 'ProtectHomes='))).toContain('ProtectHomes');
  });

  it('leaves a service little to do harm with', () => {
    const file = join(deployFolder, 'systemd/ccmtrace.service');
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', file], {
      encoding: 'utf8',
    });
    const exposure = Number(/Overall exposure level.*: ([\d.]+)/.exec(stdout)?.[1]);
    expect(exposure).toBeGreaterThan(0);
    expect(exposure).toBeLessThan(2);
  });
});

/** What systemd says about a unit. */
function verify(unit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-unit-'));
  try {
    const file = join(folder, 'ccmtrace.service');
    writeFileSync(file, unit);
    return spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' }).stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
