import { assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeTable } from '../../../test/support/span-table.ts';
import { clampRange, extentOf, ticks, zoom } from './time.ts';

describe('extentOf()', () => {
  const table = madeTable([
    { id: 'a', at: [1000, 2000], clockOffsetMs: 500 },
    { id: 'b', under: 'a', at: [1500, 1600] },
  ]);

  it('spans corrected times', () => {
    expect(extentOf(table, 'corrected')).toEqual({ fromMs: 1000, toMs: 2000 });
  });

  it('spans times as logged', () => {
    expect(extentOf(table, 'logged')).toEqual({ fromMs: 500, toMs: 1600 });
  });

  it('gives an instant some width', () => {
    const { fromMs, toMs } = extentOf(madeTable([{ id: 'a', at: [5, 5] }]), 'corrected');
    expect(toMs).toBeGreaterThan(fromMs);
  });
});

describe('ticks()', () => {
  it('gives round numbers inside the range', () => {
    expect(ticks({ fromMs: 1000, toMs: 1412 }, 1000, 5)).toEqual([0, 100, 200, 300, 400]);
    expect(ticks({ fromMs: 0, toMs: 7_200_000 }, 0, 4)).toEqual([
      0, 1_800_000, 3_600_000, 5_400_000, 7_200_000,
    ]);
  });

  it('is never endless, whatever the range', () => {
    assert(
      property(
        double({ min: 0.001, max: 1e12, noNaN: true }),
        integer({ min: 1, max: 40 }),
        (width, wanted) => {
          const found = ticks({ fromMs: 0, toMs: width }, 0, wanted);
          expect(found.length).toBeGreaterThan(0);
          expect(found.length).toBeLessThanOrEqual(wanted + 1);
        },
      ),
    );
  });
});

describe('zoom()', () => {
  const whole = { fromMs: 0, toMs: 100 };

  it('keeps the centre where it is', () => {
    expect(zoom(whole, whole, 0.5, 20)).toEqual({ fromMs: 10, toMs: 60 });
  });

  it('never leaves the whole', () => {
    expect(zoom({ fromMs: 10, toMs: 60 }, whole, 4, 20)).toEqual(whole);
    expect(clampRange({ fromMs: -50, toMs: 20 }, whole)).toEqual({ fromMs: 0, toMs: 70 });
  });
});
