import { appendFile, copyFile, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { followedFolder, lines, type Reader, upTo } from './follow-reader.ts';

const { at, logs, live, read } = followedFolder();

const held = async (): Promise<string[]> =>
  (await readdir(at('state', 'held')).catch(() => []))
    .filter((name) => !name.endsWith('.next'))
    .map((name) => name.replace(/^\d+-[0-9a-f]+-/, ''))
    .sort();

/** A log turns twice while it is followed, and then once more while nobody looks: only the last two pieces are there. */
async function turnedAway(reader: Reader): Promise<void> {
  await writeFile(live(), lines(0, 5));
  await reader.catchUp();
  await rename(live(), logs('A.lo_'));
  await writeFile(live(), lines(5, 8));
  await reader.catchUp();
  reader.owed();
  await reader.catchUp();
  await reader.close();
  await rename(live(), logs('A.lo_'));
  await writeFile(live(), lines(8, 9));
}

describe('createFollower() and rolled pieces of which something is not durable', () => {
  it('reads them again after a restart when they have turned away, in their order', async () => {
    await turnedAway(await read());
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual(upTo(9));
    expect(second.losses).toEqual({});
  });

  it('reads them again after the second restart too', async () => {
    await turnedAway(await read());
    const second = await read();
    await second.catchUp();
    second.owed();
    await second.catchUp();
    await second.close();
    const third = await read();
    await third.catchUp();
    expect(third.numbers()).toEqual(upTo(9));
    expect(third.losses).toEqual({});
  });

  it('suspects a loss where no copy could be held', async () => {
    await turnedAway(await read(undefined, { maxHeldBytes: 10 }));
    expect(await held()).toEqual([]);
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([5, 6, 7, 8]);
    expect(second.losses).toEqual({ suspected_loss: 1 });
    expect(second.troubles[0]?.subject).toMatch(/A\.lo_$/);
  });

  it('says nothing where all of what turned away was durable, though some of it was to be read again', async () => {
    await writeFile(live(), lines(0, 5));
    const first = await read();
    await first.catchUp();
    await rename(live(), logs('A.lo_'));
    await writeFile(live(), lines(5, 8));
    await first.catchUp();
    first.follower.keep({ durable: new Map(), told: first.ends, met: first.ends, mark: 0 });
    await first.catchUp();
    await first.close();
    expect(await held()).toEqual([]);
    await rename(live(), logs('A.lo_'));
    await writeFile(live(), lines(8, 9));
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([5, 6, 7, 8]);
    expect(second.losses).toEqual({});
  });

  it('lets go of a copy when everything is durable', async () => {
    await writeFile(live(), lines(0, 5));
    const reader = await read();
    await reader.catchUp();
    await rename(live(), logs('A.lo_'));
    await writeFile(live(), lines(5, 8));
    await reader.catchUp();
    expect(await held()).toEqual(['A.lo_']);
    reader.durable();
    await reader.close();
    expect(await held()).toEqual([]);
  });

  it('lets the oldest copies go where they take too much', async () => {
    const reader = await read(undefined, { maxHeldBytes: lines(0, 25).length });
    for (const turn of upTo(4)) {
      await writeFile(live(), lines(turn * 10, turn * 10 + 10));
      await reader.catchUp();
      await rename(live(), logs(`A-20240101-00000${turn}.log`));
    }
    await reader.catchUp();
    expect(await held()).toEqual(['A-20240101-000002.log', 'A-20240101-000003.log']);
  });

  it('copies nothing of pieces that lay there before following began', async () => {
    await writeFile(logs('A.lo_'), lines(0, 5));
    await writeFile(live(), lines(5, 8));
    const reader = await read();
    await reader.catchUp();
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(8));
    expect(await held()).toEqual([]);
  });

  it('reads a copy of which no checkpoint knows, for it came and turned after the last one', async () => {
    await turnedAway(await read());
    await rm(at('state', 'checkpoints.json'));
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual(upTo(9));
    expect(second.losses).toEqual({});
  });

  it('reads no copy that a checkpoint says is needed no more, though it is still there', async () => {
    const first = await read();
    await turnedAway(first);
    const folder = at('state', 'held');
    const copies = await Promise.all(
      (await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name))] as const),
    );
    const second = await read();
    await second.catchUp();
    second.durable();
    await second.close();
    expect(await held()).toEqual([]);
    for (const [name, bytes] of copies) await writeFile(join(folder, name), bytes);
    const third = await read();
    await third.catchUp();
    expect(third.numbers()).toEqual([]);
    expect(await held()).toEqual([]);
  });
});

