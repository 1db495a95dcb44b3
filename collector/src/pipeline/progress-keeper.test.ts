import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createProgressKeeper } from './progress-keeper.ts';
import { loadResumePoint } from './resume.ts';

const source = { path: 'a.log', host: 'H', log: 'a.log', generation: 1 };

it('createProgressKeeper() saves at once, then at most every five seconds, and moves checkpoints only with a save', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ccmtrace-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let nowUs = 0;
  const moved: number[] = [];
  const follower = { durable: (_: unknown, offset: number) => void moved.push(offset) };
  const keeper = createProgressKeeper(folder, follower, undefined, { nowUs: () => nowUs });
  const hourUs = 3600e6;
  const read = async (offset: number, timeUs: number): Promise<void> => {
    keeper.read(source, { events: [], offsets: { first: offset, last: offset }, latestUs: timeUs });
    keeper.framed(new Map([[source, offset + 50]]));
    await keeper.durable(timeUs + hourUs);
  };
  await read(0, hourUs);
  expect(await loadResumePoint(folder)).toEqual({ toldBeforeUs: hourUs + 1, readUntil: { 'a.log': 0 } });
  nowUs = 4e6;
  await read(100, 2 * hourUs);
  expect(moved).toEqual([]);
  expect(await loadResumePoint(folder)).toMatchObject({ toldBeforeUs: hourUs + 1 });
  nowUs = 6e6;
  await read(200, 3 * hourUs);
  expect(await loadResumePoint(folder)).toEqual({
    toldBeforeUs: 3 * hourUs + 1,
    readUntil: { 'a.log': 200 },
  });
  expect(moved).toEqual([200]);
});
