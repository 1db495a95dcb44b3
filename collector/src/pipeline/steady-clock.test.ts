import { describe, expect, it } from 'vitest';
import { createSteadyClock } from './steady-clock.ts';

function clockAt(startUs: number) {
  const given = { wallUs: startUs, elapsedUs: 0 };
  const setBack: number[] = [];
  const clock = createSteadyClock(
    { nowUs: () => given.wallUs },
    (byUs) => setBack.push(byUs),
    () => given.elapsedUs,
  );
  return {
    clock,
    setBack,
    pass: (us: number, wallUs: number = us) => {
      given.elapsedUs += us;
      given.wallUs += wallUs;
      return clock.nowUs();
    },
  };
}

describe('createSteadyClock()', () => {
  it('goes as the given clock goes, also forward at once', () => {
    const { pass, setBack } = clockAt(1000e6);
    expect(pass(1e6)).toBe(1001e6);
    expect(pass(1e6, 500e6)).toBe(1501e6);
    expect(setBack).toEqual([]);
  });

  it('goes on at its pace where the clock is set back, and says so once', () => {
    const { pass, setBack } = clockAt(10_000e6);
    expect(pass(1e6, -3600e6)).toBe(10_001e6);
    expect(pass(5e6)).toBe(10_006e6);
    expect(pass(5e6)).toBe(10_011e6);
    expect(setBack).toEqual([3601e6]);
  });

  it('takes the given clock again where that has caught up', () => {
    const { pass } = clockAt(10_000e6);
    pass(1e6, -100e6);
    expect(pass(1e6, 300e6)).toBe(10_200e6);
    expect(pass(1e6)).toBe(10_201e6);
  });

  it('passes over what a clock corrects of itself', () => {
    const { pass, setBack } = clockAt(10_000e6);
    expect(pass(1e6, -0.5e6)).toBe(10_001e6);
    expect(setBack).toEqual([]);
  });
});
