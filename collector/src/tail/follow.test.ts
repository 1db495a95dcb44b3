import { appendFile, copyFile, mkdir, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { zipOf } from './fixtures.ts';
import { followedFolder, lines, upTo } from './follow-reader.ts';

const { at, logs, live, read } = followedFolder();

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
    await mkdir(at('OTHER'));
    await writeFile(at('OTHER', 'B.log'), lines(0, 2));
    await reader.catchUp();
    expect([...reader.ends.keys()]).toMatchObject([{ host: 'OTHER', log: 'B.log' }]);
  });

  it('is woken by a hint where one comes', async () => {
    await writeFile(live(), lines(0, 3));
    const reader = await read(undefined, { hints: true });
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
    expect([...reader.afterLoss].map(({ path }) => path)).toEqual([logs('A.lo_')]);
    expect(reader.troubles).toMatchObject([{ reason: 'suspected_loss', subject: live() }]);
  });

  it('waits with a copy that is being made until the live file is truncated, and then reads its rest', async () => {
    const whole = lines(0, 30);
    await writeFile(live(), whole);
    const reader = await read();
    await reader.catchUp();
    await appendFile(live(), lines(30, 40));
    const part = Buffer.from(whole + lines(30, 40)).subarray(0, whole.length + 130);
    await writeFile(logs('A.lo_'), part);
    await reader.catchUp();
    await appendFile(live(), lines(40, 45));
    await copyFile(live(), logs('A.lo_'));
    await truncate(live(), 0);
    await appendFile(live(), lines(45, 50));
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(50));
    expect(reader.losses).toEqual({});
    expect(reader.lasts).toHaveLength(1);
  });

  it('suspects a loss where a file that it saw empty was filled and copied away twice', async () => {
    await writeFile(live(), lines(0, 10));
    const reader = await read();
    await reader.catchUp();
    await copyFile(live(), logs('A.lo_'));
    await truncate(live(), 0);
    await reader.catchUp();
    for (const from of [10, 20]) {
      await appendFile(live(), lines(from, from + 10));
      await copyFile(live(), logs('A.lo_'));
      await truncate(live(), 0);
    }
    await appendFile(live(), lines(30, 40));
    await reader.catchUp();
    expect(reader.numbers()).toEqual([...upTo(10), ...upTo(40).slice(20)]);
    expect(reader.losses).toEqual({ suspected_loss: 1 });
  });

  it('suspects a loss where a file came and turned twice since there was none', async () => {
    await writeFile(live(), lines(0, 10));
    const reader = await read();
    await reader.catchUp();
    await rename(live(), logs('A.lo_'));
    await reader.catchUp();
    for (const from of [10, 20]) {
      await writeFile(live(), lines(from, from + 10));
      await rename(live(), logs('A.lo_'));
    }
    await reader.catchUp();
    expect(reader.numbers()).toEqual([...upTo(10), ...upTo(30).slice(20)]);
    expect(reader.losses).toEqual({ suspected_loss: 1 });
    expect(reader.afterLoss.size).toBe(1);
  });

  it('sees a new live file in the place of one that it saw renamed, by looking alone', async () => {
    await writeFile(live(), lines(0, 10));
    const reader = await read();
    await reader.catchUp();
    await rename(live(), logs('A.lo_'));
    // Until the log counts as one at rest, at which only rounds look.
    for (let look = 0; look < 30; look++) await reader.catchUp();
    await writeFile(live(), lines(10, 20));
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(20));
  });

  it('reads on in a rolled piece to which its writer still writes', async () => {
    await writeFile(live(), lines(0, 10));
    const reader = await read();
    await reader.catchUp();
    await rename(live(), logs('A.lo_'));
    const late = Buffer.from(lines(10, 12));
    await appendFile(logs('A.lo_'), late.subarray(0, 30));
    await reader.catchUp();
    await appendFile(logs('A.lo_'), late.subarray(30));
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(12));
    expect(reader.losses).toEqual({});
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
    const some = [1, 0, 2, 3, 0, 0, 9, 200, 201, 0, 7, 7, 7, 7, 7, 7, 7, 7];
    await writeFile(logs('B.log'), Buffer.from(Array.from({ length: 40 }, () => some).flat()));
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
    await rename(at('HOST'), at('..', 'away-of-ccmtrace'));
    await reader.catchUp();
    await rename(at('..', 'away-of-ccmtrace'), at('HOST'));
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
    await writeFile(at('WIN-042.zip'), zipOf({ 'CCM/Logs/A.log': lines(0, 3) }));
    await reader.catchUp();
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(3));
    await writeFile(at('WIN-042.zip'), zipOf({ 'CCM/Logs/A.log': lines(0, 5) }));
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
