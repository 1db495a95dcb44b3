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
      timeline?.validity.map(({ kind, fromMs, toMs }) => [
        kind,
        Math.floor(fromMs / hour),
        Math.floor(toMs / hour),
      ]),
    ).toEqual([
      ['valid', 0, 7],
      ['valid', 7, 15],
      ['overdue', 15, 20],
    ]);
  });

  it('takes tokens that had run out when they came for one gap', () => {
    const rows = [0, 10, 11, 12].map((at) => row(at, { tokenExpiresMs: 8 * hour }));
    const validity = buildTimeline(rows, 100, 20 * hour)?.validity;
    expect(validity?.map(({ kind }) => kind)).toEqual(['valid', 'overdue']);
    expect(validity?.[1]).toMatchObject({ fromMs: 8 * hour, toMs: 20 * hour });
  });

  it('says nothing of tokens where several devices are mixed', () => {
    const rows = [row(0, { tokenExpiresMs: hour }), row(1, { tokenExpiresMs: 2 * hour, clientGuid: 'H' })];
    expect(buildTimeline(rows, 100, 9 * hour)?.validity).toEqual([]);
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

  it('is nothing for no attempts', () => {
    expect(buildTimeline([], 10, 0)).toBeUndefined();
  });
});
