import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shipped } from './fixtures.ts';
import { loadMappings } from './index.ts';
import { jsonSchemas } from './json-schema.ts';

const mappings = await loadMappings([shipped]);
const { rules } = mappings.rules;
const used = new Set(
  rules.flatMap(({ template, set }) => [
    ...template.parts.flatMap((part) =>
      part.kind === 'hole' && part.attribute !== '' ? [part.attribute] : [],
    ),
    ...Object.keys(set),
  ]),
);

describe('the shipped mappings', () => {
  it('use no attribute that is not listed, and list none twice', () => {
    const listed = mappings.attributes.map(({ name }) => name);
    expect([...used].filter((name) => !listed.includes(name))).toEqual([]);
    expect(listed.length).toBe(new Set(listed).size);
    expect(used.size).toBeGreaterThan(60);
  });

  it('give each attribute an example of its type', () => {
    for (const { name, type, example } of mappings.attributes) {
      const found = typeof example === 'number' ? 'integer' : typeof example;
      expect(`${name}: ${found}`).toBe(`${name}: ${type}`);
    }
  });

  it('give every line that can fail an error type', () => {
    const without = rules.filter(({ error, outcome }) => error === undefined && outcome({}) === 'fail');
    expect(without.map(({ event }) => event)).toEqual([]);
  });

  it('name each code once, in its normal form', () => {
    const keys = mappings.codes.map(({ kind, code }) => `${kind} ${code}`);
    expect(keys.length).toBe(new Set(keys).size);
    for (const { kind, code } of mappings.codes) {
      const form = kind === 'hresult' || kind === 'ccm' ? /^0x[0-9a-f]{8}$/ : /^\d{1,8}$/;
      expect(`${kind} ${code}`).toMatch(new RegExp(`^${kind} ${form.source.slice(1)}`));
    }
    expect(keys.length).toBeGreaterThan(140);
  });

  it('have diagnoses in both languages, the common problems of the document among them', () => {
    const ids = mappings.diagnoses.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'root-ca-missing',
        'crl-check',
        'wpj-certificate-missing',
        'tenant-not-onboarded',
        'https-enhanced-http',
      ]),
    );
    expect(ids.length).toBeGreaterThan(45);
    for (const { id, ja } of mappings.diagnoses) {
      expect(`${id}: ${/[\u3040-\u30ff\u4e00-\u9fff]/.test(`${ja?.title}${ja?.cause}`)}`).toBe(`${id}: true`);
    }
  });

  it('have error types that some line or table gives', () => {
    const text = readFileSync(join(shipped, 'error-types.yaml'), 'utf8');
    const given = new Set([...text.matchAll(/error: ([a-z0-9_]+)/g)].map((found) => found[1]));
    for (const { error } of rules) if (error !== undefined) given.add(error({}));
    const idle = mappings.errorTypes.filter(({ name }) => !given.has(name)).map(({ name }) => name);
    // `timeout` comes from stories that never close, `registration_pending` from those that end so.
    expect(idle.filter((name) => name !== 'registration_pending')).toEqual([]);
  });

  it('have JSON Schemas that fit what they are checked with (run `npm run schemas`)', () => {
    for (const [name, text] of jsonSchemas()) {
      expect(JSON.parse(readFileSync(join(shipped, 'schema', name), 'utf8'))).toEqual(JSON.parse(text));
    }
  });
});
