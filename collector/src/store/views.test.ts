import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { madeTrace, type TraceSpec } from '../../../test/support/traces.ts';
import { createIdentityQuery, createPrivacy } from '../model/privacy.ts';
import type { Trace } from '../model/span.ts';
import { openStore, type Store } from './index.ts';

const hour = 3_600_000_000;
const start = Date.parse('2026-03-01T00:00:00Z') * 1000;
let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-views-'));
  store = await openStore(folder);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** A renewal of a device at an hour; `expiresHour` is that of the token it cached. */
function renewal(
  number: number,
  device: string,
  atHour: number,
  more: Partial<TraceSpec> & { expiresHour?: number } = {},
): Trace {
  const { expiresHour, ...spec } = more;
  const trace = madeTrace({
    number,
    story: 'token renewal',
    host: device,
    clientGuid: '',
    startUs: start + atHour * hour,
    ...spec,
  });
  if (expiresHour === undefined) return trace;
  const [root, ...rest] = trace.spans;
  const expires = new Date((start + expiresHour * hour) / 1000).toISOString();
  const cached = { name: 'token.cached', timeUs: root.endUs, attributes: {} };
  return {
    ...trace,
    spans: [
      { ...root, attributes: { ...root.attributes, 'ccm.token.expires_at': expires }, events: [cached] },
      ...rest,
    ],
  };
}

/** Percentiles are told to within 2 %. */
const about = (...ms: number[]): unknown[] => [
  ...ms.map((one) => expect.closeTo(one, -Math.log10(one * 0.04)) as number),
  null,
];

const failed = (number: number, device: string, atHour: number): Trace =>
  renewal(number, device, atHour, { errorType: 'http_401' });

describe('store.device()', () => {
  test('gives nothing for an unknown device or for text that is no identity', async () => {
    await store.write([renewal(1, 'WIN-1', 0)]);
    expect(await store.device('WIN-2', 10, start)).toBeUndefined();
    expect(await store.device("' OR 1=1", 10, start)).toBeUndefined();
  });

  test('gathers attempts, identities and the current token', async () => {
    const traces = [
      renewal(1, 'WIN-1', 0, { expiresHour: 8 }),
      failed(2, 'WIN-1', 9),
      renewal(3, 'WIN-2', 1),
    ];
    await store.write(traces);
    const device = await store.device('win-1', 1, start + 10 * hour);
    expect(device).toMatchObject({
      identities: { hosts: ['WIN-1'], clientGuids: [] },
      attemptCount: 2,
      firstSeenUs: start,
      lastSeenUs: start + 9 * hour + 1_200_000,
      token: {
        state: 'overdue',
        expiresUs: start + 8 * hour,
        cachedUs: start + 1_200_000,
        traceId: traces[0]?.traceId,
      },
      sameCause: { errorType: 'http_401', diagnosis: '', traces: 1, devices: 1 },
    });
    expect(device?.attempts.map((attempt) => attempt.traceId)).toEqual([traces[1]?.traceId]);
  });

  test.each([
    ['valid', 7],
    ['expired', 8],
  ])('says %s of a token that runs out at 8 for a device last seen before, at %i', async (state, nowHour) => {
    await store.write([renewal(1, 'WIN-1', 0, { expiresHour: 8 })]);
    expect((await store.device('win-1', 1, start + nowHour * hour))?.token.state).toBe(state);
  });

  test('tells from a failed renewal alone that the old token ran out, and that none was cached', async () => {
    const trace = failed(1, 'WIN-1', 2);
    const [root] = trace.spans;
    const attributes = { 'ccm.token.expires_at': '2026-03-01T01:00:00' };
    const expiring = { name: 'token.expiring', timeUs: root.startUs, attributes };
    await store.write([{ ...trace, spans: [{ ...root, events: [expiring] }] }]);
    expect((await store.device('win-1', 1, start + 3 * hour))?.token).toEqual({
      state: 'overdue',
      expiresUs: start + hour,
      cachedUs: 0,
      traceId: '',
    });
    expect((await store.list({ limit: 1 })).rows[0]).not.toHaveProperty('tokenExpiresUs');
  });

  test('gives the expiry of a cached token in the list', async () => {
    await store.write([renewal(1, 'WIN-1', 0, { expiresHour: 8 }), renewal(2, 'WIN-1', 1)]);
    const rows = (await store.list({ limit: 5 })).rows;
    expect(rows.map((row) => row.tokenExpiresUs)).toEqual([undefined, start + 8 * hour]);
  });

  test('counts devices that failed alike within seven days before', async () => {
    await store.write([
      failed(1, 'WIN-1', 200),
      failed(2, 'WIN-2', 190),
      failed(3, 'WIN-2', 195),
      failed(4, 'WIN-3', 1),
      failed(5, 'WIN-4', 201),
      renewal(6, 'WIN-5', 199, { errorType: 'timeout' }),
    ]);
    expect((await store.device('win-1', 1, start))?.sameCause).toMatchObject({ traces: 3, devices: 2 });
  });
});

