import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { madeTrace } from '../../../test/support/traces.ts';
import { databaseFile } from './database.ts';
import { openStore } from './index.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { migrations } from './schema.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-migrate-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Rows as a store of version 1 kept them: written out, so that today's code cannot change them. */
const rowsOfVersion1 = [
  `INSERT INTO traces VALUES (1, 1::UHUGEINT, 7, 5, 'token renewal', 1000000, 2000000, true, 'http_401', 'It failed.',
    'sts-401', 'WIN-1', 'ABC', '', 2, 9, 86400000000,
    '{"hosts":["WIN-1"],"clientGuids":[],"entraDeviceIds":[],"entraUserIds":[],"sids":[],"messageIds":[]}')`,
  `INSERT INTO spans VALUES (1, 0, 11, NULL, 'token renewal', 0, 1000000, 2000000, 0, 'WIN-1', 'ABC', 0, 5, 2,
    'It failed.', 'http_401', '{"error.type":"http_401"}'),
    (1, 1, 12, 11, 'issue token', 1, 1500000, 500000, 3, 'MP01', 'ABC', 1.5, 20, 0, '', '', '{}')`,
  `INSERT INTO span_events VALUES (1, 0, 0, 'token.cached', 1000000, 'x.log', 12, '1970-01-01T00:00:01+00:00', 4, 'a', NULL)`,
  `INSERT INTO span_links VALUES (1, 1, 0, 255::UHUGEINT, 16, '{"ccm.link.confidence":0.5}')`,
  `INSERT INTO identities VALUES (1, 'host', 'win-1'), (2, 'host_short', 'win-1')`,
  `INSERT INTO trace_identities VALUES (1, 1), (2, 1)`,
  `INSERT INTO destinations VALUES ('tempo', 0, 0)`,
];

async function makeStore(version: number): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, databaseFile));
  const connection = await instance.connect();
  await migrate(connection, migrations.slice(0, 1));
  for (const statement of rowsOfVersion1) await connection.run(statement);
  await migrate(connection, migrations.slice(0, version));
  expect(await schemaVersion(connection)).toBe(version);
  connection.closeSync();
  instance.closeSync();
}

/** What settling that trace wrote from version 5 on; identity 3 is its device. */
const rowsOfSettled = [
  'UPDATE settled SET trace_no = 1',
  'UPDATE trace_identities SET device_no = 3',
  "INSERT INTO outcome_slots VALUES (0, 'token renewal', true, 1)",
  'INSERT INTO sts_slots VALUES (0, 656, 1)',
  "INSERT INTO failures VALUES (1, 1::UHUGEINT, 1000000, 'token renewal', 'http_401', 'sts-401', 'It failed.', 3)",
  "INSERT INTO devices VALUES (3, 1000000, 3000000, 86400000000, 'WIN-1', '', 1::UHUGEINT)",
];

async function run(statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, databaseFile));
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

