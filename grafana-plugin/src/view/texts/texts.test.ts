import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { ja } from './ja.ts';
import { failureName, failuresEn, failuresJa, failureTitle } from './failure-names.ts';
import { storiesJa, storyName } from './story-names.ts';
import { createTranslator, languageOf } from './translator.ts';

const holes = (text: string) =>
  [...text.matchAll(/\{([\w-]+)\}/g)].map((match) => match[1] ?? '').sort((a, b) => a.localeCompare(b));

describe('the texts', () => {
  it.each(Object.keys(en) as (keyof typeof en)[])('of %s have the same holes in both languages', (key) => {
    expect(holes(ja[key])).toEqual(holes(en[key]));
  });
});

const mappings = join(import.meta.dirname, '..', '..', '..', '..', 'mappings');

describe('failureName()', () => {
  it('knows every error type of the mappings in both languages but the one that only says “another error”', () => {
    const text = readFileSync(join(mappings, 'error-types.yaml'), 'utf8');
    const types = [...text.matchAll(/^ {2}- \{ name: (\w+),/gm)].map((match) => match[1] ?? '');
    expect([...failuresJa.keys(), 'error_code'].sort()).toEqual(types.sort());
    expect([...failuresEn.keys()]).toEqual([...failuresJa.keys()]);
  });

  it('lets the message stand in its own language and for types that are not known', () => {
    expect([failureName('http_403', 'en'), failureName('odd', 'ja')]).toEqual([undefined, undefined]);
    expect([failureTitle('http_403', 'en'), failureTitle('odd', 'en')]).toEqual(['403 forbidden', undefined]);
  });
});

describe('storyName()', () => {
  it('knows every story of the mappings in Japanese, and no other', () => {
    const folder = join(mappings, 'stories');
    const spans = readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .flatMap((file) => /^span: (.+)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? []);
    expect([...storiesJa.keys()].sort()).toEqual(spans.sort());
  });

  it('leaves other products’ names alone', () => {
    expect([storyName('SELECT', 'ja'), storyName('token renewal', 'en')]).toEqual([
      'SELECT',
      'token renewal',
    ]);
  });
});

describe('createTranslator()', () => {
  const t = createTranslator('en', 'UTC');

  it.each([
    [0, '0 ms'],
    [0.0123, '12 µs'],
    [1.5, '1.5 ms'],
    [412, '412 ms'],
    [1010, '1.01 s'],
    [14_500, '14.5 s'],
    [80_000, '1 min 20 s'],
    [119_600, '2 min'],
    [3_660_000, '1 h 1 min'],
    [75_600_000, '21 h'],
    [260_000_000, '3 d'],
  ])('writes %d milliseconds as %s', (ms, text) => {
    expect(t.duration(ms)).toBe(text);
  });

  it('writes offsets with their sign', () => {
    expect([t.offset(-840), t.offset(12), t.offset(0)]).toEqual(['−840 ms', '+12 ms', '0 ms']);
  });

  it('writes times in the asked zone, and in UTC where the zone is unknown', () => {
    const at = Date.UTC(2026, 2, 8, 7, 31, 46, 376);
    expect(t.timeOfDay(at)).toBe('07:31:46.376');
    expect(createTranslator('en', 'Asia/Tokyo').timeOfDay(at)).toBe('16:31:46.376');
    expect(createTranslator('en', 'Nowhere/Land').timeZone).toBe('UTC');
  });

  it('does not stumble over impossible times', () => {
    expect(t.timeOfDay(Number.NaN)).toBe('–');
    expect(t.dateTime(1e20)).toBe('–');
  });
});

describe('languageOf()', () => {
  it('speaks Japanese to Japanese, English to everyone else', () => {
    expect(['ja', 'ja-JP', 'JA', 'de', undefined].map(languageOf)).toEqual(['ja', 'ja', 'ja', 'en', 'en']);
  });
});
