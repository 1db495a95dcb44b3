import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNoted, type Noted, textsOf, zipOf } from './fixtures.ts';
import { readLogs, type ReadOptions } from './index.ts';

let folder: string;
let report: Noted;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-read-'));
  report = createNoted();
});

afterEach(async () => rm(folder, { recursive: true, force: true }));

const at = (...names: string[]): string => join(folder, ...names);
const read = async (
  paths: readonly string[],
  options: Partial<ReadOptions> = {},
): Promise<Map<string, string>> =>
  textsOf(
    readLogs(
      paths.map((path) => ({ path })),
      { report, ...options },
    ),
  );

async function put(path: string, content: string | Buffer): Promise<void> {
  await mkdir(at(path, '..'), { recursive: true });
  await writeFile(at(path), content);
}

describe('readLogs()', () => {
  it('reads folders, globs and files, rolled pieces before the live log, each once', async () => {
    await put('MP01/SMS_CCM/Logs/A.log', '4');
    await put('MP01/SMS_CCM/Logs/A.lo_', '3');
    await put('MP01/SMS_CCM/Logs/A-20240102-000000.log', '2');
    await put('MP01/SMS_CCM/Logs/A-20240101-000000.Log', '1');
    const paths = [at('MP01', '**', '*.log'), folder, at('MP01/SMS_CCM/Logs/A.log')];
    expect([...(await read(paths)).values()]).toEqual(['1', '2', '3', '4']);
    expect([...(await read(paths.toReversed())).values()]).toEqual(['1', '2', '3', '4']);
    expect(report.losses).toEqual({});
  });

  it('says host and log of each file, and how large all are together', async () => {
    await put('fleet/WIN-042/CCM/Logs/CcmMessaging-20240101-000000.Log', 'a');
    await put('fleet/MP01/SMS_CCM/Logs/CCM_STS.log', 'bc');
    const sources = [];
    let total = 0;
    const options = { report, onFound: (bytes: number) => (total = bytes) };
    for await (const { source, last } of readLogs([{ path: folder }], options))
      sources.push({ ...source, last });
    expect(sources).toMatchObject([
      { host: 'MP01', log: 'CCM_STS.log', last: true },
      { host: 'WIN-042', log: 'CcmMessaging.log', last: true },
    ]);
    expect(total).toBe(3);
  });

  it('names what cannot be read, with the reason, and reads the rest', async () => {
    await put('good.log', 'good');
    await put('empty.log', '');
    await put('binary.log', Buffer.from([0, 1, 2, 0, 0, 0, 7, 255, 3, 0, 0, 0]));
    await put('wide.log', Buffer.from('wide and wider\r\n', 'utf16le'));
    await put('long.log', 'x'.repeat(10_000_000));
    await put('logs.cab', 'MSCF');
    await symlink(at('nowhere'), at('dangling.log'));
    await symlink(at('circle.log'), at('circle.log'));
    const texts = await read([folder, at('missing.log')]);
    expect([...texts].map(([path, text]) => [path.slice(folder.length + 1), text.length])).toEqual([
      ['good.log', 4],
      ['long.log', 10_000_000],
      ['wide.log', 16],
    ]);
    expect(report.losses).toEqual({ archive_refused: 1, binary_file: 1, empty_file: 1, unreadable_file: 3 });
    expect(report.troubles.map(({ sentence }) => sentence.slice(folder.length + 1)).sort()).toEqual([
      'binary.log is not text and was passed over.',
      'circle.log could not be read: its links lead in a circle.',
      'dangling.log could not be read: it is not there.',
      'empty.log is empty.',
      'logs.cab was refused: cabinet files cannot be read; unpack it (expand -F:* FILE FOLDER) and give the folder.',
      'missing.log could not be read: it is not there.',
    ]);
  });

  it('gives offsets on disk, whatever the encoding', async () => {
    const text = 'first \u30a8\u30e9\u30fc\r\nsecond line\r\nthird\r\n';
    await put('wide.log', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]));
    for await (const chunk of readLogs([{ path: at('wide.log') }], { report, chunkBytes: 15 })) {
      const found = Buffer.from(chunk.bytes).indexOf('second');
      const expected = found < 0 ? -1 : chunk.offsetOf(found);
      expect([-1, 2 + 2 * text.indexOf('second')]).toContain(expected);
    }
    expect((await read([at('wide.log')], { chunkBytes: 15 })).get(at('wide.log'))).toBe(text);
  });
});

