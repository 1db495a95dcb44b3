import { describe, expect, it } from 'vitest';
import { trackOffset } from './clock-track.ts';
import { matchIntervals } from './match-intervals.ts';
import type { IntervalColumns, MatchProblem } from './problem.ts';
import { numbers } from './sample-edges.testing.ts';

interface Made {
  readonly problem: MatchProblem;
  readonly truth: Int32Array;
}

interface Shape {
  readonly count: number;
  readonly betweenMs: number;
  readonly offset: (atMs: number) => number;
  readonly lost?: number;
}

/** Calls through one server: heads and tails of a few milliseconds, work of tens. */
function make({ count, betweenMs, offset, lost = 0 }: Shape): Made {
  const next = numbers(11);
  const spread = (median: number): number =>
    median * Math.exp(0.6 * (next() + next() + next() + next() - 2) * 1.7);
  const callers: [number, number, number][] = [];
  const callees: [number, number, number][] = [];
  let at = 1000;
  for (let call = 0; call < count; call++) {
    at += -betweenMs * Math.log(1 - next());
    const start = at + spread(4);
    const end = start + spread(25);
    const shift = offset(at);
    callers.push([Math.floor(at) * 1000, Math.floor(end + spread(4)) * 1000, call]);
    if (next() >= lost)
      callees.push([Math.floor(start + shift) * 1000, Math.floor(end + shift) * 1000, call]);
  }
  callers.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  callees.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const rowOf = new Map(callees.map(([, , call], row) => [call, row]));
  return {
    problem: {
      callers: columns(callers),
      callees: columns(callees),
      asks: new Int32Array(callers.length),
      fields: undefined,
      sameClock: false,
      quantumUs: 1000,
    },
    truth: Int32Array.from(callers, ([, , call]) => rowOf.get(call) ?? -1),
  };
}

function columns(rows: readonly (readonly [number, number, number])[]): IntervalColumns {
  return {
    startUs: Float64Array.from(rows, ([start]) => start),
    endUs: Float64Array.from(rows, ([, end]) => end),
    clock: new Int32Array(rows.length),
    known: new Uint8Array(rows.length).fill(3),
  };
}

function shareRight({ problem, truth }: Made): number {
  const { callee } = matchIntervals(problem);
  return (
    truth.filter((wanted, i) => wanted >= 0 && callee[i] === wanted).length /
    truth.filter((wanted) => wanted >= 0).length
  );
}

describe('matchIntervals()', () => {
  it('joins calls of a server whose clock is off by more than a call lasts', () => {
    const made = make({ count: 800, betweenMs: 60, offset: () => 730 });
    expect(shareRight(made)).toBeGreaterThan(0.98);
    expect(trackOffset(matchIntervals(made.problem).clocks.of(0, 0), 10e6) / 1000).toBeCloseTo(730, -1);
  });

  it('follows a clock that steps', () => {
    const made = make({ count: 2000, betweenMs: 60, offset: (at) => (at < 60_000 ? 100 : -300) });
    expect(shareRight(made)).toBeGreaterThan(0.97);
  });

  it('follows a clock that drifts', () => {
    expect(shareRight(make({ count: 2000, betweenMs: 60, offset: (at) => at * 2e-4 }))).toBeGreaterThan(0.98);
  });

  it('finds a zone that was misread by whole hours', () => {
    expect(shareRight(make({ count: 600, betweenMs: 60, offset: () => 2 * 3600e3 }))).toBeGreaterThan(0.97);
  });

  it('leaves callers alone whose callee is in no log', () => {
    const { problem, truth } = make({ count: 1500, betweenMs: 200, offset: () => 0, lost: 0.2 });
    const { callee } = matchIntervals(problem);
    const wrong = truth.filter((wanted, i) => wanted < 0 && (callee[i] ?? -1) >= 0).length;
    expect(wrong / truth.filter((wanted) => wanted < 0).length).toBeLessThan(0.15);
  });

  it('says little where it cannot know: what it states is right about as often', () => {
    const { problem, truth } = make({ count: 1000, betweenMs: 4, offset: () => 40 });
    const { callee, confidence } = matchIntervals(problem);
    let stated = 0;
    let right = 0;
    truth.forEach((wanted, i) => {
      stated += confidence[i] ?? 0;
      if (callee[i] === wanted) right++;
    });
    expect(right / truth.length).toBeLessThan(0.97);
    expect(Math.abs(stated - right) / truth.length).toBeLessThan(0.05);
  });

  it('joins nothing in nothing', () => {
    const none = columns([]);
    const nothing = { callers: none, callees: none, asks: new Int32Array(0), fields: undefined };
    expect(matchIntervals({ ...nothing, sameClock: false, quantumUs: 1000 }).callee).toHaveLength(0);
  });
});
