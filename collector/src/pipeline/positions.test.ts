import { describe, expect, it } from 'vitest';
import type { LogSource } from '../model/record.ts';
import { createPositions, type Positions } from './positions.ts';

const source = { path: 'a.log', host: 'H', log: 'a.log', generation: 1 };
const other = { ...source, path: 'b.log' };

function read(positions: Positions, from: LogSource, first: number, framed: number, latestUs: number): void {
  positions.read(from, first, latestUs);
  positions.framed(from, framed);
}

describe('createPositions()', () => {
  it('calls a generation done to its end where nothing of it is needed any more', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, 50);
    expect(positions.advance(51)).toEqual(new Map([[source, 100]]));
    expect(positions.advance(99)).toEqual(new Map());
  });

  it('stays before the chunk in which needed records may begin', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, 10);
    read(positions, source, 100, 200, 20);
    read(positions, source, 200, 300, 30);
    expect(positions.advance(20)).toEqual(new Map([[source, 100]]));
    expect(positions.advance(21)).toEqual(new Map([[source, 200]]));
    expect(positions.advance(25)).toEqual(new Map());
    expect(positions.advance(31)).toEqual(new Map([[source, 300]]));
  });

  it('does not move over a record whose time goes back', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, 40);
    read(positions, source, 100, 200, 20);
    read(positions, source, 200, 300, 50);
    expect(positions.advance(30)).toEqual(new Map());
    expect(positions.advance(45)).toEqual(new Map([[source, 200]]));
  });

  it('counts chunks without a recognised record as done with what is before them', () => {
    const positions = createPositions();
    read(positions, source, 0, 100, Number.NEGATIVE_INFINITY);
    read(positions, other, 0, 70, 5);
    expect(positions.advance(5)).toEqual(new Map([[source, 100]]));
    expect(positions.advance(6)).toEqual(new Map([[other, 70]]));
  });
});
