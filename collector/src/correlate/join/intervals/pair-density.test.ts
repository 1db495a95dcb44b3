import { describe, expect, it } from 'vitest';
import { guessGapDensity } from './gap-density.ts';
import { createPairDensity } from './pair-density.ts';

describe('createPairDensity()', () => {
  const gap = guessGapDensity(40e3, 1000);
  const density = createPairDensity(gap, gap, 1000);

  it('is the product of both gaps where the clock is known', () => {
    expect(density(30e3, 60e3, 0)).toBe(gap.at(30e3) + gap.at(60e3));
  });

  it('holds as much as before where the clock is in doubt', () => {
    const mass = (spreadUs: number): number => {
      let sum = 0;
      for (let head = -150e3; head < 500e3; head += 5e3)
        for (let tail = -150e3; tail < 500e3; tail += 5e3)
          sum += Math.exp(density(head, tail, spreadUs)) * 25e6;
      return sum;
    };
    expect(mass(25e3)).toBeCloseTo(mass(0), 1);
    expect(mass(0)).toBeGreaterThan(0.9);
  });

  it('allows a gap to lose what the other gains', () => {
    expect(density(-20e3, 90e3, 25e3)).toBeGreaterThan(density(-20e3, 90e3, 0) + 2);
    expect(density(-90e3, 10e3, 25e3)).toBe(density(-90e3, 10e3, 0));
  });
});
