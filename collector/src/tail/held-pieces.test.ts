import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { followedFolder, lines, type Reader, upTo } from './follow-reader.ts';

const { at, logs, live, read } = followedFolder();

const held = async (): Promise<string[]> =>
  (await readdir(at('state', 'held')).catch(() => []))
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
  });
});
