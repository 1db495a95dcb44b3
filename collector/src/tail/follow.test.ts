import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { zipOf } from './fixtures.ts';
import { lines, type Reader, startReader, upTo } from './follow-reader.ts';

// Rounds are paced by what they cost, and a busy machine makes them cost more.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
const open = new Set<Reader>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-follow-'));
  await mkdir(join(folder, 'HOST', 'Logs'), { recursive: true });
});

afterEach(async () => {
  for (const reader of open) await reader.close();
  open.clear();
  await rm(folder, { recursive: true, force: true });
});

const logs = (...names: string[]): string => join(folder, 'HOST', 'Logs', ...names);
const live = (): string => logs('A.log');

async function read(paths: readonly string[] = [folder], extra: { hints?: boolean } = {}): Promise<Reader> {
  const reader = await startReader(folder, paths, extra);
  open.add(reader);
  return reader;
}

describe('createFollower()', () => {
  it('reads what is there and what is added, once', async () => {
    await writeFile(live(), lines(0, 3));
    const reader = await read();
    await reader.catchUp();
    await appendFile(live(), lines(3, 5));
    await reader.catchUp();
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(5));
    expect([...reader.ends.keys()]).toMatchObject([{ path: live(), host: 'HOST', log: 'A.log' }]);
    expect([...reader.ends.values()]).toEqual([(await stat(live())).size]);
    expect(reader.losses).toEqual({});
    expect(reader.follower.lag()).toEqual({ bytes: 0, seconds: 0 });
  });

  it('finds new files and folders', async () => {
    const reader = await read();
    await reader.catchUp();
    await mkdir(join(folder, 'OTHER'));
    await writeFile(join(folder, 'OTHER', 'B.log'), lines(0, 2));
    await reader.catchUp();
    expect([...reader.ends.keys()]).toMatchObject([{ host: 'OTHER', log: 'B.log' }]);
  });

  it('is woken by a hint where one comes', async () => {
    await writeFile(live(), lines(0, 3));
    const reader = await read([folder], { hints: true });
    await reader.catchUp();
    await appendFile(live(), lines(3, 5));
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(5));
  });
});

describe('createFollower() and the turn of a log', () => {
  const turns = {
    'renamed to .lo_': async () => rename(live(), logs('A.lo_')),
    'renamed with a date': async () => rename(live(), logs('A-20240101-000000.Log')),
    'copied to .lo_ and truncated': async () => {
      await copyFile(live(), logs('A.lo_'));
      await truncate(live(), 0);
    },
  };

  it.each(Object.entries(turns))(
    'reads the rest of a file that was %s, then the new one',
    async (_, turn) => {
      await writeFile(live(), lines(0, 50));
      const reader = await read();
      await reader.catchUp();
      await appendFile(live(), lines(50, 60));
      await turn();
      await appendFile(live(), lines(60, 65));
      await reader.catchUp();
      await appendFile(live(), lines(65, 200));
      await reader.catchUp();
      expect(reader.numbers()).toEqual(upTo(200));
      expect(reader.losses).toEqual({});
      expect(reader.counts['turns']).toBe(1);
      expect(reader.lasts).toEqual([[...reader.ends.keys()][0]]);
    },
  );

  it.each(Object.entries(turns))('reads on through turn after turn: %s', async (name, turn) => {
    const reader = await read();
    let next = 0;
    for (let round = 0; round < 5; round++) {
      await writeFile(live(), lines(next, next + 7), { flag: 'a' });
      if (round % 2 === 0) await reader.catchUp();
      await appendFile(live(), lines(next + 7, next + 9));
      next += 9;
      if (round % 2 === 1) await reader.catchUp();
      if (name === 'renamed with a date') await rename(live(), logs(`A-2024010${round + 1}-000000.log`));
      else await turn();
      await reader.catchUp();
    }
    expect(reader.numbers()).toEqual(upTo(next));
    expect(reader.losses).toEqual({});
  });

  it('is not deceived by a new file that begins with the same bytes and is longer', async () => {
    const banner = 'banner '.repeat(300);
    await writeFile(live(), banner + lines(0, 20));
    const reader = await read();
    await reader.catchUp();
    await copyFile(live(), logs('A.lo_'));
    await truncate(live(), 0);
    await appendFile(live(), banner + lines(20, 60));
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(60));
    expect(reader.losses).toEqual({});
  });

  it('is not deceived by a copy before the truncation', async () => {
    await writeFile(live(), lines(0, 20));
    const reader = await read();
    await reader.catchUp();
    await copyFile(live(), logs('A.lo_'));
    await reader.catchUp();
    await truncate(live(), 0);
    await reader.catchUp();
    await appendFile(live(), lines(20, 30));
    await reader.catchUp();
    expect([...new Set(reader.numbers())]).toEqual(upTo(30));
    expect(reader.losses).toEqual({});
  });

  it('counts as suspected loss what turned twice between two looks, and names the file', async () => {
    await writeFile(live(), lines(0, 10));
    const reader = await read();
    await reader.catchUp();
    await appendFile(live(), lines(10, 12));
    await rename(live(), logs('A.lo_'));
    await writeFile(live(), lines(12, 14));
    await rename(live(), logs('A.lo_'));
    await writeFile(live(), lines(14, 16));
    await reader.catchUp();
    expect(reader.numbers()).toEqual([...upTo(10), 12, 13, 14, 15]);
    expect(reader.losses).toEqual({ suspected_loss: 1 });
    expect(reader.troubles).toMatchObject([{ reason: 'suspected_loss', subject: live() }]);
  });

  it('reads the pieces that a file given by name turns into, but not older ones', async () => {
    await writeFile(logs('A.lo_'), lines(900, 905));
    await writeFile(live(), lines(0, 10));
    const reader = await read([live()]);
    await reader.catchUp();
    await appendFile(live(), lines(10, 12));
    await rename(live(), logs('A.lo_'));
    await writeFile(live(), lines(12, 14));
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(14));
    expect(reader.losses).toEqual({});
  });
});