describe('readLogs() and archives', () => {
  it('reads the logs in a zip, and in a zip in it, for the host that the zip is named for', async () => {
    const inner = zipOf({ 'CCM/Logs/B.log': 'inner' });
    await put('WIN-042.zip', zipOf({ 'CCM/Logs/A.log': 'outer', 'nested/HOST2.zip': inner, 'empty/': '' }));
    const hosts = [];
    for await (const { source } of readLogs([{ path: folder }], { report }))
      hosts.push([source.path.slice(folder.length + 1), source.host]);
    expect(hosts).toEqual([
      ['WIN-042.zip/CCM/Logs/A.log', 'WIN-042'],
      ['WIN-042.zip/nested/HOST2.zip/CCM/Logs/B.log', 'HOST2'],
    ]);
    expect(report.losses).toEqual({});
  });

  it('names a cabinet in a zip, and reads the rest', async () => {
    await put('all.zip', zipOf({ 'CCM/mdm.CAB': 'MSCF', 'CCM/Logs/A.log': 'x' }));
    expect([...(await read([folder])).keys()]).toEqual([at('all.zip/CCM/Logs/A.log')]);
    expect(report.losses).toEqual({ archive_refused: 1 });
    expect(report.troubles[0]?.sentence).toBe(
      `${at('all.zip/CCM/mdm.CAB')} was refused: cabinet files cannot be read; unpack it (expand -F:* FILE FOLDER) and give the folder.`,
    );
  });

  it.each([
    ['leads out of the archive', { '../../etc/A.log': 'x' }, {}],
    ['begins at the root', { '/etc/A.log': 'x' }, {}],
    ['unpacks to too much', { 'A.log': Buffer.alloc(3 << 20, 'a') }, {}],
    ['lies about its size', { 'A.log': Buffer.alloc(500_000, 'a') }, { 'A.log': { size: 10 } }],
    ['lies too deep', { 'a.zip': zipOf({ 'b.zip': zipOf({ 'c.zip': zipOf({ 'A.log': 'x' }) }) }) }, {}],
  ])('refuses a file that %s, and goes on to the next archive', async (_, files, lies) => {
    await put('bad.zip', zipOf(files, lies));
    await put('good.zip', zipOf({ 'A.log': 'good' }));
    const texts = await read([folder]);
    expect(texts.get(at('good.zip/A.log'))).toBe('good');
    expect((texts.get(at('bad.zip/A.log')) ?? '').length).toBeLessThan(100_000);
    expect(report.troubles).toHaveLength(1);
    expect(report.troubles[0]?.sentence).toContain('bad.zip');
  });

  it('refuses what goes beyond the number of files and bytes', async () => {
    await put('many.zip', zipOf({ 'A.log': 'one', 'B.log': 'two', 'C.log': 'three' }));
    const limited = await read([folder], { archives: { maxEntries: 2 } });
    expect([...limited.values()]).toEqual(['one', 'two']);
    const small = await read([folder], { archives: { maxBytes: 6 } });
    expect([...small.values()]).toEqual(['one', 'two']);
    expect(report.losses).toEqual({ archive_refused: 2 });
  });

  it('names a file that is no zip, and one that is cut', async () => {
    await put('a.zip', 'no zip at all');
    await put('b.zip', zipOf({ 'A.log': 'x'.repeat(5000) }).subarray(0, 60));
    expect((await read([folder])).size).toBe(0);
    expect(report.losses).toEqual({ archive_refused: 2 });
  });
});
