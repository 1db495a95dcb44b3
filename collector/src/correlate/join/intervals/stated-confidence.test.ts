import { describe, expect, it } from 'vitest';
import { stateConfidence } from './stated-confidence.ts';

function state(...posterior: number[]): number[] {
  const stated = Float64Array.from(posterior);
  stateConfidence(stated);
  return [...stated];
}

describe('stateConfidence()', () => {
  it('states what is nearly sure as it is', () => {
    expect(state(1, 0.9999, 0.5)).toEqual([1, 0.9999, 0.5]);
  });

  it('keeps just below 0.95 what would break the promise of 1 in 1,000', () => {
    expect(state(0.96, 0.97, 0.9999)).toEqual([0.949, 0.949, 0.9999]);
  });

  it('lets many sure ones bear a doubtful one', () => {
    const stated = state(...Array.from({ length: 1000 }, () => 0.99999), 0.96);
    expect(stated.at(-1)).toBe(0.96);
  });

  it('promises nothing where nothing is sure', () => {
    expect(Math.max(...state(0.96, 0.98, 0.99))).toBeLessThan(0.95);
  });
});
