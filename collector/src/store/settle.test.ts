import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { madeTrace } from '../../../test/support/traces.ts';
import type { Trace } from '../model/span.ts';
import { databaseFile } from './database.ts';
import { openStore, type Store } from './index.ts';

const minute = 60_000_000;
const hour = 60 * minute;
const start = Date.parse('2026-03-01T00:00:00Z') * 1000;
const end = start + 24 * hour;
let folder: string;
let nowUs = end;
const clock = { nowUs: () => nowUs };

beforeEach(async () => {
  nowUs = end;
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-settle-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Made {
  readonly number: number;
  readonly device: number;
  readonly atMinute: number;
  readonly error: string;
  readonly refused?: boolean;
  readonly story: string;
  readonly issueMs: number;
  readonly expiresMinute: number;
}

/** Starts are told apart by the number, so that "the newest" is one trace. */
function traceOf(made: Made): Trace {
  const trace = madeTrace({
    number: made.number,
    story: made.story,
    host: `WIN-${made.device}`,
    clientGuid: '',
    startUs: start + made.atMinute * minute + made.number,
    errorType: made.error,
    refused: made.refused ?? false,
    issueUs: made.issueMs * 1000,
  });
  const [root, ...rest] = trace.spans;
  const expires = new Date((start + made.expiresMinute * minute) / 1000).toISOString();
  const cached = {
    name: 'token.cached',
    timeUs: root.endUs,
    attributes: { 'ccm.token.expires_at': expires },
  };
  return { ...trace, spans: [{ ...root, events: [cached] }, ...rest] };
}

const made: fc.Arbitrary<Made> = fc.record({
  number: fc.integer({ min: 0, max: 60 }),
  device: fc.integer({ min: 0, max: 5 }),
  atMinute: fc.integer({ min: 0, max: 23 * 60 }),
  error: fc.constantFrom('', '', 'http_401', 'timeout'),
  refused: fc.boolean(),
  story: fc.constantFrom('token renewal', 'client registration'),
  issueMs: fc.integer({ min: 1, max: 900 }),
  expiresMinute: fc.integer({ min: 0, max: 48 * 60 }),
});

type Step = { readonly write: readonly Made[] } | { readonly keepFromMinute: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ write: fc.array(made, { minLength: 3, maxLength: 14 }) }) },
  { weight: 1, arbitrary: fc.record({ keepFromMinute: fc.integer({ min: 0, max: 12 * 60 }) }) },
);

async function take(store: Store, steps: readonly Step[]): Promise<void> {
  nowUs = end;
  for (const one of steps) {
    if ('write' in one) await store.write(one.write.map(traceOf));
    else await store.maintain({ maxAgeUs: end - (start + one.keepFromMinute * minute), maxBytes: 0 });
  }
}

/** Everything that summaries have a part in, asked several ways. */
async function answers(store: Store): Promise<unknown> {
  const fleet = async (sinceUs: number, untilUs: number, bucketUs: number): Promise<unknown> =>
    await store.fleet({ sinceUs, untilUs, bucketUs, top: 10, nowUs: end });
  const hosts = [0, 1, 2, 3, 4, 5].map((device) => `win-${device}`);
  return {
    day: await fleet(start, end, hour),
    part: await fleet(start + 3 * hour + 7 * minute, start + 9 * hour, 20 * minute),
    narrow: await fleet(start + 5 * hour + 1, start + 6 * hour, minute),
    overdue: await store.tokensOverdue(end),
    devices: await Promise.all(hosts.map(async (host) => await store.device(host, 50, end))),
    lists: await Promise.all(
      hosts.map(async (identity) => await store.list({ identity, outcome: 'error', limit: 50 })),
    ),
  };
}

async function rowsIn(query: string, place = folder): Promise<number[][]> {
  const instance = await DuckDBInstance.create(join(place, databaseFile));
  const connection = await instance.connect();
  const rows = await (await connection.run(query)).getRows();
  connection.closeSync();
  instance.closeSync();
  return rows.map((row) => row.map(Number));
}

async function settledNumber(place: string): Promise<number> {
  return (await rowsIn('SELECT trace_no FROM settled', place))[0]?.[0] ?? 0;
}

