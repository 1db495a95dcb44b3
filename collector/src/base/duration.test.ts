import { describe, expect, it } from 'vitest';
import { formatDuration } from './duration.ts';

describe('formatDuration()', () => {
  it.each([
    [0, '0 µs'],
    [640, '640 µs'],
    [1_500, '1.5 ms'],
    [44_000, '44 ms'],
    [999_499, '999 ms'],
    [999_500, '1.00 s'],
    [1_014_000, '1.01 s'],
    [59_949_000, '59.9 s'],
    [59_950_000, '1 min 0 s'],
    [125_000_000, '2 min 5 s'],
    [12_000_000_000, '3 h 20 min'],
    [356_400_000_000, '4 d 3 h'],
    [-840_000, '−840 ms'],
  ])('writes %d µs as %s', (durationUs, text) => {
    expect(formatDuration(durationUs)).toBe(text);
  });
});
