import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { madeTrace } from '../../../test/support/traces.ts';
import type { TraceQuery } from '../contract/trace-reader.ts';
import type { Span, Trace } from '../model/span.ts';
import { compact } from './compact.ts';
import { databaseFile } from './database.ts';
import { openStore, type Store } from './index.ts';

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-store-'));
  store = await openStore(folder);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** A trace with one of everything that a span can hold. */
function fullTrace(): Trace {
  const trace = madeTrace({ number: 7, errorType: 'http_401' });
  const root: Span = {
    ...trace.spans[0],
    attributes: {
      text: 'a\u0000b \u202e <script>alert(1)</script> ここ',
      whole: 9_007_199_254_740_991,
      part: 0.1,
      minus: -5,
      yes: true,
      'error.type': 'http_401',
      'ccm.diagnosis.id': 'sts-401',
    },
    events: [
      { name: 'b', timeUs: 5, attributes: {} },
      {
        name: 'a',
        timeUs: 5,
        attributes: {
          'log.file.path': 'x/y.log',
          'ccm.log.offset': 12,
          'ccm.log.time': '2020-06-24T15:31:46.376+00:00',
          'thread.id': 4711,
          'log.record.original': '<![LOG[x]LOG]!>\r\n',
          more: 1,
        },
      },
      {
        name: 'odd types',
        timeUs: 6,
        attributes: { 'log.file.path': 12, 'thread.id': 'main', 'ccm.log.offset': 1.5 },
      },
    ],
    links: [
      { traceId: 'f'.repeat(32), spanId: '0'.repeat(15) + '1', attributes: { 'ccm.link.confidence': 0.5 } },
    ],
  };
  const [, ...rest] = trace.spans;
  return {
    ...trace,
    spans: [root, ...rest],
    identities: {
      hosts: ['WIN-7', 'WIN-7.contoso.local'],
      clientGuids: ['7D4A1C2E-0B5F-4D3A-9E8C-112233445566'],
      entraDeviceIds: ['11111111-2222-3333-4444-555555555555'],
      entraUserIds: ['66666666-7777-8888-9999-aaaaaaaaaaaa'],
      sids: ['S-1-5-21-1-2-3-1001'],
      messageIds: ['99999999-8888-7777-6666-555555555555', 'not-a-guid'],
    },
  };
}

async function idsOf(query: Partial<TraceQuery>): Promise<string[]> {
  return (await store.list({ limit: 100, ...query })).rows.map((row) => row.traceId);
}

describe('store.get()', () => {
  test('gives back exactly the trace that was written', async () => {
    const trace = fullTrace();
    await store.write([madeTrace({ number: 1 }), trace, madeTrace({ number: 2 })]);
    expect(await store.get(trace.traceId)).toEqual(trace);
    expect(await store.get(trace.traceId.toUpperCase())).toEqual(trace);
  });

  test('gives nothing for an unknown or malformed id', async () => {
    await store.write([madeTrace({ number: 1 })]);
    expect(await store.get('0'.repeat(32))).toBeUndefined();
    expect(await store.get("' OR 1=1 --")).toBeUndefined();
  });

  test('keeps every record of a trace with more spans than a chunk of the database holds', async () => {
    const one = madeTrace({ number: 3 });
    const children = Array.from({ length: 5000 }, (_, i) => ({
      ...one.spans[0],
      spanId: (i + 1).toString(16).padStart(16, '0'),
      parentSpanId: one.spans[0].spanId,
    }));
    const trace: Trace = { ...one, spans: [one.spans[0], ...children] };
    await store.write([trace]);
    expect(await store.get(trace.traceId)).toEqual(trace);
  });
});

