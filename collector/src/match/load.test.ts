import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bareRecord, shipped } from './fixtures.ts';
import { createMatcher, loadMappings } from './index.ts';
import { MappingError } from './yaml-file.ts';

const home = await mkdtemp(join(tmpdir(), 'mappings-load-'));
afterAll(() => rm(home, { recursive: true }));
let folders = 0;

/** A folder of mappings made of files by their path. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  folders += 1;
  const folder = join(home, String(folders));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** The problems of a log file whose lines are given, with the shipped mappings below it, each as `line: message`. */
async function problemsOf(lines: string, rest = ''): Promise<readonly string[]> {
  const head = 'log: CCM_STS.log\ntier: management point\nabout: a\nsource: b\n';
  const folder = await folderOf({ 'logs/x/sts.yaml': `${head}${rest}lines:\n${lines}` });
  try {
    await loadMappings([shipped, folder]);
  } catch (error) {
    if (error instanceof MappingError)
      return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

const lineOf = (line: string, sample = line): string =>
  `  - event: sts.new\n    line: '${line}'\n    samples: ['${sample}']\n`;

describe('loadMappings()', { timeout: 30_000 }, () => {
  it('accepts lines that are right', async () => {
    expect(await problemsOf(lineOf('Brand new {http.response.status_code:int}', 'Brand new 5'))).toEqual([]);
  });

  it.each([
    [
      'an attribute that is not listed',
      lineOf('Brand new {ccm.nonsense:int}', 'Brand new 5'),
      /^7: "ccm.nonsense" is not listed/,
    ],
    [
      'an attribute of another type',
      lineOf('Brand new {ccm.call:int}', 'Brand new 5'),
      /^7: "ccm.call" is listed as string in attributes.yaml, but this gives integer/,
    ],
    [
      'a type that does not exist',
      lineOf('Brand new {:number}', 'Brand new 5'),
      /^7: "number" is no type; use one of guid/,
    ],
    [
      'a hole that is not closed',
      lineOf('Brand new {:int', 'Brand new 5'),
      /^7: the hole "\{:int" is not closed/,
    ],
    ['two holes that touch', lineOf('Brand new {:int}{:word}', 'Brand new 5'), /^7: two holes touch/],
    ['a line without a fixed word', lineOf('{:int} {:text}', '5 x'), /^7: the line has no fixed word/],
    [
      'a sample that does not fit',
      lineOf('Brand new {:int}', 'Brand new x'),
      /^6: the line does not match its sample "Brand new x"; it stopped at "x", where it wants a value of type int/,
    ],
    [
      'a sample that a line of ours matches too',
      lineOf('{:word} token', 'Issued token'),
      /^6: the sample "Issued token" is matched by sts.token.issued \(/m,
    ],
    [
      'an error type that does not exist',
      `${lineOf('Brand new')}    outcome: fail\n    error: oops\n`,
      /^10: "oops" is no error type/,
    ],
    [
      'a table that does not exist',
      `${lineOf('Brand new')}    outcome: fail\n    error: by oops\n`,
      /^10: "oops" is no table/,
    ],
    [
      'a key that does not exist',
      `${lineOf('Brand new')}    colour: red\n`,
      /^6: lines\.0: Unrecognized key: "colour"/,
    ],
    ['an outcome that does not exist', `${lineOf('Brand new')}    outcome: maybe\n`, /^9: lines\.0\.outcome/],
    [
      'a line without a sample',
      "  - event: sts.new\n    line: 'Brand new'\n    samples: []\n",
      /^8: lines\.0\.samples/,
    ],
    ['YAML that is none', '  - event: [\n', /^\d+: /],
  ])('refuses %s, with file and line', async (_, lines, message) => {
    const problems = await problemsOf(lines);
    expect(problems.join('\n')).toMatch(message);
  });

  it('refuses what a sample yields otherwise, an ignored line that is matched and a family that is not there', async () => {
    const yields =
      "  - event: sts.new\n    line: 'Brand new {:int}'\n    samples: [{ line: Brand new 5, yields: { ccm.call: x } }]\n";
    expect((await problemsOf(yields)).join()).toMatch(/yields \{\}, not \{"ccm.call":"x"\}/);
    expect((await problemsOf(lineOf('Brand new'), 'ignored: [Issued token]\n')).join()).toMatch(
      /^5: the ignored line "Issued token" is matched by sts.token.issued/,
    );
    expect((await problemsOf(lineOf('Brand new'), 'include: [none]\n')).join()).toMatch(
      /^5: there is no family "none"/,
    );
  });

  it('tells every problem at once, and the file of each', async () => {
    const folder = await folderOf({
      'logs/a.yaml': 'log: nope\n',
      'attributes.yaml': 'attributes: 5\n',
      'elsewhere.yaml': 'x: 1\n',
      'diagnoses.yaml': `diagnoses:
  - id: odd
    title: t
    signature: { all: [{ event: sts.misspelt }], none: [{ event: tls.*, where: { error.type: odd } }] }
    precedence: 1
    confidence: low
    cause: c
    remedy: r
    documentation: https://example.com
    source: s
`,
    });
    const first = await loadMappings([shipped, folder]).catch((error: unknown) => error);
    expect(first).toBeInstanceOf(MappingError);
    expect(String(first)).toMatch(/logs\/a\.yaml:1: log:/);
    expect(String(first)).toMatch(/attributes\.yaml:1: attributes:/);
    expect(String(first)).toMatch(/elsewhere\.yaml:1: is not read from here/);
    await writeFile(join(folder, 'logs/a.yaml'), 'log: a.log\ntier: client\nabout: a\nsource: s\n');
    await writeFile(join(folder, 'attributes.yaml'), 'attributes: []\n');
    await rm(join(folder, 'elsewhere.yaml'));
    const second = await loadMappings([shipped, folder]).catch((error: unknown) => error);
    expect(String(second)).toMatch(/diagnoses\.yaml:4: odd: no mapping gives the event "sts\.misspelt"/);
    expect(String(second)).toMatch(/diagnoses\.yaml:4: odd: "odd" is no error type/);
  });

  it('refuses a folder that is not there', async () => {
    await expect(loadMappings([shipped, join(home, 'missing')])).rejects.toThrow(
      /missing:1: is no folder of mappings/,
    );
  });

  it('adds lines to a log of an earlier folder, and puts them in the place of ours where they say so', async () => {
    const head = 'log: ccm_sts.LOG\ntier: management point\nabout: a\nsource: b\n';
    const added = await folderOf({ 'logs/sts.yaml': `${head}lines:\n${lineOf('Brand new')}` });
    const matcher = createMatcher(await loadMappings([shipped, added]));
    expect(matcher.matchRecord(bareRecord('Brand new', 'CCM_STS.log'))?.name).toBe('sts.new');
    expect(matcher.matchRecord(bareRecord('Issued token', 'CCM_STS.log'))?.name).toBe('sts.token.issued');
    const replaced = await folderOf({
      'logs/sts.yaml': `${head}replaces: [sts.token.issued]\nlines:\n${lineOf('Issued a token')}`,
    });
    const other = createMatcher(await loadMappings([shipped, replaced]));
    expect(other.matchRecord(bareRecord('Issued a token', 'CCM_STS.log'))?.name).toBe('sts.new');
    expect(other.matchRecord(bareRecord('Issued token', 'CCM_STS.log'))).toBeUndefined();
  });

  it('takes a log that we do not know, with a component and other names of its own', async () => {
    const log = (tier: string) =>
      `log: OurAgent.log\nalso: ["OurAgent-*-trace.log"]\ncomponents: [OURS]\ntier: ${tier}\nabout: a\nsource: b\n`;
    const folder = await folderOf({ 'logs/ours.yaml': `${log('client')}lines:\n${lineOf('Brand new')}` });
    const matcher = createMatcher(await loadMappings([shipped, folder]));
    for (const record of [
      bareRecord('Brand new', 'OurAgent-7-trace.log'),
      bareRecord('Brand new', 'CcmExec.log', 'ours'),
      bareRecord('Brand new', 'ouragent.lo_'),
    ]) {
      expect(matcher.matchRecord(record)).toMatchObject({
        name: 'sts.new',
        tier: 'client',
        log: 'OurAgent.log',
      });
    }
    const other = await folderOf({ 'logs/ours.yaml': log('management point') });
    await expect(loadMappings([shipped, folder, other])).rejects.toThrow(
      /ours\.yaml:4: OurAgent\.log is of the tier "client"/,
    );
  });

  it('lets a later folder correct a code and a diagnosis', async () => {
    const folder = await folderOf({
      'codes.yaml': 'codes: [{ kind: ccm, code: "0x87d00231", name: Ours, meaning: m, source: s }]\n',
      'diagnoses.yaml': `diagnoses:
  - { id: no-token, title: Ours, signature: { all: [{ event: token.unavailable }] }, precedence: 99, confidence: low, cause: c, remedy: r, documentation: "https://example.com", source: s }
`,
    });
    const mappings = await loadMappings([shipped, folder]);
    const event = createMatcher(mappings).matchRecord(
      bareRecord('Post to http://a/b failed with 0x87d00231.', 'CcmMessaging.log'),
    );
    expect(event?.attributes['ccm.hresult.name']).toBe('Ours');
    expect(mappings.diagnoses[0]).toMatchObject({ id: 'no-token', title: 'Ours' });
    expect(mappings.diagnoses.filter(({ id }) => id === 'no-token')).toHaveLength(1);
  });
});