describe('A store whose traces are settled', () => {
  test('gives the same answers as one whose traces are not, whatever was written again or removed', async () => {
    let settledOnce = false;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
        const places = {
          settled: await mkdtemp(join(folder, 's-')),
          plain: await mkdtemp(join(folder, 'p-')),
        };
        const settled = await openStore(places.settled, { clock, settleTraces: 5, threads: 1 });
        const plain = await openStore(places.plain, { clock, threads: 1 });
        try {
          await take(settled, steps);
          await take(plain, steps);
          expect(await answers(settled)).toEqual(await answers(plain));
        } finally {
          await settled.close();
          await plain.close();
        }
        settledOnce ||= (await settledNumber(places.settled)) > 0;
        expect(await settledNumber(places.plain)).toBe(0);
      }),
      { numRuns: 10, endOnFailure: true },
    );
    expect(settledOnce).toBe(true);
  }, 120_000);

  test('forgets an expiry that no trace tells of any more, though a newer trace of the device stays', async () => {
    const store = await openStore(folder, { clock, settleTraces: 2 });
    const first = { number: 1, device: 1, atMinute: 1, error: '', story: 'token renewal', issueMs: 1 };
    await store.write([
      traceOf({ ...first, expiresMinute: 48 * 60 }),
      traceOf({ ...first, number: 2, atMinute: 600, expiresMinute: 500 }),
    ]);
    await store.maintain({ maxAgeUs: 0, maxBytes: 0 });
    expect(await store.tokensOverdue(end)).toEqual(new Map());
    await store.write([traceOf({ ...first, expiresMinute: 300 })]);
    expect(await store.tokensOverdue(end)).toEqual(new Map([['ABC', 1]]));
    await store.close();
  });

  test('settles runs as they fill, and the rest when it is kept up', async () => {
    const store = await openStore(folder, { clock, settleTraces: 10 });
    const traces = (from: number, count: number): Trace[] =>
      Array.from({ length: count }, (_, i) => madeTrace({ number: from + i, startUs: start + i }));
    await store.write(traces(0, 9));
    await store.write(traces(9, 40));
    await store.close();
    expect(await settledNumber(folder)).toBe(10);
    const again = await openStore(folder, { clock, settleTraces: 10 });
    await again.maintain({ maxAgeUs: 0, maxBytes: 0 });
    await again.close();
    expect(await settledNumber(folder)).toBe(40);
  });

  test('lies by device and by identity in long runs once it is kept up, and answers as before', async () => {
    const store = await openStore(folder, { clock, settleTraces: 10, threads: 1 });
    const traces = Array.from({ length: 165 }, (_, number) =>
      madeTrace({
        number,
        startUs: start + number,
        host: `WIN-${number % 7}`,
        clientGuid: '',
        refused: number % 2 === 0,
      }),
    );
    await store.write(traces);
    const before = await answers(store);
    await store.maintain({ maxAgeUs: 0, maxBytes: 0 });
    expect(await answers(store)).toEqual(before);
    await store.close();
    for (const [table, by] of [
      ['traces', 'device_no'],
      ['trace_identities', 'identity_no'],
    ]) {
      const rows = await rowsIn(`SELECT trace_no, ${by} FROM ${table}`);
      for (const [from, to] of [
        [0, 80],
        [80, 160],
      ] as const) {
        const run = rows.filter(([traceNo = 0]) => traceNo > from && traceNo <= to).map(([, by]) => by ?? 0);
        expect(run.length).toBeGreaterThanOrEqual(80);
        expect(run).toEqual(run.toSorted((a, b) => a - b));
      }
    }
    expect(await rowsIn('SELECT trace_no, merged FROM settled')).toEqual([[160, 160]]);
  });

  test('has no counts left when every trace is gone', async () => {
    const store = await openStore(folder, { clock, settleTraces: 5 });
    await store.write(
      Array.from({ length: 40 }, (_, number) => madeTrace({ number, startUs: start + number })),
    );
    await store.maintain({ maxAgeUs: 0, maxBytes: 0 });
    nowUs = end + 48 * hour;
    await store.maintain({ maxAgeUs: hour, maxBytes: 0 });
    await store.close();
    for (const table of ['outcome_slots', 'sts_slots', 'failures', 'devices'])
      expect([table, await rowsIn(`SELECT count(*) FROM ${table}`)]).toEqual([table, [[0]]]);
  });
});