describe('A store with pseudonyms', () => {
  const sid = 'S-1-5-21-1004336348-1177238915-682003330-1001';
  const userId = 'E8838041-DB7A-42D5-B9AE-78813910E4CC';
  const privacy = { identities: 'pseudonymise', key: 'a key of sixteen characters' } as const;

  test.each([sid, userId])('finds a user by the real %s, which is written nowhere', async (identity) => {
    await store.close();
    store = await openStore(folder, { keysOf: createIdentityQuery(privacy) });
    const trace = renewal(1, 'WIN-1', 0);
    const users = { ...trace.identities, sids: [sid], entraUserIds: [userId] };
    await store.write([createPrivacy(privacy)({ ...trace, identities: users }), renewal(2, 'WIN-2', 1)]);
    const { rows } = await store.list({ identity, limit: 5 });
    expect(rows.map((row) => row.host)).toEqual(['WIN-1']);
    const device = await store.device(identity, 5, start);
    expect(device?.attemptCount).toBe(1);
    expect(JSON.stringify(device)).not.toContain(identity);
    const tags = { 'ccm.identity': identity };
    expect(await store.search({ service: 'ccm-client', tags, limit: 5 })).toHaveLength(1);
  });
});

describe('store.fleet()', () => {
  test('counts outcomes by story and bucket, errors, devices and overdue tokens', async () => {
    await store.write([
      renewal(1, 'WIN-1', 0, { expiresHour: 2, issueUs: 100_000 }),
      renewal(2, 'WIN-2', 1, { expiresHour: 20, issueUs: 300_000 }),
      failed(3, 'WIN-1', 2.5),
      failed(4, 'WIN-3', 2.7),
      renewal(5, 'WIN-9', 4),
    ]);
    const fleet = await store.fleet({
      sinceUs: start,
      untilUs: start + 4 * hour,
      bucketUs: hour,
      top: 10,
      nowUs: start + 10 * hour,
    });
    expect(fleet).toMatchObject({
      timesUs: [0, 1, 2, 3].map((at) => start + at * hour),
      outcomes: [{ story: 'token renewal', ok: [1, 1, 0, 0], error: [0, 0, 2, 0] }],
      sts: { count: [1, 1, 2, 0], p50Ms: about(100, 300, 300), p99Ms: about(100, 300, 300) },
      totals: { traces: 4, failed: 2, devices: 3 },
      overdue: { count: 1, devices: [{ host: 'WIN-1', clientGuid: '', expiresUs: start + 2 * hour }] },
    });
    expect(fleet.errors).toEqual([
      {
        errorType: 'http_401',
        diagnosis: '',
        story: 'token renewal',
        traces: 2,
        devices: 2,
        lastUs: start + 2.7 * hour,
        traceId: failed(4, 'WIN-3', 2.7).traceId,
        statusMessage: 'The request failed: http_401.',
      },
    ]);
    expect(await store.tokensOverdue(start + 10 * hour)).toEqual(new Map([['ABC', 1]]));
  });

  test('answers for an empty store, and never makes more than 1,000 buckets', async () => {
    const fleet = await store.fleet({ sinceUs: 0, untilUs: start, bucketUs: 1, top: 5, nowUs: start });
    expect(fleet.timesUs.length).toBeLessThanOrEqual(1000);
    expect(fleet).toMatchObject({
      outcomes: [],
      errors: [],
      totals: { traces: 0 },
      overdue: { count: 0, devices: [] },
    });
  });
});

