import type { Field } from '@grafana/data';
import { describe, expect, it } from 'vitest';
import { flagDetached, flagLinks, flagPartial, flagWarning } from '../model/span-table.ts';
import type { Frame } from './columns.ts';
import { readFrames } from './read-frames.ts';

function frame(
  columns: Readonly<Record<string, readonly unknown[]>>,
  units: Readonly<Record<string, string>> = {},
): Frame {
  const fields = Object.entries(columns).map(
    ([name, values]) =>
      ({
        name,
        type: 'other',
        values,
        config: units[name] === undefined ? {} : { unit: units[name] },
      }) as unknown as Field,
  );
  return { fields, length: Math.max(0, ...Object.values(columns).map((values) => values.length)) };
}

const tempo = {
  traceID: ['t1', 't1'],
  spanID: ['a', 'b'],
  parentSpanID: ['', 'a'],
  operationName: ['token renewal', 'token request'],
  serviceName: ['ccm-client', 'ccm-client'],
  kind: ['internal', 'consumer'],
  statusCode: [2, 1],
  statusMessage: ['it failed', ''],
  startTime: [1000.25, 1001],
  duration: [412.5, 4],
  serviceTags: [
    [
      { key: 'service.name', value: 'ccm-client' },
      { key: 'host.name', value: 'WIN-042' },
      { key: 'ccm.clock.offset_ms', value: -840 },
    ],
    [],
  ],
  tags: [
    [
      { key: 'error.type', value: 'http_403' },
      { key: 'a.list', value: '["x","y"]' },
    ],
    [
      { key: 'error.type', value: 'entra_device_token' },
      { key: 'ccm.link.confidence', value: '0.93' },
      { key: 'ccm.story.partial', value: true },
    ],
  ],
  logs: [null, [{ timestamp: 1001.5, name: 'token.cached', fields: [{ key: 'ccm.log.offset', value: 12 }] }]],
  references: [null, [{ traceID: 't2', spanID: 'c', tags: [] }]],
};

const jaeger = {
  traceID: ['t1'],
  spanID: ['a'],
  parentSpanID: [null],
  operationName: ['GET'],
  serviceName: ['shop'],
  startTime: [5],
  duration: [2],
  serviceTags: [[{ key: 'hostname', type: 'string', value: 'h' }]],
  tags: [
    [
      { key: 'span.kind', type: 'string', value: 'server' },
      { key: 'error', type: 'bool', value: true },
      { key: 'otel.status_description', type: 'string', value: 'boom' },
      { key: 'http.status_code', type: 'int64', value: '503' },
    ],
  ],
  logs: [[{ timestamp: 6, fields: [{ key: 'event', type: 'string', value: 'retry' }] }]],
  references: [[]],
};

