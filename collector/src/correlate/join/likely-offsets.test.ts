import { describe, expect, it } from 'vitest';
import type { Segment } from '../segment.ts';
import { type ClockPair, estimateHostClocks } from './clock-graph.ts';
import { likelyOffsets } from './likely-offsets.ts';

function pair(callerMs: readonly [number, number], calleeMs: readonly [number, number]): ClockPair {
  const at = ([start, end]: readonly [number, number]): Partial<Segment> => ({
    startUs: start * 1000,
    endUs: end * 1000,
    startKnown: true,
    endKnown: true,
  });
  return {
    caller: { host: 'WIN-1', tier: 'client', ...at(callerMs) } as Segment,
    callee: { host: 'MP01', tier: 'management point', ...at(calleeMs) } as Segment,
  };
}

describe('likelyOffsets()', () => {
  it('takes the middle where containment proves nothing', () => {
    const pairs = [pair([0, 200], [90, 190])];
    const clocks = estimateHostClocks(pairs);
    expect(clocks.offsetUs('WIN-1', 0)).toBe(0);
    expect(likelyOffsets(clocks, pairs).offsetUs('WIN-1', 0)).toBe(40e3);
  });

  it('trusts tight pairs more than loose ones', () => {
    const pairs = [pair([0, 200], [90, 190]), pair([1000, 1040], [1005, 1035])];
    const offset = likelyOffsets(estimateHostClocks(pairs), pairs).offsetUs('WIN-1', 0);
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThan(1e3);
  });
});
