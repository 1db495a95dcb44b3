import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bareRecord, shipped } from './fixtures.ts';
import { holeTypes } from './hole-types.ts';
import { createMatcher, loadMappings } from './index.ts';

const readme = await readFile(join(shipped, 'README.md'), 'utf8');
const home = await mkdtemp(join(tmpdir(), 'mappings-readme-'));
afterAll(() => rm(home, { recursive: true }));

/** Code blocks of the ten-minute guide, in order, with the text before each. */
const guide = readme.slice(readme.indexOf('## Write a mapping in ten minutes'), readme.indexOf('## Holes'));
const blocks = [...guide.matchAll(/([^`]*(?:`[^`\n]+`[^`]*)*)```(\w*)\n([\s\S]*?)```/g)].map((found) => ({
  before: found[1] ?? '',
  language: found[2] ?? '',
  code: found[3] ?? '',
}));
const line = blocks[0]?.code.trim() ?? '';

describe('mappings/README.md, followed literally', { timeout: 30_000 }, () => {
  it('begins with a line that is not known, which explain says', async () => {
    const { event, nearest } = createMatcher(await loadMappings([shipped])).explain(
      bareRecord(line, 'SMS_CLOUD_PROXYCONNECTOR.log'),
    );
    expect(line).toContain('Retrying message');
    expect(event).toBeUndefined();
    expect(nearest).toBeUndefined();
  });

  it('has commands that name the line', () => {
    const commands = blocks.filter(({ language }) => language === 'sh').map(({ code }) => code.trim());
    expect(commands).toHaveLength(3);
    for (const command of commands.filter((one) => one.includes('explain')))
      expect(command).toContain(`"${line}"`);
  });

  it('ends with the line being known, with its attributes', async () => {
    const files = blocks.filter(({ language }) => language === 'yaml');
    expect(files).toHaveLength(2);
    for (const { before, code } of files) {
      const path = [...before.matchAll(/`(my-mappings\/[^`]+\.yaml)`/g)].at(-1)?.[1] ?? '';
      expect(path).not.toBe('');
      await mkdir(dirname(join(home, path)), { recursive: true });
      await writeFile(join(home, path), code);
    }
    const matcher = createMatcher(await loadMappings([shipped, join(home, 'my-mappings')]));
    const event = matcher.matchRecord(bareRecord(line, 'SMS_CLOUD_PROXYCONNECTOR.log'));
    expect(event).toMatchObject({
      name: 'connector.request.retried',
      tier: 'connection point',
      attributes: { 'http.response.status_code': 503, 'ours.retry.attempt': 2 },
    });
    expect(
      matcher.matchRecord(bareRecord('Maintaining connections...', 'SMS_CLOUD_PROXYCONNECTOR.log'))?.name,
    ).toBe('connector.connections.maintained');
  });

  it('names every type of hole', () => {
    const table = readme.slice(readme.indexOf('## Holes'), readme.indexOf('## What a line can say'));
    for (const type of holeTypes) expect(table).toContain(`\`${type}\``);
  });
});
