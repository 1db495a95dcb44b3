import { describe, expect, it } from 'vitest';
import type { LogSource } from '../model/record.ts';
import { createPositions, type Positions } from './positions.ts';

const source = { path: 'a.log', host: 'H', log: 'a.log', generation: 1 };
const other = { ...source, path: 'b.log' };

/** Times here are in tens of seconds: marks are some seconds apart. */
function read(positions: Positions, from: LogSource, first: number, framed: number, latest: number): void {
  positions.read(from, first, latest * 10e6);
  positions.framed(from, framed);
}

describe('createPositions()', () => {
  it('calls a generation done to its end where nothing of it is needed any more', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, 50);
    expect(positions.advance(51 * 10e6)).toEqual(new Map([[source, 100]]));
    expect(positions.advance(99 * 10e6)).toEqual(new Map());
  });

  it('stays before the chunk in which needed records may begin', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, 10);
    read(positions, source, 100, 200, 20);
    read(positions, source, 200, 300, 30);
    expect(positions.advance(20 * 10e6)).toEqual(new Map([[source, 100]]));
    expect(positions.advance(21 * 10e6)).toEqual(new Map([[source, 200]]));
    expect(positions.advance(25 * 10e6)).toEqual(new Map());
    expect(positions.advance(31 * 10e6)).toEqual(new Map([[source, 300]]));
  });

  it('does not move over a record whose time goes back', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, 40);
    read(positions, source, 100, 200, 20);
    read(positions, source, 200, 300, 50);
    expect(positions.advance(30 * 10e6)).toEqual(new Map());
    expect(positions.advance(45 * 10e6)).toEqual(new Map([[source, 200]]));
  });

  it('tells what is before a time without forgetting it', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, 10);
    read(positions, source, 100, 200, 20);
    expect(positions.before(20 * 10e6)).toEqual(new Map([[source, 100]]));
    expect(positions.before(21 * 10e6)).toEqual(new Map([[source, 200]]));
    expect(positions.before(20 * 10e6)).toEqual(new Map([[source, 100]]));
  });

  it('tells nothing of a generation before which a record began that is still needed', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, 30);
    read(positions, other, 0, 100, 10);
    positions.joined(other, source);
    expect(positions.before(20 * 10e6).get(other)).toBeUndefined();
    expect(positions.before(31 * 10e6).get(other)).toBe(100);
  });

  it('keeps one mark for what came within seconds', () => {
    const positions = createPositions();
    for (let at = 0; at < 100; at++) read(positions, source, at * 10, at * 10 + 10, 10 + at / 1000);
    expect(positions.before(10.09 * 10e6).get(source)).toBe(10);
  });

  it('counts chunks without a recognised record as done with what is before them', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, Number.NEGATIVE_INFINITY);
    read(positions, other, 0, 70, 5);
    expect(positions.advance(5 * 10e6)).toEqual(new Map([[source, 100]]));
    expect(positions.advance(6 * 10e6)).toEqual(new Map([[other, 70]]));
  });
});
