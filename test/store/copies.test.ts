import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Trace } from '../../collector/src/model/span.ts';
import { databaseFile } from '../../collector/src/store/database.ts';
import { openStore, type Store } from '../../collector/src/store/index.ts';
import { madeTrace } from '../support/traces.ts';

const start = Date.parse('2026-03-01T00:00:00Z') * 1000;
const hour = 3_600_000_000;
const clock = { nowUs: () => start };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-copies-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Of thirty devices, in an order that settling changes. */
const traces: readonly Trace[] = Array.from({ length: 900 }, (_, number) =>
  madeTrace({
    number,
    startUs: start + number * 60_000_000,
    host: `WIN-${(number * 7) % 30}`,
    clientGuid: '',
    errorType: number % 9 === 0 ? 'http_401' : '',
  }),
);

/** Two stores of the same traces, some replaced: one as they came, one in settled and merged runs. */
async function stores(): Promise<{ readonly plain: Store; readonly settled: Store }> {
  const made = async (name: string, settleTraces: number): Promise<Store> => {
    const store = await openStore(join(folder, name), { clock, settleTraces });
    for (let from = 0; from < traces.length; from += 50) await store.write(traces.slice(from, from + 50));
    await store.maintain({ maxAgeUs: 0, maxBytes: 0 });
    await store.write([
      madeTrace({ number: 5, startUs: start, host: 'WIN-5', clientGuid: '', durationUs: 7 }),
    ]);
    return store;
  };
  return { plain: await made('plain', 1_000_000), settled: await made('settled', 50) };
}

async function rowsOf(sql: string, file = ':memory:'): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const rows = await (await connection.run(sql)).getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

/** What a person sees of a store. */
async function seen(store: Store): Promise<unknown> {
  const fleet = {
    sinceUs: start,
    untilUs: start + 16 * hour,
    bucketUs: hour,
    top: 5,
    nowUs: start + 20 * hour,
  };
  return {
    list: await store.list({ limit: 1000 }),
    devices: await Promise.all([0, 5, 29].map(async (i) => await store.device(`win-${i}`, 100, start))),
    fleet: await store.fleet(fleet),
    trace: await store.get(traces[5]?.traceId ?? ''),
  };
}

describe('A store of settled and merged runs', () => {
  test('is exported row by row as one that was never settled', async () => {
    const { plain, settled } = await stores();
    const [theirs, ours] = [
      await plain.exportParquet(join(folder, 'a')),
      await settled.exportParquet(join(folder, 'b')),
    ];
    expect(ours.map(({ rows }) => rows)).toEqual(theirs.map(({ rows }) => rows));
    expect(ours[0]?.rows).toBe(traces.length);
    for (const [i, { path }] of ours.entries()) {
      const select = (file: string): string => `SELECT * FROM read_parquet('${file}')`;
      expect(await rowsOf(`${select(path)} EXCEPT ALL ${select(theirs[i]?.path ?? '')}`)).toEqual([]);
    }
    await plain.close();
    await settled.close();
  });

  test('is backed up as it is: the copy shows the same, and goes on settling and merging', async () => {
    const { plain, settled } = await stores();
    await settled.backUp(join(folder, 'copy', databaseFile));
    const expected = await seen(plain);
    expect(await seen(settled)).toEqual(expected);
    await settled.close();
    const numbers = 'SELECT trace_no::INTEGER AS settled, merged::INTEGER AS merged FROM settled';
    const copied = join(folder, 'copy', databaseFile);
    expect(await rowsOf(numbers, copied)).toEqual([{ settled: 900, merged: 800 }]);
    const copy = await openStore(join(folder, 'copy'), { clock, settleTraces: 50 });
    expect(await seen(copy)).toEqual(expected);
    const more = Array.from({ length: 400 }, (_, i) =>
      madeTrace({ number: 5000 + i, startUs: start + i, host: `WIN-${i % 30}` }),
    );
    await copy.write(more);
    await copy.maintain({ maxAgeUs: 0, maxBytes: 0 });
    await plain.write(more);
    expect(await seen(copy)).toEqual(await seen(plain));
    await copy.close();
    await plain.close();
    expect(await rowsOf(numbers, copied)).toEqual([{ settled: 1300, merged: 1200 }]);
  });
});
