import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../collector/src/store/index.ts';
import { madeTrace } from '../support/traces.ts';

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-readers-'));
  store = await openStore(folder, { settleTraces: 2000 });
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const batch = (at: number) =>
  Array.from({ length: 200 }, (_, i) =>
    madeTrace({ number: at * 200 + i, host: `WIN-${i}`, clientGuid: '' }),
  );

async function writeFor(ms: number, first: number): Promise<number> {
  const until = performance.now() + ms;
  let written = 0;
  while (performance.now() < until) {
    await store.write(batch(first + written));
    written += 1;
  }
  return written;
}

describe('Readers', () => {
  test('never block the writer: with many of them it still writes', async () => {
    await writeFor(2000, 0);
    const alone = await writeFor(3000, 1_000);
    const reading = { on: true, done: 0 };
    const readers = Array.from({ length: 16 }, async (_, i) => {
      while (reading.on) {
        await store.device(`win-${i}`, 50, Date.now() * 1000);
        await store.fleet({ sinceUs: 0, untilUs: 4e15, bucketUs: 1e13, top: 10, nowUs: 4e15 });
        reading.done += 1;
      }
    });
    const beside = await writeFor(3000, 2_000);
    reading.on = false;
    await Promise.all(readers);
    expect(reading.done).toBeGreaterThan(10);
    // Readers take their share of two cores; blocked, the writer would come to a stand.
    expect(beside).toBeGreaterThan(alone / 5);
  });

  test('see one moment throughout: totals and outcomes of a view agree while writing goes on', async () => {
    const writing = writeFor(3000, 0);
    let looks = 0;
    for (const until = performance.now() + 2500; performance.now() < until; looks += 1) {
      const view = await store.fleet({ sinceUs: 0, untilUs: 4e15, bucketUs: 1e14, top: 10, nowUs: 4e15 });
      const counted = view.outcomes
        .flatMap((story) => [...story.ok, ...story.error])
        .reduce((a, b) => a + b, 0);
      expect(counted).toBe(view.totals.traces);
      expect(view.sts.count.reduce((a, b) => a + b, 0)).toBe(view.totals.traces);
    }
    await writing;
    expect(looks).toBeGreaterThan(5);
  });
});