describe('store.write()', () => {
  test('changes nothing when the same trace comes again', async () => {
    const traces = [madeTrace({ number: 1 }), madeTrace({ number: 2 })];
    await store.write(traces);
    await store.write([traces[1] as Trace, traces[0] as Trace, traces[0] as Trace]);
    expect(await idsOf({})).toHaveLength(2);
    expect(await store.get(traces[0]?.traceId ?? '')).toEqual(traces[0]);
  });

  test('tells which traces were not there before', async () => {
    const traces = [1, 2, 3].map((number) => madeTrace({ number }));
    const [one, two, three] = traces.map(({ traceId }) => traceId);
    expect(await store.write(traces.slice(0, 2))).toEqual({ added: new Set([one, two]) });
    const changed = madeTrace({ number: 2, host: 'NEW' });
    expect(await store.write([madeTrace({ number: 1 }), changed, madeTrace({ number: 3 })])).toEqual({
      added: new Set([three]),
    });
    expect(await store.write([])).toEqual({ added: new Set() });
  });

  test('replaces a trace that changed, whole', async () => {
    const before = madeTrace({ number: 1, host: 'OLD' });
    const after = { ...madeTrace({ number: 1, host: 'NEW' }), spans: [fullTrace().spans[0]] as const };
    await store.write([before, madeTrace({ number: 2 })]);
    await store.write([{ ...after, spans: [{ ...after.spans[0], traceId: before.traceId }] }]);
    expect(await idsOf({})).toHaveLength(2);
    expect(await idsOf({ identity: 'OLD' })).toEqual([]);
    expect(await idsOf({ identity: 'NEW' })).toEqual([before.traceId]);
    expect((await store.get(before.traceId))?.spans).toHaveLength(1);
  });

  test('keeps all of many batches that are written at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) =>
        store.write([
          madeTrace({ number: 2 * i }),
          madeTrace({ number: 2 * i + 1 }),
          madeTrace({ number: 0 }),
        ]),
      ),
    );
    expect(new Set(await idsOf({})).size).toBe(40);
  });

  test('survives closing and opening again', async () => {
    await store.write([fullTrace()]);
    await store.close();
    store = await openStore(folder);
    await store.write([fullTrace(), madeTrace({ number: 8, host: 'WIN-7' })]);
    expect(await idsOf({ identity: 'win-7' })).toHaveLength(2);
    expect(await store.get(fullTrace().traceId)).toEqual(fullTrace());
  });
});

describe('store.list()', () => {
  test('gives newest first and pages without gap or overlap, also among equal times', async () => {
    await store.write(
      Array.from({ length: 25 }, (_, i) => madeTrace({ number: i, startUs: 1e15 + (i % 5) * 1e6 })),
    );
    const all = (await store.list({ limit: 100 })).rows;
    const paged: string[] = [];
    let after = '';
    do {
      const page = await store.list({ limit: 7, after });
      paged.push(...page.rows.map((row) => row.traceId));
      after = page.next;
    } while (after !== '');
    expect(paged).toEqual(all.map((row) => row.traceId));
    expect(all.map((row) => row.startUs)).toEqual(all.map((row) => row.startUs).sort((a, b) => b - a));
    expect(new Set(paged).size).toBe(25);
  });

  test('gives a row that says what a person looks for', async () => {
    const trace = fullTrace();
    await store.write([trace]);
    expect((await store.list({ limit: 1 })).rows).toEqual([
      {
        traceId: trace.traceId,
        story: 'token request',
        startUs: trace.spans[0].startUs,
        durationUs: 1_200_000,
        outcome: 'error',
        errorType: 'http_401',
        statusMessage: 'The request failed: http_401.',
        diagnosis: 'sts-401',
        host: 'WIN-7',
        clientGuid: '7D4A1C2E-0B5F-4D3A-9E8C-112233445566',
        spanCount: 2,
        tiers: ['client', 'management point'],
      },
    ]);
  });

  test('says of a trace that did not fail whether something in it did, of one that did with what status, also once the file was rewritten and in a copy', async () => {
    const traces = [
      madeTrace({ number: 1 }),
      madeTrace({ number: 2, refused: true }),
      madeTrace({ number: 3, refused: true, errorType: 'http_401', httpStatus: 401 }),
    ];
    const outcomes = async (from: Store): Promise<unknown> =>
      (await from.list({ limit: 9 })).rows.map(({ outcome, warned, httpStatus }) => [
        outcome,
        warned ?? httpStatus,
      ]);
    const expected = [
      ['error', '401'],
      ['warning', { span: 'issue token', subject: '' }],
      ['ok', undefined],
    ];
    await store.write(traces);
    expect(await outcomes(store)).toEqual(expected);
    expect((await store.device('win-2', 1, 0))?.attempts[0]).toMatchObject({
      outcome: 'warning',
      warned: { span: 'issue token' },
    });
    const range = { sinceUs: 0, untilUs: 2e15, bucketUs: 2e15, top: 1, nowUs: 0 };
    expect((await store.fleet(range)).outcomes).toEqual([{ story: 'token request', ok: [2], error: [1] }]);
    await store.backUp(join(folder, 'copy', databaseFile));
    const instance = await DuckDBInstance.create(join(folder, 'copy', databaseFile));
    const connection = await instance.connect();
    await compact(connection);
    connection.closeSync();
    instance.closeSync();
    const copy = await openStore(join(folder, 'copy'));
    expect(await outcomes(copy)).toEqual(expected);
    await copy.close();
  });

  test.each([
    '7d4a1c2e-0b5f-4d3a-9e8c-112233445566',
    'GUID:7D4A1C2E-0B5F-4D3A-9E8C-112233445566',
    '{11111111-2222-3333-4444-555555555555}',
    '66666666777788889999AAAAAAAAAAAA',
    's-1-5-21-1-2-3-1001',
    'win-7',
    'WIN-7.Contoso.local',
    '{99999999-8888-7777-6666-555555555555}',
    fullTrace().traceId,
    fullTrace().spans[1]?.spanId ?? '',
  ])('finds the trace by %j', async (identity) => {
    await store.write([madeTrace({ number: 1 }), fullTrace(), madeTrace({ number: 2 })]);
    expect(await idsOf({ identity })).toEqual([fullTrace().traceId]);
  });

  test.each(["x' OR 1=1 --", '', 'no such thing', 'WIN-77', '0'.repeat(32)])(
    'finds nothing by %j',
    async (identity) => {
      await store.write([fullTrace()]);
      expect(await idsOf({ identity })).toEqual([]);
    },
  );

  test('narrows by every filter', async () => {
    const good = madeTrace({ number: 1, startUs: 2e15, durationUs: 5e6, story: 'token renewal' });
    const bad = { ...fullTrace() };
    const plain = madeTrace({ number: 3, startUs: 1e15, durationUs: 1e6, issued: false });
    const warned = madeTrace({ number: 4, startUs: 0.9e15, durationUs: 2e6, refused: true });
    await store.write([good, bad, plain, warned]);
    const cases: [Partial<TraceQuery>, Trace[]][] = [
      [{ story: 'token renewal' }, [good]],
      [{ outcome: 'error' }, [bad]],
      [{ outcome: 'ok' }, [good, plain, warned]],
      [{ outcome: 'warning' }, [warned]],
      [{ errorType: 'http_401' }, [bad]],
      [{ diagnosis: 'sts-401' }, [bad]],
      [{ tier: 'management point' }, [good, bad, warned]],
      [{ tier: 'no such tier' }, []],
      [{ sinceUs: 2e15 }, [good]],
      [{ untilUs: 2e15, sinceUs: 1.1e15 }, [bad]],
      [{ minDurationUs: 5e6 }, [good]],
      [{ maxDurationUs: 1e6 }, [plain]],
      [{ outcome: 'ok', tier: 'client', maxDurationUs: 1e6 }, [plain]],
      [{ after: 'nonsense' }, []],
    ];
    for (const [query, expected] of cases) {
      expect([query, await idsOf(query)]).toEqual([query, expected.map((trace) => trace.traceId)]);
    }
  });
});

