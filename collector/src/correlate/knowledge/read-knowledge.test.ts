import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { readKnowledge } from './read-knowledge.ts';

const shipped = fileURLToPath(new URL('../../../../mappings', import.meta.url));

const story = `span: token request
about: Asks for a token.
source: a test
tier: client
kind: client
keys: [thread]
opens: [token.request.sent]
timeout: 5m
`;

/** A folder of mappings with these story files. */
async function mappings(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(`${folder}/stories`);
  for (const [name, text] of Object.entries(files)) await writeFile(`${folder}/stories/${name}`, text);
  return folder;
}

describe('readKnowledge()', () => {
  it('reads the shipped stories', async () => {
    const { stories, errors, diagnoses } = await readKnowledge([shipped]);
    expect(stories.map(({ span }) => span)).toEqual(
      expect.arrayContaining([
        'client install',
        'client registration',
        'token renewal',
        'token request',
        'issue token',
      ]),
    );
    expect(errors.length).toBeGreaterThan(20);
    expect(diagnoses.length).toBeGreaterThan(20);
  });

  it('ranks types of error that the mappings know, and most of them', async () => {
    const { errors } = await readKnowledge([shipped]);
    const { types } = parse(await readFile(`${shipped}/error-types.yaml`, 'utf8')) as {
      types: { name: string }[];
    };
    const known = new Set(types.map(({ name }) => name));
    const ranked = new Set(errors.map(({ errorType }) => errorType));
    expect([...ranked].filter((type) => !known.has(type))).toEqual([]);
    expect([...known].filter((type) => !ranked.has(type)).length).toBeLessThan(known.size / 4);
  });

  it('says file and line of every problem in one error', async () => {
    const folder = await mappings({
      'a.yaml': story.replace('5m', 'soon'),
      'b.yaml': story
        .replace('token request', 'b')
        .replace('keys: [thread]', 'keys: [thread]\nunder:\n  - { span: nothing, by: thread }'),
    });
    const problem = await readKnowledge([folder]).then(() => '', String);
    expect(problem).toContain('a.yaml:8: timeout: must be a number with ms, s, m or h, such as 90s');
    expect(problem).toContain("b.yaml:8: no story is named 'nothing'");
  });

  it('says the line where a file is no YAML, and where two files have one span', async () => {
    const folder = await mappings({
      'a.yaml': story,
      'b.yaml': story,
      'c.yaml': 'span: "unclosed\nabout: x\n',
    });
    const problem = await readKnowledge([folder]).then(() => '', String);
    expect(problem).toMatch(/c\.yaml:\d+: /);
    expect(problem).toContain("b.yaml:1: another file has the span 'token request' too");
  });

  it('lays a later folder over an earlier one, file by file', async () => {
    const folder = await mappings({ 'token-request.yaml': story.replace('5m', '9m') });
    const { stories } = await readKnowledge([shipped, folder]);
    expect(stories.find(({ span }) => span === 'token request')?.timeoutUs).toBe(540e6);
  });
});
