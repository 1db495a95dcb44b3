import { describe, expect, it } from 'vitest';
import { type ClockRange, clockPieces, pieceAt } from './clock-pieces.ts';

function ranges(...list: readonly (readonly [timeUs: number, low: number, high: number])[]): ClockRange[] {
  return list.map(([timeUs, low, high]) => ({ timeUs, low, high }));
}

describe('clockPieces()', () => {
  it('takes the middle of what all pairs allow, with half the width as its error', () => {
    const [piece] = clockPieces(ranges([0, 100, 300], [1, 150, 400], [2, 50, 250]));
    expect(piece).toMatchObject({ offsetUs: 200, errorUs: 50 });
  });

  it('corrects by little where one call of half a minute is all that is known', () => {
    expect(clockPieces(ranges([0, -30.5e6, -0.6e6]))[0]).toMatchObject({
      offsetUs: -1.1e6,
      errorUs: 29.4e6,
    });
    expect(clockPieces(ranges([0, 0.6e6, 30.5e6]))[0]).toMatchObject({ offsetUs: 1.1e6, errorUs: 29.4e6 });
  });

  it('leaves a clock alone that contradicts nothing', () => {
    expect(clockPieces(ranges([0, -100, 300]))[0]).toMatchObject({ offsetUs: 0, errorUs: 300 });
  });

  it('begins a piece where a clock stepped', () => {
    const pieces = clockPieces(
      ranges(
        [0, 100, 200],
        [10, 110, 220],
        [20, 105, 210],
        [30, 900, 1000],
        [40, 910, 1010],
        [50, 920, 1020],
      ),
    );
    expect(pieces.map(({ offsetUs, fromUs, untilUs }) => [offsetUs, fromUs, untilUs])).toEqual([
      [155, -Infinity, 25],
      [960, 25, Infinity],
    ]);
    expect(pieceAt(pieces, 24)?.offsetUs).toBe(155);
    expect(pieceAt(pieces, 26)?.offsetUs).toBe(960);
  });

  it('takes one pair that contradicts the others for a wrong join', () => {
    expect(clockPieces(ranges([0, 100, 200], [10, 5000, 6000], [20, 105, 210]))).toHaveLength(1);
  });
});