/** What a log is turned into, and begun anew as. */
const styles: Readonly<Record<string, () => Promise<void>>> = {
  renamed: async () => await rename(live(), logs('A.lo_')),
  copied: async () => {
    await copyFile(live(), logs('A.lo_'));
    await truncate(live());
  },
  dated: async () => {
    const pieces = (await readdir(logs())).filter((name) => /^A-\d/.test(name));
    const stamp = String(Number(pieces[0]?.slice(11, 17) ?? 0) + 1).padStart(6, '0');
    await rename(live(), logs(`A-20240101-${stamp}.log`));
    for (const piece of pieces) await rm(logs(piece));
  },
};

/** Turns the log and goes on in it. */
async function turn(style: string, from: number, to: number): Promise<void> {
  await styles[style]?.();
  await appendFile(live(), lines(from, to));
}

/** A log that turns while it is followed, its pieces held, and no checkpoint after the first; then the reader is no more. */
async function killed(style: string, until: number): Promise<void> {
  await writeFile(live(), lines(0, 5));
  const reader = await read();
  await reader.catchUp();
  reader.owed();
  await reader.catchUp();
  for (let from = 5; from < until; from += 5) {
    await turn(style, from, from + 5);
    await reader.catchUp();
  }
}

describe.each(Object.keys(styles))('createFollower() after it was killed, of a log that is %s', (style) => {
  it('suspects a loss where the piece after a copy turned away, and says what came after it', async () => {
    await killed(style, 10);
    await turn(style, 10, 15);
    await turn(style, 15, 20);
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([...upTo(5), ...upTo(20).slice(10)]);
    expect(second.losses).toEqual({ suspected_loss: 1 });
    expect([...second.afterLoss].map(({ path }) => path)).toEqual([
      expect.stringMatching(style === 'dated' ? /A-20240101-000003\.log$/ : /A\.lo_$/),
    ]);
  });

  it('suspects a loss too where only the mark of that piece was there when the copy was made', async () => {
    const mark = Buffer.from('\ufeff');
    await writeFile(live(), Buffer.concat([mark, Buffer.from(lines(0, 5))]));
    const reader = await read();
    await reader.catchUp();
    reader.owed();
    await reader.catchUp();
    await styles[style]?.();
    await appendFile(live(), mark);
    await reader.catchUp();
    expect(await held()).toHaveLength(1);
    await appendFile(live(), lines(5, 10));
    for (const from of [10, 15]) {
      await styles[style]?.();
      await appendFile(live(), Buffer.concat([mark, Buffer.from(lines(from, from + 5))]));
    }
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([...upTo(5), ...upTo(20).slice(10)]);
    expect(second.losses).toEqual({ suspected_loss: 1 });
    expect(second.afterLoss.size).toBe(1);
  });

  it('suspects none where that one turned once and is there', async () => {
    await killed(style, 10);
    await turn(style, 10, 15);
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual(upTo(15));
    expect(second.losses).toEqual({});
    expect(second.afterLoss.size).toBe(0);
  });

  it('suspects a loss between two copies of which no checkpoint knows, again and in the same place', async () => {
    await writeFile(live(), lines(0, 5));
    const first = await read();
    await first.catchUp();
    first.owed();
    await first.catchUp();
    await turn(style, 5, 10);
    await first.catchUp();
    await turn(style, 10, 15);
    await turn(style, 15, 20);
    await first.catchUp();
    expect(first.losses).toEqual({ suspected_loss: 1 });
    await turn(style, 20, 25);
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([...upTo(5), ...upTo(25).slice(10)]);
    expect(second.losses).toEqual({ suspected_loss: 1 });
    expect(second.afterLoss.size).toBe(1);
  });

  it('reads a piece once of which there is a copy and no checkpoint knows', async () => {
    await killed(style, 15);
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual(upTo(15));
    expect(second.losses).toEqual({});
    expect(second.afterLoss.size).toBe(0);
  });
});