describe('migrate()', () => {
  test.each(migrations.map((step) => [step.version]))(
    'brings a store of version %i to the newest, with its rows',
    async (version) => {
      await makeStore(version);
      const store = await openStore(folder);
      const trace = await store.get('1'.padStart(32, '0'));
      expect(trace?.spans.map((span) => [span.name, span.resource.host, span.startUs, span.endUs])).toEqual([
        ['token renewal', 'WIN-1', 1_000_000, 3_000_000],
        ['issue token', 'MP01', 1_500_000, 2_000_000],
      ]);
      expect(trace?.spans[0].events).toHaveLength(1);
      expect(trace?.spans[1]?.links[0]?.traceId).toBe('ff'.padStart(32, '0'));
      const device = await store.device('win-1', 5, 90_000_000_000);
      expect(device).toMatchObject({
        attemptCount: 1,
        token: { state: 'expired', expiresUs: 86_400_000_000 },
      });
      expect(
        await store.fleet({ sinceUs: 0, untilUs: 10_000_000, bucketUs: 1e7, top: 5, nowUs: 0 }),
      ).toMatchObject({
        totals: { traces: 1, failed: 1, devices: 1 },
      });
      await store.write([madeTrace({ number: 1 })]);
      expect((await store.outbox.read('tempo', { maxTraces: 9, maxSpans: 99 }))?.traces).toHaveLength(2);
      await store.close();
    },
  );

  test.each([5, 6, 7])(
    'keeps the summaries of a store of version %i whose traces are settled',
    async (version) => {
      await makeStore(version);
      await run(rowsOfSettled);
      const store = await openStore(folder, { clock: { nowUs: () => 0 }, settleTraces: 1 });
      const fleet = async (): Promise<unknown> => {
        const range = {
          sinceUs: 0,
          untilUs: 300_000_000,
          bucketUs: 300_000_000,
          top: 5,
          nowUs: 90_000_000_000,
        };
        const { totals, sts, errors, overdue } = await store.fleet(range);
        return {
          totals,
          issued: sts.count,
          errors: errors.map((one) => one.traceId),
          overdue: overdue.count,
        };
      };
      const one = '1'.padStart(32, '0');
      expect(await fleet()).toEqual({
        totals: { traces: 1, failed: 1, devices: 1 },
        issued: [1],
        errors: [one],
        overdue: 0,
      });
      // A settled trace that is replaced leaves the summaries; were it not in them, they would be below nothing.
      const [trace] = [await store.get(one)];
      if (trace === undefined) throw new Error('the trace is gone');
      await store.write([{ ...trace, spans: [{ ...trace.spans[0], status: { code: 'ok', message: '' } }] }]);
      expect(await fleet()).toMatchObject({
        totals: { traces: 1, failed: 0, devices: 1 },
        issued: [0],
        errors: [],
      });
      await store.maintain({ maxAgeUs: 0, maxBytes: 0 });
      expect(await fleet()).toMatchObject({
        totals: { traces: 1, failed: 0, devices: 1 },
        issued: [0],
        errors: [],
      });
      expect((await store.device('win-1', 5, 0))?.attemptCount).toBe(1);
      await store.close();
    },
  );

  test.each([6, 7])(
    'knows no warnings of what a store of version %i holds, and those of what is written again',
    async (version) => {
      await makeStore(version);
      await run(['UPDATE traces SET failed = false', 'UPDATE spans SET status = 2 * position']);
      const store = await openStore(folder);
      const outcomes = async (): Promise<unknown> =>
        (await store.list({ limit: 5 })).rows.map(({ outcome, warned }) => [outcome, warned]);
      expect(await outcomes()).toEqual([['ok', undefined]]);
      expect((await store.list({ limit: 5, outcome: 'warning' })).rows).toEqual([]);
      const trace = await store.get('1'.padStart(32, '0'));
      if (trace === undefined) throw new Error('the trace is gone');
      await store.write([trace]);
      expect(await outcomes()).toEqual([['warning', { span: 'issue token', subject: '' }]]);
      await store.close();
    },
  );

  test('brings an older store up to date also where it is opened for reading only', async () => {
    await makeStore(1);
    const store = await openStore(folder, { readOnly: true });
    expect((await store.list({ limit: 1 })).rows).toHaveLength(1);
    await store.close();
  });

  test.each([false, true])('refuses a store that a newer program made (read only: %s)', async (readOnly) => {
    await makeStore(migrations.length);
    const instance = await DuckDBInstance.create(join(folder, databaseFile));
    const connection = await instance.connect();
    await connection.run('INSERT INTO schema_version VALUES (99)');
    connection.closeSync();
    instance.closeSync();
    await expect(openStore(folder, { readOnly })).rejects.toThrow(
      /^the store cannot be opened: its schema has version 99 and this program knows up to \d+; use the newer ccmtrace/,
    );
  });

  test('leaves the store as it was when a step fails', async () => {
    await makeStore(1);
    const instance = await DuckDBInstance.create(join(folder, databaseFile));
    const connection = await instance.connect();
    const broken = { version: 2, statements: ['ALTER TABLE traces ADD COLUMN x INTEGER', 'SELECT nonsense'] };
    await expect(migrate(connection, [...migrations.slice(0, 1), broken])).rejects.toThrow('nonsense');
    expect(await schemaVersion(connection)).toBe(1);
    connection.closeSync();
    instance.closeSync();
    const store = await openStore(folder);
    expect((await store.list({ limit: 5 })).rows).toHaveLength(1);
    await store.close();
  });
});
