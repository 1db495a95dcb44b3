import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { toOtlp } from '../../collector/src/model/otlp.ts';
import type { Span, Trace } from '../../collector/src/model/span.ts';
import { summarise } from '../../collector/src/store/summarise.ts';
import { summarise as rowOf } from '../../grafana-plugin/src/layout/summarise.ts';
import { readOtlp } from '../../grafana-plugin/src/page/otlp.ts';
import { readLogFiles } from '../support/log-files.ts';
import { createTracer } from '../support/trace-of.ts';
import { madeTrace } from '../support/traces.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const goldens = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`${folder}${entry.name}/logs`))
  .map(({ name }) => `${folder}${name}/logs`);
const sample = fileURLToPath(new URL('../../collector/sample', import.meta.url));

/** What a list says of a trace: as the store keeps it, and as the view says it of the whole trace. */
function said(trace: Trace): readonly [stored: object, viewed: object] {
  const { failed, warned, httpStatus } = summarise(trace);
  const outcome = failed ? 'error' : warned === undefined ? 'ok' : 'warning';
  const row = rowOf(readOtlp(toOtlp([trace]))[0]!);
  return [
    { outcome, warned: warned && { name: warned.span, subject: warned.subject }, httpStatus },
    { outcome: row.outcome, warned: row.warned, httpStatus: row.httpStatus },
  ];
}

describe('what lists say of the traces of the goldens and the sample', () => {
  let traces: readonly Trace[];
  beforeAll(async () => {
    const tracer = await createTracer();
    const logs = await Promise.all([sample, ...goldens].map(async (each) => readLogFiles(each)));
    traces = logs.flatMap((files) => tracer.tracesOf(files));
  });

  it('is what the view says of them', () => {
    for (const trace of traces) {
      const [stored, viewed] = said(trace);
      expect([trace.spans[0].name, stored]).toEqual([trace.spans[0].name, viewed]);
    }
  });

  it('names warnings and statuses', () => {
    const facts = traces.map(summarise);
    expect(new Set(facts.map(({ warned }) => warned?.subject))).toContain('device');
    expect(new Set(facts.map(({ httpStatus }) => httpStatus))).toEqual(
      new Set(['', '400', '401', '403', '404', '500', '503']),
    );
  });
});

interface Part {
  readonly id: string;
  readonly under?: string;
  /** Start and end, microseconds since the trace began. */
  readonly at: readonly [number, number];
  readonly failed?: boolean;
  readonly kind?: string;
  readonly status?: number;
  readonly host?: string;
}

/** A trace of parts that are named by their ids. */
function composed(...parts: readonly [Part, ...Part[]]): Trace {
  const { traceId, spans, identities } = madeTrace({ number: 1, issued: false });
  const spanOf = ({ id, under = '', at, failed = false, kind, status, host = 'WIN-1' }: Part): Span => ({
    ...spans[0],
    spanId: id.padStart(16, '0'),
    parentSpanId: under === '' ? '' : under.padStart(16, '0'),
    name: id,
    startUs: spans[0].startUs + at[0],
    endUs: spans[0].startUs + at[1],
    resource: { ...spans[0].resource, host },
    status: failed ? { code: 'error', message: '' } : { code: 'ok', message: '' },
    attributes: {
      ...(kind === undefined ? {} : { 'error.type': kind }),
      ...(status === undefined ? {} : { 'http.response.status_code': status }),
    },
  });
  const [root, ...rest] = parts;
  return { traceId, identities, spans: [spanOf(root), ...rest.map(spanOf)] };
}

const well: Part = { id: 'a', at: [0, 1000] };
const bad: Part = { ...well, failed: true, kind: 'http_403' };

describe('what a list says of a trace', () => {
  it.each<[string, Trace, string]>([
    [
      'with a failure below a later one, the deeper',
      composed(
        well,
        { id: 'b', under: 'a', at: [10, 20], failed: true },
        { id: 'c', under: 'a', at: [30, 90] },
        { id: 'd', under: 'c', at: [40, 50], kind: 'http_500' },
      ),
      'd',
    ],
    [
      'with two as deep, the first in the tree, not the one that began first',
      composed(
        well,
        { id: 'b', under: 'a', at: [10, 900] },
        { id: 'c', under: 'a', at: [20, 90] },
        { id: 'd', under: 'c', at: [30, 50], failed: true },
        { id: 'e', under: 'b', at: [60, 70], failed: true },
      ),
      'e',
    ],
    [
      'with two that began at once on two hosts, the one whose host comes first',
      composed(
        well,
        { id: 'b', under: 'a', at: [10, 20], failed: true, host: 'Z' },
        { id: 'c', under: 'a', at: [10, 20], failed: true, host: 'B' },
      ),
      'c',
    ],
    [
      'with a span whose parent is not there, that span as a root of its own',
      composed(
        well,
        { id: 'b', under: 'f', at: [5, 50] },
        { id: 'c', under: 'b', at: [10, 20], failed: true },
        { id: 'd', under: 'a', at: [30, 40], kind: 'http_500' },
      ),
      'd',
    ],
    [
      'where only what is below a span without its parent did not succeed',
      composed(
        well,
        { id: 'b', under: 'f', at: [5, 50] },
        { id: 'c', under: 'b', at: [10, 20], failed: true },
      ),
      'c',
    ],
  ])('that was well %s', (_, trace, expected) => {
    const [stored, viewed] = said(trace);
    expect(stored).toEqual({ outcome: 'warning', warned: { name: expected, subject: '' }, httpStatus: '' });
    expect(stored).toEqual(viewed);
  });

  it.each<[string, Trace, string]>([
    ['the root’s own status where nothing below failed', composed({ ...bad, status: 403 }), '403'],
    [
      'the status of the failure that ended last',
      composed(
        { ...bad, kind: 'no_token' },
        { id: 'b', under: 'a', at: [10, 90], failed: true, kind: 'x', status: 401 },
        { id: 'c', under: 'a', at: [20, 80], failed: true, kind: 'y', status: 500 },
      ),
      '401',
    ],
    [
      'the status of the failure of its own kind, though another ended later',
      composed(
        bad,
        { id: 'b', under: 'a', at: [10, 20], failed: true, kind: 'http_403', status: 403 },
        { id: 'c', under: 'a', at: [30, 40], failed: true, kind: 'entra_device_token', status: 500 },
      ),
      '403',
    ],
    [
      'the status of the failed span above where the one that decided has none, past one that was well',
      composed(
        { ...bad, status: 502 },
        { id: 'b', under: 'a', at: [10, 90], failed: true, kind: 'http_403', status: 403 },
        { id: 'c', under: 'b', at: [20, 80] },
        { id: 'd', under: 'c', at: [30, 40], failed: true, kind: 'other' },
      ),
      '403',
    ],
    [
      'no status where only what was got over has one',
      composed(
        { ...bad, kind: 'no_token' },
        { id: 'b', under: 'a', at: [10, 20], failed: true, status: 500 },
        { id: 'c', under: 'a', at: [30, 40], failed: true },
      ),
      '',
    ],
    [
      'the status of the last of many',
      composed(
        bad,
        ...Array.from({ length: 65 }, (__, i): Part => {
          const kind = i === 3 ? 'http_403' : 'other';
          return { id: `b${i}`, under: 'a', at: [i, i + 1], failed: true, kind, status: 400 + i };
        }),
      ),
      '464',
    ],
  ])('that failed: %s', (_, trace, expected) => {
    const [stored, viewed] = said(trace);
    expect(stored).toEqual({ outcome: 'error', warned: undefined, httpStatus: expected });
    expect(stored).toEqual(viewed);
  });
});
