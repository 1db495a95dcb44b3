import { describe, expect, it } from 'vitest';
import type { TraceRow } from '../model/trace-row.ts';
import { buildTimeline } from './attempts.ts';

const hour = 3_600_000;

function row(at: number, change: Partial<TraceRow> = {}): TraceRow {
  return {
    traceId: `t${at}`,
    name: 'token renewal',
    startMs: at * hour,
    durationMs: 1000,
    outcome: 'ok',
    errorType: '',
    httpStatus: '',
    message: '',
    diagnosis: '',
    host: 'W',
    clientGuid: 'G',
    spanCount: 4,
    services: [],
    tokenExpiresMs: undefined,
    ...change,
  };
}

describe('buildTimeline()', () => {
  it('shows when a token was good and for how long it was missing', () => {
    const rows = [
      row(0, { tokenExpiresMs: 8 * hour }),
      row(7, { tokenExpiresMs: 15 * hour }),
      row(16, { outcome: 'error' }),
    ];
    const timeline = buildTimeline(rows, 100, 20 * hour);
    expect(
      timeline?.tokens[0]?.bands.map(({ kind, fromMs, toMs, lasts }) => [
        kind,
        Math.floor(fromMs / hour),
        Math.floor(toMs / hour),
        lasts,
      ]),
    ).toEqual([
      ['valid', 0, 15, false],
      ['overdue', 15, 20, true],
    ]);
  });

  it('takes tokens that had run out when they came for one gap', () => {
    const rows = [0, 10, 11, 12].map((at) => row(at, { tokenExpiresMs: 8 * hour }));
    const bands = buildTimeline(rows, 100, 20 * hour)?.tokens[0]?.bands;
    expect(bands?.map(({ kind }) => kind)).toEqual(['valid', 'overdue']);
    expect(bands?.[1]).toMatchObject({ fromMs: 8 * hour, toMs: 20 * hour });
  });

  it('tells tokens of several devices apart, and says nothing of those of a fleet', () => {
    const of = (devices: number) =>
      Array.from({ length: devices }, (_, k) =>
        row(k, { tokenExpiresMs: (k + 1) * hour, clientGuid: `G${k}`, host: k === 0 ? '' : `W${k}` }),
      );
    const tokens = buildTimeline(of(2), 100, 9 * hour)?.tokens;
    expect(tokens?.map(({ device, bands }) => [device, bands.map(({ kind }) => kind)])).toEqual([
      ['G0', ['valid', 'overdue']],
      ['W1', ['valid', 'overdue']],
    ]);
    expect(buildTimeline(of(5), 100, 9 * hour)?.tokens).toHaveLength(5);
    expect(buildTimeline(of(6), 100, 9 * hour)?.tokens).toEqual([]);
  });

  it('counts what was well with warnings apart from what was well', () => {
    const rows = [row(0), row(0.001, { outcome: 'warning' }), row(0.002, { outcome: 'unknown' })];
    expect(buildTimeline(rows, 1, 0)?.lines[0]?.marks).toMatchObject([
      { ok: 1, warned: 1, failed: 0, unknown: 1 },
    ]);
  });

  it('draws a fleet with as many marks as fit, and loses no attempt', () => {
    const rows = Array.from({ length: 50_000 }, (_, k) =>
      row(k / 1000, { traceId: `x${k}`, outcome: k % 10 === 0 ? 'error' : 'ok' }),
    );
    const line = buildTimeline(rows, 80, 0)?.lines[0];
    expect(line?.marks.length).toBeLessThanOrEqual(80);
    expect(line?.marks.reduce((sum, mark) => sum + mark.ok, 0)).toBe(45_000);
    expect(line?.marks.reduce((sum, mark) => sum + mark.failed, 0)).toBe(5000);
  });

  it('keeps the marks of many attempts apart, and that of one where it began', () => {
    const rows = [0.9, 0.95, 1.05, 1.1, 3].map((at) => row(at, { traceId: `x${at}` }));
    const timeline = buildTimeline([...rows, row(4, { name: 'other' }), row(0, { name: 'other' })], 4, 0)!;
    const marks = timeline.lines.find(({ story }) => story === 'token renewal')!.marks;
    const width = (timeline.range.toMs - timeline.range.fromMs) / 4;
    expect(marks.map(({ ok }) => ok)).toEqual([2, 2, 1]);
    expect(marks[1]!.atMs - marks[0]!.atMs).toBeCloseTo(width, 3);
    expect(marks[2]!.atMs).toBe(3 * hour);
  });

  it('is nothing for no attempts', () => {
    expect(buildTimeline([], 10, 0)).toBeUndefined();
  });
});
