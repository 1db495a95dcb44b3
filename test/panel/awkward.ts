import type { PlainFrame } from './story-frames.ts';

/** `[id, parent, start, duration]`, milliseconds since the trace began. */
type Row = readonly [id: string, parent: string, start: number, duration: number];

const startMs = Date.UTC(2026, 2, 8, 7, 31, 46);

/** A Tempo frame with nothing but what a frame must have. */
function bareFrame(rows: readonly Row[], references: readonly unknown[] = []): PlainFrame {
  const field = (name: string, type: string, values: readonly unknown[]) => ({
    name,
    type,
    values,
    config: {},
  });
  return {
    name: 'Trace',
    refId: 'A',
    fields: [
      field(
        'traceID',
        'string',
        rows.map(() => 'f'.repeat(32)),
      ),
      field(
        'spanID',
        'string',
        rows.map(([id]) => id),
      ),
      field(
        'parentSpanID',
        'string',
        rows.map(([, parent]) => parent),
      ),
      field(
        'operationName',
        'string',
        rows.map(([id]) => id),
      ),
      field(
        'serviceName',
        'string',
        rows.map(() => 'shop'),
      ),
      field(
        'startTime',
        'number',
        rows.map(([, , start]) => startMs + start),
      ),
      field(
        'duration',
        'number',
        rows.map(([, , , duration]) => duration),
      ),
      field(
        'references',
        'other',
        rows.map((_, k) => references[k] ?? null),
      ),
    ],
  };
}

const link = [{ traceID: 'e'.repeat(32), spanID: '12'.repeat(8) }];

/** Traces that real systems send and views stumble over; the figure is how many spans must be shown. */
export const awkward: readonly (readonly [name: string, frame: PlainFrame, spans: number])[] = [
  ['one span without length', bareFrame([['only', '', 0, 0]]), 1],
  [
    'a child longer than its parent',
    bareFrame([
      ['parent', '', 0, 10],
      ['child', 'parent', 5, 500],
    ]),
    2,
  ],
  [
    'a child that ends after its parent, and one that begins before',
    bareFrame([
      ['parent', '', 100, 50],
      ['late', 'parent', 120, 100],
      ['early', 'parent', 60, 60],
    ]),
    3,
  ],
  [
    'a child before its parent',
    bareFrame([
      ['parent', '', 1000, 10],
      ['child', 'parent', 0, 5],
    ]),
    2,
  ],
  [
    'several roots',
    bareFrame([
      ['a', '', 0, 10],
      ['b', '', 5, 10],
      ['c', '', 2, 1],
    ]),
    3,
  ],
  [
    'orphans',
    bareFrame([
      ['a', 'gone', 0, 10],
      ['b', 'lost', 5, 10],
    ]),
    2,
  ],
  [
    'links only',
    bareFrame(
      [
        ['a', '', 0, 10],
        ['b', '', 20, 10],
      ],
      [link, link],
    ),
    2,
  ],
  [
    'a circle',
    bareFrame([
      ['a', 'b', 0, 10],
      ['b', 'a', 5, 10],
    ]),
    2,
  ],
  [
    'a clock that is years off',
    bareFrame([
      ['a', '', 0, 10],
      ['b', 'a', -1e11, 10],
    ]),
    2,
  ],
  [
    '22,000 levels',
    bareFrame(
      Array.from(
        { length: 22_000 },
        (_, k): Row => [`s${k}`, k === 0 ? '' : `s${k - 1}`, k / 100, 500 - k / 100],
      ),
    ),
    22_000,
  ],
];
