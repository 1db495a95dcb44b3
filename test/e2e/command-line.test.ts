import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

describe('ccmtrace', () => {
  it('shows its commands with --help and ends with 0', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    for (const command of ['run', 'ingest', 'trace', 'explain', 'check', 'simulate'])
      expect(stdout).toContain(command);
  });

  it('ends with 2 on a command or an option that it does not know', async () => {
    expect(await runCli(['frobnicate'])).toMatchObject({ code: 2 });
    expect(await runCli(['ingest', '--no-such-option'])).toMatchObject({ code: 2 });
    expect(await runCli(['run', '--port', 'abc'])).toMatchObject({ code: 2 });
  });

  it('ends with 1 and one sentence where a configuration is not there', async () => {
    const { code, stderr } = await runCli(['check', '--config', 'no-such.yaml']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The configuration no-such\.yaml could not be read: .*\n$/);
  });
});