describe('store.search()', () => {
  test('finds whole traces by service, operation, tags and duration of one span, newest first', async () => {
    const traces = [
      renewal(1, 'WIN-1', 0, { issueUs: 900_000 }),
      renewal(2, 'WIN-2', 1),
      failed(3, 'WIN-3', 2),
    ];
    await store.write(traces);
    const ids = async (query: Partial<Parameters<Store['search']>[0]>): Promise<number[]> =>
      (await store.search({ service: 'ccm-management-point', tags: {}, limit: 10, ...query })).map(
        (trace) => traces.findIndex((one) => one.traceId === trace.traceId) + 1,
      );
    expect(await ids({})).toEqual([3, 2, 1]);
    expect((await store.search({ service: 'ccm-client', tags: {}, limit: 1 }))[0]).toEqual(traces[2]);
    expect(await ids({ limit: 2 })).toEqual([3, 2]);
    expect(await ids({ operation: 'issue token', minDurationUs: 900_000 })).toEqual([1]);
    expect(await ids({ operation: 'token renewal' })).toEqual([]);
    expect(await ids({ service: 'ccm-client', tags: { error: 'true' } })).toEqual([3]);
    expect(
      await ids({ service: 'ccm-client', tags: { 'error.type': 'http_401', 'span.kind': 'internal' } }),
    ).toEqual([3]);
    expect(await ids({ tags: { 'thread.id': '4711', 'ccm.token.type': 'UDA' } })).toEqual([3, 2, 1]);
    expect(await ids({ tags: { "x'; DROP TABLE spans; --": '1' } })).toEqual([]);
    expect(await ids({ service: 'ccm-client', tags: { 'host.name': 'WIN-2' } })).toEqual([2]);
    expect(
      await ids({
        service: 'ccm-client',
        tags: { event: 'token.request.started', 'ccm.log.offset': '1024' },
      }),
    ).toEqual([3, 2, 1]);
    expect(await ids({ service: 'ccm-client', tags: { 'thread.id': '4711' } })).toEqual([]);
    expect(await ids({ sinceUs: start + hour, untilUs: start + hour })).toEqual([2]);
    expect(await ids({ service: 'nobody' })).toEqual([]);
    expect(await ids({ service: 'configmgr', operation: 'issue token' })).toEqual([3, 2, 1]);
  });

  test('finds the traces of a device by any of its identities in any spelling, and all by none', async () => {
    const clientGuid = '0123ABCD-0000-4000-8000-00000000BEEF';
    const traces = [renewal(1, 'WIN-1', 0), renewal(2, 'WIN-2', 1, { clientGuid })];
    await store.write(traces);
    const found = async (identity: string): Promise<readonly string[]> =>
      (await store.search({ service: 'ccm-client', tags: { 'ccm.identity': identity }, limit: 10 })).map(
        ({ traceId }) => traceId,
      );
    expect(await found('win-2')).toEqual([traces[1]?.traceId]);
    expect(await found(`GUID:{${clientGuid.toLowerCase()}}`)).toEqual([traces[1]?.traceId]);
    expect(await found('')).toHaveLength(2);
    expect(await found('WIN-3')).toEqual([]);
    expect(await found("'; --")).toEqual([]);
  });

  test('finds traces by how they ended as a whole', async () => {
    const traces = [renewal(1, 'WIN-1', 0), failed(2, 'WIN-1', 1), renewal(3, 'WIN-2', 2)];
    // A span that failed does not make the trace a failed one.
    const [root, ...others] = traces[2]!.spans;
    const refused = others.map((span) => ({ ...span, status: { code: 'error' as const, message: '' } }));
    await store.write([traces[0]!, traces[1]!, { ...traces[2]!, spans: [root, ...refused] }]);
    const found = async (tags: Readonly<Record<string, string>>): Promise<readonly number[]> =>
      (await store.search({ service: 'configmgr', tags, limit: 10 })).map(
        ({ traceId }) => traces.findIndex((one) => one.traceId === traceId) + 1,
      );
    expect(await found({ 'ccm.outcome': 'ok' })).toEqual([3, 1]);
    expect(await found({ 'ccm.outcome': 'error' })).toEqual([2]);
    expect(await found({ 'ccm.outcome': 'warning' })).toEqual([3]);
    expect(await found({ 'ccm.outcome': 'ok', 'ccm.identity': 'win-1' })).toEqual([1]);
    expect(await found({ 'ccm.outcome': 'ok', error: 'true' })).toEqual([3]);
    expect(await found({ 'ccm.outcome': 'any' })).toEqual([3, 2, 1]);
    expect(await found({ 'ccm.outcome': '' })).toEqual([3, 2, 1]);
    expect(await found({ 'ccm.outcome': "failed'; --" })).toEqual([]);
  });

  test('names services, their operations and who calls whom', async () => {
    await store.write([renewal(1, 'WIN-1', 0), renewal(2, 'WIN-2', 1)]);
    expect(await store.services()).toEqual(['ccm-client', 'ccm-management-point']);
    expect(await store.operations('ccm-management-point')).toEqual([{ name: 'issue token', kind: 'server' }]);
    expect(await store.operations('nobody')).toEqual([]);
    expect(await store.dependencies(start, start + 9 * hour)).toEqual([
      { parent: 'ccm-client', child: 'ccm-management-point', calls: 2 },
    ]);
    expect(await store.dependencies(0, 1)).toEqual([]);
  });
});

describe('openStore() for reading only', () => {
  test('reads what was written, device and fleet too, and refuses to write', async () => {
    await store.write([renewal(1, 'WIN-1', 0)]);
    await store.close();
    store = await openStore(folder, { readOnly: true });
    expect((await store.list({ limit: 5 })).rows).toHaveLength(1);
    expect((await store.device('win-1', 5, start))?.attemptCount).toBe(1);
    await expect(store.write([renewal(2, 'WIN-1', 0)])).rejects.toThrow('opened for reading only');
  });

  test('says how to make a store where there is none, and makes none', async () => {
    await expect(openStore(join(folder, 'none'), { readOnly: true })).rejects.toThrow(
      /^no store is in .*none: make one with ccmtrace ingest/,
    );
  });
});