describe('readFrames()', () => {
  it('reads a Tempo trace with its columns, tags, records and links', () => {
    const [table] = readFrames([frame(tempo)]).traces;
    expect(table).toMatchObject({ traceId: 't1', count: 2, ids: ['a', 'b'], hosts: ['WIN-042', ''] });
    expect([...table!.startMs]).toEqual([1000.25, 1001]);
    expect([...table!.status]).toEqual([2, 1]);
    expect([...table!.flags]).toEqual([0, flagWarning | flagPartial | flagDetached | flagLinks]);
    expect(table!.confidence[1]).toBeCloseTo(0.93);
    expect(table!.clockOffsetMs[0]).toBe(-840);
    expect(table!.detail(0)).toMatchObject({
      statusMessage: 'it failed',
      attributes: [
        { key: 'error.type', value: 'http_403' },
        { key: 'a.list', value: '["x","y"]' },
      ],
    });
    expect(table!.detail(1)).toMatchObject({
      kind: 'consumer',
      records: [{ name: 'token.cached', timeMs: 1001.5, attributes: [{ key: 'ccm.log.offset', value: 12 }] }],
      links: [{ traceId: 't2', spanId: 'c' }],
    });
  });

  it('reads a Jaeger trace, whose kind and status are tags', () => {
    const [table] = readFrames([frame(jaeger)]).traces;
    expect([...table!.status]).toEqual([2]);
    expect(table!.hosts).toEqual(['h']);
    expect(table!.detail(0)).toMatchObject({
      kind: 'server',
      statusMessage: 'boom',
      records: [{ name: 'retry' }],
    });
    expect(table!.detail(0).attributes).toContainEqual({ key: 'http.status_code', value: 503 });
  });

  it('finds traces among other frames, and the row of each span', () => {
    const graph = frame({ id: ['x'], title: ['shop'] });
    const two = frame({ ...jaeger, traceID: ['t9'] });
    const found = readFrames([graph, frame(tempo), graph, two, frame(tempo)]);
    expect(found.traces.map(({ traceId }) => traceId)).toEqual(['t1', 't9']);
    expect(Array.from(found.places.get('t1')!.rows)).toEqual([0, 1]);
  });

  it('takes several traces out of one frame', () => {
    const mixed = { ...tempo, traceID: ['t1', 't2'] };
    const found = readFrames([frame(mixed)]);
    expect(found.traces.map(({ traceId, count }) => [traceId, count])).toEqual([
      ['t1', 1],
      ['t2', 1],
    ]);
    expect(Array.from(found.places.get('t2')!.rows)).toEqual([1]);
  });

  it("reads Tempo's and Jaeger's search results in their own units", () => {
    const ofTempo = frame(
      {
        traceID: ['t1'],
        startTime: [1000],
        traceService: ['ccm-client'],
        traceName: ['token renewal'],
        traceDuration: [412],
      },
      { traceDuration: 'ms' },
    );
    const ofJaeger = frame(
      { traceID: ['t2'], traceName: ['ccm-client: token renewal'], startTime: [1000], duration: [412_000] },
      { duration: 'µs' },
    );
    for (const row of readFrames([ofTempo, ofJaeger]).rows) {
      expect(row).toMatchObject({
        name: 'token renewal',
        services: ['ccm-client'],
        startMs: 1000,
        durationMs: 412,
        outcome: 'unknown',
      });
    }
  });

  it('takes the outcome of search results out of the names that the collector gives when it is asked', () => {
    const found = (...names: readonly string[]) =>
      frame({ traceID: names.map((_, k) => `t${k}`), traceName: names, startTime: names.map(() => 1000) });
    const read = (...frames: readonly Frame[]) =>
      readFrames(frames).rows.map(({ traceId, name, outcome }) => [traceId, name, outcome]);
    const told = found(
      'ccm-client: token renewal (failed)',
      'ccm-client: token renewal (ok)',
      'ccm-client: token renewal (warning)',
      'ccm-client: x',
    );
    expect(read(told)).toEqual([
      ['t0', 'token renewal', 'error'],
      ['t1', 'token renewal', 'ok'],
      ['t2', 'token renewal', 'warning'],
      ['t3', 'x', 'unknown'],
    ]);
    // Whoever else ends a name like that means something else.
    expect(read(found('shop: retry (failed)'))).toEqual([['t0', 'retry (failed)', 'unknown']]);
    // What one query does not tell, another may, in whichever order they come.
    const untold = found('ccm-client: token renewal');
    const failed = [['t0', 'token renewal', 'error']];
    expect(read(untold, found('ccm-client: token renewal (failed)'))).toEqual(failed);
    expect(read(found('ccm-client: token renewal (failed)'), untold)).toEqual(failed);
  });

  it('reads a table of attempts with outcomes and expiries', () => {
    const table = frame({
      trace_id: ['t1', ''],
      start: ['2026-03-08T07:31:46Z', 'never'],
      outcome: ['error', ''],
      'ccm.token.expires_at': ['2026-03-08T15:00:00Z', ''],
    });
    expect(readFrames([table]).rows).toMatchObject([
      {
        traceId: 't1',
        outcome: 'error',
        startMs: Date.UTC(2026, 2, 8, 7, 31, 46),
        tokenExpiresMs: Date.UTC(2026, 2, 8, 15),
      },
    ]);
  });

  it('says which fields it found where there is no trace', () => {
    const found = readFrames([frame({ trace: [] }), frame({ time: [1], value: [2] })]);
    expect(found).toMatchObject({ traces: [], rows: [], fields: ['trace', 'time, value'] });
  });

  it('survives cells of every wrong kind', () => {
    const odd = [null, undefined, 7, 'x', '[', '[1,{"key":5}]', {}, [null, 3, { key: 4 }], Number.NaN, true];
    for (const cell of odd) {
      const broken = Object.fromEntries(Object.keys(tempo).map((name) => [name, [cell]]));
      const { traces } = readFrames([frame({ ...broken, traceID: ['t'], spanID: ['s'] })]);
      expect(traces).toHaveLength(1);
      expect(traces[0]!.detail(0).records.length).toBeLessThanOrEqual(3);
      expect(traces[0]!.durationMs[0]).toBeGreaterThanOrEqual(0);
    }
  });

  it('reads columns only: 100,000 spans in well under the second that rows would take', () => {
    const many = Object.fromEntries(
      Object.entries(tempo).map(([name, values]) => [
        name,
        Array.from({ length: 100_000 }, (_, k) =>
          name === 'spanID' ? `s${k}` : name === 'traceID' ? 't' : values[k % 2],
        ),
      ]),
    );
    const begin = performance.now();
    expect(readFrames([frame(many)]).traces[0]?.count).toBe(100_000);
    expect(performance.now() - begin).toBeLessThan(1500);
  });
});
