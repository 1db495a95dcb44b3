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

/** Runs the writer and kills it at a moment of no one's choosing; gives the last batch that it said was durable. */
async function writeAndDie(first: number, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [writer, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const started = Promise.withResolvers<void>();
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString();
    started.resolve();
  });
  await started.promise;
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
  return Number(said.trim().split('\n').at(-1));
}

describe('A store whose process is killed while it writes', () => {
  test('has every trace that was said to be durable, each whole, and goes on', async () => {
    let next = 0;
    for (const afterMs of [5, 60, 130, 210, 290, 370, 450, 610, 770, 1100]) {
      const last = await writeAndDie(next, afterMs);
      expect(last).toBeGreaterThanOrEqual(next);
      const store = await openStore(folder);
      for (let number = next * 20; number < (last + 1) * 20; number += 1) {
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
      next = last + 2;
    }
  });
});

/** Every trace in the outbox is complete and comes once; none is there that was never written. */
async function ensureWhole(store: Awaited<ReturnType<typeof openStore>>, below: number): Promise<void> {
  const written = new Set(Array.from({ length: below }, (_, number) => madeTrace({ number }).traceId));
  const seen = new Set<string>();
  for (;;) {
    const batch = await store.outbox.read('check', { maxTraces: 2000, maxSpans: 10_000 });
    if (batch === undefined) break;
    for (const trace of batch.traces) {
      expect(trace.spans).toHaveLength(2);
      expect(trace.spans.every((span) => span.events.length === 1)).toBe(true);
      expect(seen.has(trace.traceId) && trace.spans[0].endUs - trace.spans[0].startUs !== 7).toBe(false);
      expect(written.has(trace.traceId)).toBe(true);
      seen.add(trace.traceId);
    }
    await store.outbox.delivered('check', batch.positions.at(-1) ?? 0);
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
