import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { madeTrace } from '../support/traces.ts';
import type { Trace } from '../../collector/src/model/span.ts';
import { databaseFile } from '../../collector/src/store/database.ts';
import { type MaintenanceResult, openStore, type Store } from '../../collector/src/store/index.ts';

const day = 86_400_000_000;
const filled = 6000;
const slow = 60_000;
const start = Date.parse('2026-03-01T00:00:00Z') * 1000;
let folder: string;
let store: Store;
let nowUs = start;
const clock = { nowUs: () => nowUs };

beforeEach(async () => {
  nowUs = start;
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-retention-'));
  store = await openStore(folder, { clock });
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** Text that does not compress, so that the size grows as in life. */
const noise = (seed: number): string =>
  Array.from({ length: 400 }, (_, i) =>
    (((seed * 7919 + i * 104_729 + 1) * 2_654_435_761) % 4_294_967_291).toString(36),
  ).join('');

function noisy(number: number, startUs: number): Trace {
  const trace = madeTrace({ number, startUs, host: `WIN-${number}` });
  const [root, ...rest] = trace.spans;
  return {
    ...trace,
    spans: [{ ...root, attributes: { ...root.attributes, noise: noise(number) } }, ...rest],
  };
}

const many = (from: number, to: number, startUs: number): Trace[] =>
  Array.from({ length: to - from }, (_, i) => noisy(from + i, startUs + i));

/** Traces of about 3 KB each, which do not compress. */
async function fill(): Promise<void> {
  for (let from = 0; from < filled; from += 2000) await store.write(many(from, from + 2000, start + from));
}

/** Traces settled at once: none of a test's, or so few that their runs are merged too. */
const runs = [262_144, 500];

async function reopen(settleTraces: number): Promise<void> {
  await store.close();
  store = await openStore(folder, { clock, settleTraces });
}

const fileSize = async (): Promise<number> => (await stat(join(folder, databaseFile))).size;

describe('store.maintain()', () => {
  test('removes what is too old, everything of it, and nothing else', async () => {
    const old = many(0, 20, start);
    const young = many(20, 30, start + 2 * day);
    await store.write([...old, ...young]);
    await store.outbox.read('tempo', { maxTraces: 5, maxSpans: 99 });
    const batch = await store.outbox.read('tempo', { maxTraces: 5, maxSpans: 99 });
    await store.outbox.delivered('tempo', batch?.positions.at(-1) ?? 0);
    nowUs = start + 3 * day;
    expect(await store.maintain({ maxAgeUs: 2 * day, maxBytes: 0 })).toMatchObject({ removedTraces: 20 });
    expect((await store.list({ limit: 100 })).rows.map((row) => row.traceId).sort()).toEqual(
      young.map((trace) => trace.traceId).sort(),
    );
    expect(await store.get(old[0]?.traceId ?? '')).toBeUndefined();
    expect(await store.get(young[0]?.traceId ?? '')).toEqual(young[0]);
    expect(await store.device('win-3', 5, nowUs)).toBeUndefined();
    expect((await store.outbox.backlog())[0]).toMatchObject({ traces: 10, lostTraces: 15 });
    await store.close();
    const instance = await DuckDBInstance.create(join(folder, databaseFile));
    const connection = await instance.connect();
    for (const [table, rows] of [
      ['spans', 20],
      ['span_events', 20],
      ['span_links', 10],
      ['trace_identities', 40],
      ['identities', 40],
    ] as const) {
      const [[count] = []] = await (await connection.run(`SELECT count(*) FROM ${table}`)).getRows();
      expect([table, Number(count)]).toEqual([table, rows]);
    }
    connection.closeSync();
    instance.closeSync();
    store = await openStore(folder, { clock });
    await store.write(many(0, 1, start));
    expect((await store.list({ identity: 'win-0', limit: 5 })).rows).toHaveLength(1);
  });

  test('writes a removed identity again when its device comes back', async () => {
    await store.write(many(0, 2, start));
    nowUs = start + 9 * day;
    await store.maintain({ maxAgeUs: day, maxBytes: 0 });
    await store.write([noisy(1, nowUs)]);
    expect((await store.list({ identity: 'win-1', limit: 5 })).rows).toHaveLength(1);
  });

  test.each(runs)(
    'gives the space back to the disk, also where what stays lies at the end of the file (runs of %i)',
    async (settleTraces) => {
      await reopen(settleTraces);
      await fill();
      const { fileBytes } = await store.maintain({ maxAgeUs: 0, maxBytes: 0 });
      const maxAgeUs = day;
      nowUs = start + maxAgeUs + filled - 300;
      const result = await store.maintain({ maxAgeUs, maxBytes: 0 });
      expect(result).toMatchObject({ removedTraces: filled - 300, compacted: true });
      expect(await fileSize()).toBeLessThan(fileBytes / 4);
      expect(await fileSize()).toBeLessThan(result.fileBytes + 1_000_000);
      const kept = noisy(filled - 1, start + filled - 1);
      expect(await store.get(kept.traceId)).toEqual(kept);
      await store.write(many(60_000, 60_010, nowUs));
      await store.close();
      store = await openStore(folder, { clock });
      expect((await store.list({ limit: 1000 })).rows).toHaveLength(310);
    },
    slow,
  );

  test.each(runs)(
    'removes the oldest until the size is within its limit (runs of %i)',
    async (settleTraces) => {
      await reopen(settleTraces);
      await fill();
      const before = await store.maintain({ maxAgeUs: 0, maxBytes: 0 });
      const maxBytes = before.usedBytes * 0.5;
      const after = await store.maintain({ maxAgeUs: 0, maxBytes });
      expect(after.usedBytes).toBeLessThanOrEqual(maxBytes);
      expect(after.usedBytes).toBeGreaterThan(maxBytes * 0.5);
      expect(await fileSize()).toBeLessThanOrEqual(maxBytes * 1.1);
      expect(await store.get(noisy(filled - 1, 0).traceId)).toBeDefined();
      expect(await store.get(noisy(0, 0).traceId)).toBeUndefined();
    },
    slow,
  );

  test(
    'lets writers and readers in while it works',
    async () => {
      await fill();
      nowUs = start + 9 * day;
      const work = { busy: true };
      const maintained = store.maintain({ maxAgeUs: day, maxBytes: 0 }).finally(() => (work.busy = false));
      let written = 0;
      while (work.busy) {
        await store.write([noisy(100_000 + written, nowUs)]);
        written += 1;
        await store.list({ limit: 1 });
      }
      expect((await maintained).removedTraces).toBe(filled);
      expect(written).toBeGreaterThan(1);
      expect((await store.list({ limit: 1000 })).rows).toHaveLength(written);
    },
    slow,
  );
});

describe('openStore() with retention', () => {
  test('maintains the store in the background', async () => {
    await store.write(many(0, 5, start));
    await store.close();
    nowUs = start + 9 * day;
    const done = Promise.withResolvers<MaintenanceResult>();
    store = await openStore(folder, {
      clock,
      retention: { maxAgeUs: day, maxBytes: 0, everyMs: 50, done: done.resolve },
    });
    expect((await done.promise).removedTraces).toBe(5);
  }, 15_000);
});

describe('store.backUp()', () => {
  test('makes a store of its own while writing goes on', async () => {
    const traces = many(0, 100, start);
    await store.write(traces);
    const file = join(folder, 'copy', databaseFile);
    await Promise.all([store.backUp(file), store.write(many(100, 200, start))]);
    const copy = await openStore(join(folder, 'copy'));
    const count = (await copy.list({ limit: 1000 })).rows.length;
    expect([100, 200]).toContain(count);
    expect(await copy.get(traces[7]?.traceId ?? '')).toEqual(traces[7]);
    await copy.write([madeTrace({ number: 999_999 })]);
    await copy.close();
    await expect(store.backUp(file)).rejects.toThrow(/cannot be written: it is there already/);
  });
});

describe('store.exportParquet()', () => {
  test('writes what anyone can read, bounded by time', async () => {
    const warned = madeTrace({ number: 12, startUs: start + day + 2, refused: true });
    await store.write([...many(0, 3, start), ...many(10, 12, start + day), warned]);
    const files = await store.exportParquet(join(folder, "it's parquet"), { sinceUs: start + day });
    expect(files.map((file) => file.rows)).toEqual([3, 6, 6, 3]);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const read = async (i: number, columns: string): Promise<unknown> =>
      (
        await (
          await connection.run(`SELECT ${columns} FROM read_parquet($1) ORDER BY ALL LIMIT 1`, [
            files[i]?.path ?? '',
          ])
        ).getRowObjectsJson()
      )[0];
    const trace = noisy(10, start + day);
    const [root, child] = trace.spans;
    expect(await read(0, 'start_time, trace_id, story, outcome, host')).toEqual({
      trace_id: trace.traceId,
      start_time: '2026-03-02 00:00:00',
      story: 'token request',
      outcome: 'ok',
      host: 'WIN-10',
    });
    expect(
      await read(1, 'start_time, trace_id, span_id, parent_span_id, kind, service_name, status'),
    ).toEqual({
      start_time: '2026-03-02 00:00:00',
      trace_id: trace.traceId,
      span_id: root.spanId,
      parent_span_id: null,
      kind: 'client',
      service_name: 'ccm-client',
      status: 'ok',
    });
    expect(await read(2, "time, name, span_id = '" + root.spanId + "' AS is_root, log_offset")).toMatchObject(
      {
        time: '2026-03-02 00:00:00',
        name: 'token.request.started',
        is_root: true,
        log_offset: '1024',
      },
    );
    expect(await read(0, 'count_if(outcome = $$warning$$) AS n, max(warned_span) AS span')).toEqual({
      n: '1',
      span: 'issue token',
    });
    const link = (await read(3, 'trace_id, span_id, linked_trace_id')) as { trace_id: string };
    expect(trace.traceId.length).toBe(link.trace_id.length);
    expect(child?.links[0]?.traceId).toBe((link as unknown as { linked_trace_id: string }).linked_trace_id);
    connection.closeSync();
    instance.closeSync();
  });
});
