import { describe, expect, it } from 'vitest';
import { deployedFiles, readDeployed } from '../support/deploy-files.ts';
import { powershellErrors } from '../support/powershell.ts';

describe('the Windows scripts', () => {
  const scripts = deployedFiles('windows', /\.psm?1$/);

  it('are where they are looked for', () => {
    expect(scripts).toContain('windows/install.ps1');
    expect(scripts.length).toBeGreaterThanOrEqual(5);
  });

  it.each(scripts)('can be read as PowerShell: %s', async (script) => {
    expect(await powershellErrors(readDeployed(script))).toEqual([]);
  });

  it('would not pass with a brace left open', async () => {
    const script = readDeployed('windows/install.ps1').replace('if ($ShowOnly) {', 'if ($ShowOnly) ');
    expect(await powershellErrors(script)).not.toEqual([]);
  });

  it.each(scripts.filter((script) => script.endsWith('.ps1')))(
    'stop at the first error and say what they do: %s',
    (script) => {
      expect(readDeployed(script)).toMatch(/\$ErrorActionPreference = 'Stop'/);
      expect(readDeployed(script)).toMatch(/\.SYNOPSIS/);
      expect(readDeployed(script)).toMatch(/#Requires -RunAsAdministrator/);
    },
  );

  it('call only functions that the module has', () => {
    const module = readDeployed('windows/Ccmtrace.psm1');
    const defined = [...module.matchAll(/^function ([\w-]+)/gm)].map(([, name]) => name);
    const ours =
      /\b((?:Test|Install|Stop|Start|Copy|Protect|Grant|Revoke|Write|Register|Unregister|Invoke|Find|New|Get)-(?:Ccm|Event|Folder|Data|Application|Native|Log|Registry)\w*)/g;
    const called = scripts.flatMap((script) =>
      [...readDeployed(script).matchAll(ours)].map(([, name]) => name),
    );
    expect(called.length).toBeGreaterThan(20);
    expect([...new Set(called)].filter((name) => !defined.includes(name))).toEqual([]);
  });
});
