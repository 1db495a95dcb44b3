import { describe, expect, it } from 'vitest';
import type { Join, JoinResult } from '../join/index.ts';
import type { Segment } from '../segment.ts';
import type { StorySegment } from '../stories/story-segment.ts';
import { type BatchOptions, createJoinBatches } from './join-batches.ts';

/** A hop `r1` (a client's request) or `f1` (its forward), by seconds. */
function hop(key: string, startS: number, endS: number): StorySegment {
  const tier = key.startsWith('r') ? 'client' : 'connection point';
  const made = {
    key,
    name: key,
    tier,
    host: tier,
    startUs: startS * 1e6,
    endUs: endS * 1e6,
    events: [],
    children: [],
  };
  return made as unknown as StorySegment;
}

/** Joins r1 with f1, r2 with f2, …; a clock correction of as many microseconds as there were segments. */
function joinByNumber(segments: readonly Segment[]): JoinResult {
  const byKey = new Map(segments.map((segment) => [segment.key, segment]));
  const joins = segments.flatMap((caller): Join[] => {
    const callee = caller.key.startsWith('r') ? byKey.get(caller.key.replace('r', 'f')) : undefined;
    return callee === undefined ? [] : [{ caller, callee, method: 'time', confidence: 0.9, place: 'parent' }];
  });
  const clock = {
    host: 'client',
    fromUs: -Infinity,
    untilUs: Infinity,
    offsetUs: segments.length,
    errorUs: -1,
  };
  return { joins, clocks: [clock], gaps: { server: undefined, client: undefined }, checks: [] };
}

function batches(given: Partial<BatchOptions> = {}): ReturnType<typeof createJoinBatches> {
  return createJoinBatches({
    join: joinByNumber,
    joins: {},
    checked: () => {},
    quietUs: 10e6,
    minSpanUs: 10e6,
    maxSpanUs: 60e6,
    marginUs: 10e6,
    history: 100,
    recent: 20,
    maxHosts: 10,
    ...given,
  });
}

describe('createJoinBatches()', () => {
  it('tells how time alone would have done, of each call once and in one batch of eight', () => {
    const told: string[] = [];
    const made = batches({
      join: (segments, { check }) => ({
        ...joinByNumber(segments),
        checks:
          check === true
            ? segments.map((caller) => ({ caller, check: { hop: 'client', stated: 0.9, right: true } }))
            : [],
      }),
      checked: ({ hop }) => told.push(hop),
    });
    for (let s = 0; s < 1700; s += 100) {
      made.add(hop(`r${s}`, s, s + 1));
      made.decide((s + 50) * 1e6);
    }
    expect(told).toHaveLength(3);
  });

  it('joins all that is known at once', () => {
    const made = batches();
    const hops = [0, 100, 200].flatMap((s) => [hop(`r${s}`, s, s + 1), hop(`f${s}`, s + 0.2, s + 0.8)]);
    for (const one of hops.toReversed()) made.add(one);
    expect(made.decide(Infinity)).toBe(Infinity);
    expect(made.clockOf('client', 0)?.offsetUs).toBe(6);
    for (const one of hops.filter(({ key }) => key.startsWith('f'))) expect(made.parentOf(one)).toBeDefined();
  });

  it('waits with what something may still be joined with', () => {
    const made = batches();
    const request = hop('r1', 0, 1);
    made.add(request);
    expect(made.decide(5e6)).toBeLessThan(1e6);
    expect(made.decide(11e6)).toBeLessThan(1e6);
    const forward = hop('f1', 9, 9.5);
    made.add(forward);
    made.decide(30e6);
    expect(made.parentOf(forward)?.caller).toBe(request);
  });

  it('cuts where nothing is quiet, and loses no pair that the cut runs through', () => {
    const made = batches();
    const forwards: StorySegment[] = [];
    let lag = 0;
    for (let s = 0; s < 400; s++) {
      // The client's clock is ahead: its request seems to begin after it was forwarded.
      const forward = hop(`f${s}`, s - 3, s - 2.5);
      forwards.push(forward);
      made.add(forward);
      made.add(hop(`r${s}`, s, s + 0.9));
      if (s > 0) lag = Math.max(lag, s - made.decide((s - 3) * 1e6) / 1e6);
      if (s === 100) lag = 0;
    }
    made.decide(Infinity);
    expect(forwards.filter((forward) => made.parentOf(forward) === undefined)).toEqual([]);
    expect(lag).toBeLessThan(100);
  });

  it('links what comes after its batch was decided to what is out', () => {
    const made = batches();
    const forward = hop('f1', 0.2, 0.8);
    made.add(forward);
    made.decide(100e6);
    expect(made.parentOf(forward)).toBeUndefined();
    made.forget(forward);
    const request = hop('r1', 0, 1);
    made.add(request);
    made.decide(200e6);
    expect(made.callsOf(request)).toEqual([]);
    expect(made.linksOf(request).map(({ to }) => to.key)).toEqual(['f1']);
  });

  it('remembers the last joins of so many hosts only', () => {
    const sizes: number[] = [];
    const join: BatchOptions['join'] = (segments) => {
      sizes.push(segments.length);
      return joinByNumber(segments);
    };
    const made = batches({ join, recent: 4, maxHosts: 1 });
    for (let s = 0; s < 2000; s += 100) {
      made.add(hop(`r${s}`, s, s + 1));
      made.add(hop(`f${s}`, s + 0.2, s + 0.8));
      made.decide((s + 50) * 1e6);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 + 4 + 2 * 4);
  });
});