describe('createFollower() and files that are odd', () => {
  it.each(['utf16le', 'utf-8'] as const)('reads %s as it grows, cut anywhere', async (encoding) => {
    const bytes = Buffer.from(lines(0, 6).replaceAll('x', '\u30a8'), encoding);
    await writeFile(live(), bytes.subarray(0, 101));
    const reader = await read();
    await reader.catchUp();
    for (let at = 101; at < bytes.length; at += 97) {
      await appendFile(live(), bytes.subarray(at, at + 97));
      if (at % 5 === 0) await reader.catchUp();
    }
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(6));
    expect([...reader.ends.values()]).toEqual([bytes.length]);
  });

  it('names a binary file once and reads the rest', async () => {
    await writeFile(logs('B.log'), Buffer.from([1, 0, 2, 3, 0, 0, 9, 200, 201, 0, 7, 7, 7, 7, 7, 7, 7, 7]));
    await writeFile(live(), lines(0, 2));
    const reader = await read();
    await reader.catchUp();
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(2));
    expect(reader.troubles).toMatchObject([{ reason: 'binary_file', subject: logs('B.log') }]);
  });

  it('goes on where it was when a folder that vanished comes back', async () => {
    await writeFile(live(), lines(0, 5));
    const reader = await read();
    await reader.catchUp();
    await rename(join(folder, 'HOST'), join(folder, '..', 'away-of-ccmtrace'));
    await reader.catchUp();
    await rename(join(folder, '..', 'away-of-ccmtrace'), join(folder, 'HOST'));
    await appendFile(live(), lines(5, 8));
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(8));
    expect(reader.losses['suspected_loss']).toBeUndefined();
    expect(reader.troubles[0]?.sentence).toContain('cannot be read now');
  });

  it('is not confused by folders and files of like names', async () => {
    await mkdir(logs('A'));
    await mkdir(logs('A.lo_'));
    await writeFile(logs('A.txt'), lines(100, 102));
    await writeFile(live(), lines(0, 3));
    const reader = await read();
    await reader.catchUp();
    await appendFile(live(), lines(3, 5));
    await reader.catchUp();
    expect(reader.numbers().sort((a, b) => a - b)).toEqual([...upTo(5), 100, 101]);
    expect(reader.troubles).toEqual([]);
  });

  it('reads an archive once it is whole, and again when it comes anew', async () => {
    const reader = await read();
    await reader.catchUp();
    await writeFile(join(folder, 'WIN-042.zip'), zipOf({ 'CCM/Logs/A.log': lines(0, 3) }));
    await reader.catchUp();
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(3));
    await writeFile(join(folder, 'WIN-042.zip'), zipOf({ 'CCM/Logs/A.log': lines(0, 5) }));
    await reader.catchUp();
    await reader.catchUp();
    expect(new Set(reader.numbers())).toEqual(new Set(upTo(5)));
    expect([...reader.ends.keys()]).toMatchObject([{ host: 'WIN-042' }, { host: 'WIN-042' }]);
  });

  it('passes over the hole that truncating under a writer leaves', async () => {
    await writeFile(live(), Buffer.concat([Buffer.alloc(5000), Buffer.from(lines(0, 4))]));
    const reader = await read();
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(4));
  });
});