describe('openStore()', () => {
  test('refuses a folder that another process has open, and says to use its API', () => {
    const url = new URL('index.ts', import.meta.url).href;
    const code = `import(${JSON.stringify(url)}).then((m) => m.openStore(process.argv[1])).catch((e) => console.log(e.name + ': ' + e.message))`;
    const child = spawnSync(process.execPath, ['-e', code, folder], { encoding: 'utf8' });
    expect(child.stdout).toMatch(
      /^Failure: the store in .* is in use by another process \(\d+\): ask that collector over its API/,
    );
  });

  test('refuses a file that is no database, and leaves it as it was', async () => {
    const other = await mkdtemp(join(tmpdir(), 'ccmtrace-store-'));
    try {
      await writeFile(join(other, 'traces.duckdb'), 'this is not a database '.repeat(500));
      await expect(openStore(other)).rejects.toThrow(
        /^the store .* cannot be read: .*not a valid DuckDB database.*; restore a backup/,
      );
      expect(await readdir(other)).toEqual(['traces.duckdb']);
    } finally {
      await rm(other, { recursive: true });
    }
  });

  test('refuses a folder that cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openStore(join(folder, 'file', 'store'))).rejects.toThrow(
      /folder .* cannot be made: .*; give another folder/,
    );
  });

  test('lets go of the folder when it is closed, also twice', async () => {
    await store.close();
    await store.close();
    const url = new URL('index.ts', import.meta.url).href;
    const code = `import(${JSON.stringify(url)}).then((m) => m.openStore(process.argv[1])).then((s) => s.close()).then(() => console.log('opened'))`;
    expect(spawnSync(process.execPath, ['-e', code, folder], { encoding: 'utf8' }).stdout).toBe('opened\n');
  });
});
