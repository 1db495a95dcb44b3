import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../collector/src/store/index.ts';
import { madeTrace } from '../support/traces.ts';

const writer = fileURLToPath(new URL('crash-writer.ts', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-crash-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Death {
  /** The last batch that the writer said was durable. */
  readonly last: number;
  readonly maintaining: boolean;
}

/** Runs the writer and kills it so long after it first says `when`, at a moment of no one's choosing. */
async function writeAndDie(first: number, afterMs: number, when = ''): Promise<Death> {
  const child = spawn(process.execPath, [writer, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const started = Promise.withResolvers<void>();
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString();
    if (said.includes(when)) started.resolve();
  });
  await started.promise;
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
  const lines = said.trim().split('\n');
  const told = lines.filter((line) => line.startsWith('maintain')).at(-1);
  return {
    last: Number(lines.filter((line) => /^\d+$/.test(line)).at(-1)),
    maintaining: told === 'maintaining',
  };
}

describe('A store whose process is killed while it writes', () => {
  test('has every trace that was said to be durable, each whole, and goes on', async () => {
    let next = 0;
    for (const afterMs of [5, 60, 130, 210, 290, 370, 450, 610, 770, 1100]) {
      const { last } = await writeAndDie(next, afterMs);
      expect(last).toBeGreaterThanOrEqual(next);
      await ensureKept(next, last);
      next = last + 2;
    }
  });

  test('has them also where it dies while runs are settled and merged, and merges them again', async () => {
    let next = 0;
    let caught = 0;
    for (const afterMs of [0, 5, 12, 20, 33, 50, 80]) {
      const { last, maintaining } = await writeAndDie(next, afterMs, 'maintaining');
      caught += maintaining ? 1 : 0;
      await ensureKept(next, last);
      next = last + 2;
    }
    expect(caught).toBeGreaterThan(1);
    const store = await openStore(folder, { settleTraces: 50 });
    await store.maintain({ maxAgeUs: 0, maxBytes: 0 });
    await ensureWhole(store, next * 20, 'again');
    await ensureSummedUp(store);
    await store.close();
  }, 300_000);
});

/** Every trace of these batches is there as it was written last, and nothing half. */
async function ensureKept(first: number, last: number): Promise<void> {
  const store = await openStore(folder);
  for (let number = first * 20; number < (last + 1) * 20; number += 1) {
    const stored = await store.get(madeTrace({ number }).traceId);
    const replaced = number % 60 === 20 && number + 40 <= (last + 1) * 20;
    // The batch in hand may have replaced one more before it died.
    const mayBeReplaced = number % 60 === 20;
    const before = madeTrace({ number });
    const after = madeTrace({ number, durationUs: 7 });
    const allowed = replaced ? [after] : mayBeReplaced ? [before, after] : [before];
    expect(allowed).toContainEqual(stored);
  }
  await ensureWhole(store, (last + 2) * 20);
  await ensureSummedUp(store);
  await store.close();
}

/** Every trace in the outbox is complete and comes once; none is there that was never written. */
async function ensureWhole(
  store: Awaited<ReturnType<typeof openStore>>,
  below: number,
  destination = 'check',
): Promise<void> {
  const written = new Set(Array.from({ length: below }, (_, number) => madeTrace({ number }).traceId));
  const seen = new Set<string>();
  for (;;) {
    const batch = await store.outbox.read(destination, { maxTraces: 2000, maxSpans: 10_000 });
    if (batch === undefined) break;
    for (const trace of batch.traces) {
      expect(trace.spans).toHaveLength(2);
      expect(trace.spans.every((span) => span.events.length === 1)).toBe(true);
      expect(seen.has(trace.traceId) && trace.spans[0].endUs - trace.spans[0].startUs !== 7).toBe(false);
      expect(written.has(trace.traceId)).toBe(true);
      seen.add(trace.traceId);
    }
    await store.outbox.delivered(destination, batch.positions.at(-1) ?? 0);
  }
}

/** The summaries hold what the traces do: buckets narrower than a slot are counted from the traces. */
async function ensureSummedUp(store: Awaited<ReturnType<typeof openStore>>): Promise<void> {
  const sinceUs = Date.UTC(2025, 0, 1) * 1000;
  const untilUs = sinceUs + 48 * 3_600_000_000;
  const view = async (bucketUs: number): Promise<unknown> => {
    const { totals, sts, errors, overdue } = await store.fleet({
      sinceUs,
      untilUs,
      bucketUs,
      top: 10,
      nowUs: untilUs,
    });
    expect(totals.traces).toBeGreaterThan(0);
    return { totals, issued: sts.count.reduce((a, b) => a + b, 0), errors, overdue };
  };
  expect(await view(3_600_000_000)).toEqual(await view(290_000_000));
}
