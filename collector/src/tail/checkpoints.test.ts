import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { followedFolder, lines, upTo } from './follow-reader.ts';

const { at, logs, live, read } = followedFolder();

/** Names of the files that the checkpoint knows. */
async function savedNames(): Promise<string[]> {
  const { kept } = JSON.parse(await readFile(at('state', 'checkpoints.json'), 'utf8')) as {
    kept: { generations: { path: string }[] };
  };
  return kept.generations.map(({ path }) => basename(path)).sort();
}

/** A reader that has read a file of five records, none of them durable. */
async function readFive(): ReturnType<typeof read> {
  await writeFile(live(), lines(0, 5));
  const reader = await read();
  await reader.catchUp();
  return reader;
}

/** Records five and six were in a file that is gone. */
async function turnTwice(): Promise<void> {
  await rename(live(), logs('A.lo_'));
  await writeFile(logs('A.lo_'), lines(7, 9));
  await writeFile(live(), lines(9, 11));
}

describe('createFollower() and checkpoints', () => {
  it('reads on behind what was durable, and again what was not', async () => {
    const first = await readFive();
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
    const first = await readFive();
    await first.close();
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual(upTo(5));
  });

  it('finds the rest of a file that turned while nobody looked', async () => {
    const first = await readFive();
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
    const first = await readFive();
    first.durable();
    await first.close();
    await turnTwice();
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([7, 8, 9, 10]);
    expect(second.losses).toEqual({ suspected_loss: 1 });
  });

  it('takes a held copy for the successor of the lost piece where that is the next', async () => {
    const held = at('state', 'held');
    const turn = async (next: string): Promise<void> => {
      await rename(live(), logs('A.lo_'));
      await writeFile(live(), next);
    };
    const first = await readFive();
    await turn(lines(5, 9));
    await first.catchUp();
    first.owed();
    await first.close();
    // Ends before a checkpoint knows of the turn; copies of both pieces are held.
    const second = await read();
    await second.catchUp();
    await rm(logs('A.lo_'));
    await turn(lines(9, 12));
    await second.catchUp();
    await second.close();
    for (const name of await readdir(held))
      if ((await readFile(join(held, name), 'utf8')).includes(' n="0">')) await rm(join(held, name));
    await turn(lines(12, 14));
    const third = await read();
    await third.catchUp();
    expect(third.losses).toEqual({ suspected_loss: 1 });
    expect(third.numbers()).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect([...third.afterLoss].map(({ path }) => basename(path))).toEqual(['A.log']);
  });

  it('knows after another restart as well which piece follows the lost one', async () => {
    const first = await readFive();
    first.durable();
    await first.close();
    await turnTwice();
    for (const losses of [{ suspected_loss: 1 }, {}]) {
      const reader = await read();
      await reader.catchUp();
      expect(reader.losses).toEqual(losses);
      expect([...reader.afterLoss].map(({ path }) => basename(path))).toEqual(['A.lo_']);
      // Read, and nothing of it durable yet.
      reader.owed();
      await reader.close();
    }
  });

  it('suspects a loss where the newest that was known is a piece, and is gone after a restart', async () => {
    const first = await readFive();
    await rename(live(), logs('A.lo_'));
    await first.catchUp();
    first.durable();
    await first.close();
    await rm(logs('A.lo_'));
    await writeFile(logs('A.lo_'), lines(7, 9));
    await writeFile(live(), lines(9, 11));
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([7, 8, 9, 10]);
    expect(second.losses).toEqual({ suspected_loss: 1 });
  });

  it('suspects a loss where a file came and went of which nothing was durable yet', async () => {
    const first = await readFive();
    first.durable();
    await rename(live(), logs('A.lo_'));
    await writeFile(live(), lines(5, 9));
    await first.catchUp();
    await first.close();
    await writeFile(logs('A.lo_'), lines(9, 11));
    await writeFile(live(), lines(11, 13));
    const second = await read();
    await second.catchUp();
    expect(second.numbers()).toEqual([9, 10, 11, 12]);
    expect(second.losses).toEqual({ suspected_loss: 1 });
  });

  it('knows after a restart which piece follows the lost one', async () => {
    const first = await read([logs()], { maxHeldBytes: 0 });
    for (const turn of upTo(3)) {
      await writeFile(live(), lines(turn * 5, turn * 5 + 5));
      await first.catchUp();
      if (turn < 2) await rename(live(), logs(`A-20240101-00000${turn}.log`));
    }
    first.owed();
    await first.close();
    await rm(logs('A-20240101-000000.log'));
    await rename(live(), logs('A-20240101-000002.log'));
    await writeFile(live(), lines(15, 20));
    const second = await read([logs()], { maxHeldBytes: 0 });
    await second.catchUp();
    expect(second.numbers()).toEqual(upTo(20).slice(5));
    expect(second.losses).toEqual({ suspected_loss: 1 });
    expect([...second.afterLoss].map(({ path }) => path)).toEqual([logs('A-20240101-000001.log')]);
  });

  it.each([
    ['', 'is empty'],
    ['{"version":3,"digest":"x","kept":{"generations":[]}}', 'is damaged'],
    ['{"version":1,"digest":"x","generations":[]}', 'version is 1, not 3'],
    ['\0\0\0', 'is damaged'],
    ['{"version":7}', 'version is 7, not 3'],
  ])('sets a checkpoint file %j aside, says so and reads everything', async (content, said) => {
    await writeFile(live(), lines(0, 5));
    await mkdir(at('state'));
    await writeFile(at('state', 'checkpoints.json'), content);
    const reader = await read([logs()]);
    await reader.catchUp();
    expect(reader.numbers()).toEqual(upTo(5));
    expect(reader.troubles[0]?.sentence).toContain(said);
    expect(await readFile(at('state', 'checkpoints.json.damaged'), 'utf8')).toBe(content);
  });

  it('keeps nothing of pieces that are gone and durable', async () => {
    const reader = await read([logs()]);
    for (const turn of upTo(6)) {
      await writeFile(live(), lines(turn * 5, turn * 5 + 5));
      await reader.catchUp();
      await rename(live(), logs(`A-20240101-00000${turn}.log`));
      if (turn > 1) await rm(logs(`A-20240101-00000${turn - 2}.log`));
    }
    await reader.catchUp();
    reader.durable();
    await reader.close();
    expect(reader.numbers()).toEqual(upTo(30));
    expect(await savedNames()).toEqual(['A-20240101-000004.log', 'A-20240101-000005.log']);
  });

  it('keeps logs that are away up to a number of them', async () => {
    for (const name of ['A', 'B', 'C', 'D']) await writeFile(logs(`${name}.log`), lines(0, 5));
    const first = await read([logs()]);
    await first.catchUp();
    first.durable();
    await first.close();
    expect(await savedNames()).toEqual(['A.log', 'B.log', 'C.log', 'D.log']);
    await rename(logs(), at('away'));
    await mkdir(at('other'));
    await writeFile(at('other', 'E.log'), lines(5, 9));
    const second = await read([logs(), at('other')], { maxAway: 3 });
    await second.catchUp();
    second.durable();
    await second.close();
    expect(await savedNames()).toEqual(['B.log', 'C.log', 'D.log', 'E.log']);
  });

  it('goes on where checkpoints cannot be written, and says so once', async () => {
    await writeFile(live(), lines(0, 5));
    const reader = await read([logs()]);
    await writeFile(at('state'), 'a file where the folder should be');
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
