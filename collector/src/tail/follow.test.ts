import {
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
  appendFile,
  copyFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../base/clock.ts';
import type { Follower } from '../contract/follower.ts';
import type { LogSource } from '../model/record.ts';
import type { Trouble } from '../contract/loss.ts';
import { createFollower } from './index.ts';

// Rounds are paced by what they cost, and a busy machine makes them cost more.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
const open = new Set<Follower>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-follow-'));
  await mkdir(join(folder, 'HOST', 'Logs'), { recursive: true });
});

afterEach(async () => {
  for (const follower of open) await follower.close();
  open.clear();
  await rm(folder, { recursive: true, force: true });
});

const logs = (...names: string[]): string => join(folder, 'HOST', 'Logs', ...names);
const live = (): string => logs('A.log');

/** Records are lines here; numbered, so that each is told from the others. */
function lines(from: number, to: number): string {
  let text = '';
  for (let n = from; n < to; n++)
    text += `<![LOG[record ${n} ${'x'.repeat(40)}]LOG]!><time="12:00:00.000+000" n="${n}">\r\n`;
  return text;
}

interface Reader {
  /** Reads until everything at hand was looked at. */
  catchUp(): Promise<void>;
  /** Numbers of all records read, in order of reading. */
  numbers(): number[];
  readonly ends: Map<LogSource, number>;
  readonly lasts: LogSource[];
  readonly losses: Record<string, number>;
  readonly counts: Record<string, number>;
  readonly troubles: Trouble[];
  readonly follower: Follower;
  durable(): void;
  close(): Promise<void>;
}

async function read(
  paths: readonly string[] = [folder],
  extra: { encoding?: string; hints?: boolean } = {},
): Promise<Reader> {
  const losses: Record<string, number> = {};
  const counts: Record<string, number> = {};
  const troubles: Trouble[] = [];
  const follower = await createFollower(
    paths.map((path) => ({ path, encoding: extra.encoding })),
    {
      report: {
        count: (counter, by) => void (counts[counter] = (counts[counter] ?? 0) + by),
        lost: (reason, by) => void (losses[reason] = (losses[reason] ?? 0) + by),
        trouble: (trouble) => void troubles.push(trouble),
      },
      clock: systemClock,
      pollMs: 10,
      checkpointFile: join(folder, 'state', 'checkpoints.json'),
      hints: extra.hints ?? false,
    },
  );
  open.add(follower);
  const iterator = follower[Symbol.asyncIterator]();
  const texts = new Map<LogSource, string>();
  const ends = new Map<LogSource, number>();
  const lasts: LogSource[] = [];
  return {
    follower,
    losses,
    counts,
    troubles,
    ends,
    lasts,
    async catchUp() {
      for (let quiet = 0; quiet < 2; ) {
        const next = await iterator.next();
        if (next.done === true) return;
        if (next.value.kind === 'quiet') quiet += 1;
        else {
          const { chunk } = next.value;
          texts.set(chunk.source, (texts.get(chunk.source) ?? '') + Buffer.from(chunk.bytes).toString());
          ends.set(chunk.source, chunk.offsetOf(chunk.bytes.length));
          if (chunk.last) lasts.push(chunk.source);
        }
      }
    },
    numbers: () =>
      [...texts.values()].flatMap((text) =>
        [...text.matchAll(/ n="(\d+)">/g)].map((match) => Number(match[1])),
      ),
    durable() {
      for (const [source, end] of ends) follower.durable(source, end);
    },
    async close() {
      await follower.close();
      open.delete(follower);
    },
  };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

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

  it('passes over the hole that truncating under a writer leaves', async () => {
    await writeFile(live(), Buffer.concat([Buffer.alloc(5000), Buffer.from(lines(0, 4))]));
    const reader = await read();
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(4));
  });
});

describe('createFollower() and checkpoints', () => {
  it('reads on behind what was durable, and again what was not', async () => {
    await writeFile(live(), lines(0, 5));
    const first = await read();
    await first.catchUp();
    first.durable();
    await appendFile(live(), lines(5, 8));
    await first.catchUp();
    await first.close();
    await appendFile(live(), lines(8, 9));
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([5, 6, 7, 8]);
  });

  it('reads everything again where nothing was durable', async () => {
    await writeFile(live(), lines(0, 5));
    const first = await read();
    await first.catchUp();
    await first.close();
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual(upTo(5));
  });

  it('finds the rest of a file that turned while nobody looked', async () => {
    await writeFile(live(), lines(0, 5));
    const first = await read();
    await first.catchUp();
    first.durable();
    await first.close();
    await appendFile(live(), lines(5, 7));
    await rename(live(), logs('A.lo_'));
    await writeFile(live(), lines(7, 9));
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([5, 6, 7, 8]);
    expect(second.losses).toEqual({});
  });

  it('suspects a loss where a file turned twice while nobody looked', async () => {
    await writeFile(live(), lines(0, 5));
    const first = await read();
    await first.catchUp();
    first.durable();
    await first.close();
    await rename(live(), logs('A.lo_'));
    await writeFile(logs('A.lo_'), lines(7, 9));
    await writeFile(live(), lines(9, 11));
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([7, 8, 9, 10]);
    expect(second.losses).toEqual({ suspected_loss: 1 });
  });

  it.each([
    ['', 'is empty'],
    ['{"version":1,"digest":"x","generations":[]}', 'is damaged'],
    ['\0\0\0', 'is damaged'],
    ['{"version":7}', 'version is 7, not 1'],
  ])('sets a checkpoint file %j aside, says so and reads everything', async (content, said) => {
    await writeFile(live(), lines(0, 5));
    await mkdir(join(folder, 'state'));
    await writeFile(join(folder, 'state', 'checkpoints.json'), content);
    const reader = await read([logs()]);
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(5));
    expect(reader.troubles[0]?.sentence).toContain(said);
    expect(await readFile(join(folder, 'state', 'checkpoints.json.damaged'), 'utf8')).toBe(content);
  });

  it('goes on where checkpoints cannot be written, and says so once', async () => {
    await writeFile(live(), lines(0, 5));
    const reader = await read([logs()]);
    await writeFile(join(folder, 'state'), 'a file where the folder should be');
    await reader.catchUp();
    reader.durable();
    await reader.catchUp();
    await appendFile(live(), lines(5, 6));
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(6));
    await reader.close();
    expect(reader.troubles.map(({ sentence }) => sentence.slice(0, 37))).toEqual([
      'The checkpoints could not be written ',
    ]);
  });
});
