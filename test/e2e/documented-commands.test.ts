import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { collect, repository, startCli } from '../support/run-cli.ts';

const docs = join(repository, 'collector', 'docs');
const documents = readdirSync(docs).filter((name) => name.endsWith('.md'));

/** The `ccmtrace …` lines of a document's shell blocks, comments cut off. */
function commandsIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, body]) => body ?? '');
  return blocks
    .flatMap((body) => body.split('\n'))
    .flatMap((line) => /^ccmtrace .*?(?=\s+#|$)/.exec(line)?.[0] ?? []);
}

/** Words of a command line as a shell without substitutions splits them. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}

/** Waits until a collector has said its address. */
async function untilFollowing(stdout: () => string): Promise<void> {
  await vi.waitFor(() => {
    if (!stdout().includes('Page  http://127.0.0.1:')) throw new Error(`No address so far: ${stdout()}`);
  }, 60_000);
}

describe('a command in the documents', () => {
  const commands = documents.flatMap((name) =>
    commandsIn(readFileSync(join(docs, name), 'utf8')).map((command) => ({ name, command })),
  );
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ccmtrace-docs-'));
    cpSync(join(repository, 'collector', 'sample'), join(folder, 'sample'), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is found: the check below has something to run', () => {
    expect(commands.length).toBeGreaterThanOrEqual(10);
  });

  // In the order of the documents: later commands use the store of earlier ones.
  it.each(commands)('ends well: $command ($name)', async ({ command }) => {
    const [, ...args] = wordsOf(command);
    const child = startCli(args, { cwd: folder, environment: { CCMTRACE_PORT: '0' } });
    const stderr = collect(child.stderr);
    const stdout = collect(child.stdout);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    if (args[0] === 'run') await untilFollowing(stdout).finally(() => child.kill('SIGINT'));
    expect({ code: await ended, stderr: stderr() }).toMatchObject({ code: 0 });
    expect(stdout() + stderr()).not.toBe('');
  });
});

describe('a link in the documents', () => {
  it.each(documents)('leads to a file that is there: %s', (name) => {
    const text = readFileSync(join(docs, name), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => target ?? '');
    expect(targets.filter((target) => !existsSync(join(dirname(join(docs, name)), target)))).toEqual([]);
  });
});

describe('commandsIn()', () => {
  it('takes shell blocks only, without comments', () => {
    const text = '```sh\nccmtrace a "b c"   # why\nls\n```\n```\nccmtrace no\n```\n';
    expect(commandsIn(text)).toEqual(['ccmtrace a "b c"']);
  });
});
