import { describe, expect, it } from 'vitest';
import { madeTable, type MadeSpan } from '../../../test/support/span-table.ts';
import { flagDetached } from '../model/span-table.ts';
import { findCriticalPath } from './critical-path.ts';
import { buildTree } from './tree.ts';

function pathOf(spans: readonly MadeSpan[]): string[] {
  const table = madeTable(spans);
  const tree = buildTree(table);
  return findCriticalPath(table, tree, tree.roots[0]!).map(
    ({ span, fromMs, toMs }) => `${table.ids[span]} ${fromMs}–${toMs}`,
  );
}

// The nine cases by which Jaeger's interface defines the path, with its numbers.
describe('findCriticalPath()', () => {
  it('takes children one after the other, and the parent between them', () => {
    const spans: MadeSpan[] = [
      { id: 'C', at: [1, 101] },
      { id: 'D', under: 'C', at: [20, 40] },
      { id: 'E', under: 'C', at: [50, 60] },
    ];
    expect(pathOf(spans)).toEqual(['C 60–101', 'E 50–60', 'C 40–50', 'D 20–40', 'C 1–20']);
  });

  it('takes of two overlapping children the one that ended last', () => {
    const spans: MadeSpan[] = [
      { id: 'X', at: [1, 101] },
      { id: 'A', under: 'X', at: [10, 50] },
      { id: 'C', under: 'X', at: [20, 60] },
    ];
    expect(pathOf(spans)).toEqual(['X 60–101', 'C 20–60', 'X 1–20']);
  });

  it('leaves out a child that began after its parent ended', () => {
    const spans: MadeSpan[] = [
      { id: 'A', at: [100, 140] },
      { id: 'B', under: 'A', at: [150, 250] },
    ];
    expect(pathOf(spans)).toEqual(['A 100–140']);
  });

  it('leaves out the whole family of a child that began after its parent ended', () => {
    const spans: MadeSpan[] = [
      { id: 'A', at: [1, 31] },
      { id: 'B', under: 'A', at: [40, 80] },
      { id: 'C', under: 'B', at: [50, 60] },
    ];
    expect(pathOf(spans)).toEqual(['A 1–31']);
  });

  it('leaves out a span that only follows from its parent', () => {
    const spans: MadeSpan[] = [
      { id: 'A', at: [1, 31] },
      { id: 'B', under: 'A', at: [10, 20], flags: flagDetached },
    ];
    expect(pathOf(spans)).toEqual(['A 1–31']);
  });

  it('cuts a child that outlives its parent and a grandchild that begins before its own', () => {
    const spans: MadeSpan[] = [
      { id: 'A', at: [1, 30] },
      { id: 'B', under: 'A', at: [15, 35] },
      { id: 'C', under: 'B', at: [10, 25] },
    ];
    expect(pathOf(spans)).toEqual(['B 25–30', 'C 15–25', 'A 1–15']);
  });

  it('cuts a whole line of children that each outlive their parent', () => {
    const spans: MadeSpan[] = [
      { id: 'A', at: [1, 30] },
      { id: 'B', under: 'A', at: [15, 35] },
      { id: 'C', under: 'B', at: [20, 40] },
    ];
    expect(pathOf(spans)).toEqual(['C 20–30', 'B 15–20', 'A 1–15']);
  });

  it('gives the parent nothing where a child covers it on both sides', () => {
    const spans: MadeSpan[] = [
      { id: 'A', at: [10, 30] },
      { id: 'B', under: 'A', at: [5, 35] },
    ];
    expect(pathOf(spans)).toEqual(['B 10–30']);
  });

  it('leaves out a child that ended before its parent began', () => {
    const spans: MadeSpan[] = [
      { id: 'A', at: [10, 30] },
      { id: 'B', under: 'A', at: [1, 5] },
    ];
    expect(pathOf(spans)).toEqual(['A 10–30']);
  });

  it('walks 22,000 levels', () => {
    const spans = Array.from(
      { length: 22_000 },
      (_, k): MadeSpan => ({
        id: String(k),
        ...(k === 0 ? {} : { under: String(k - 1) }),
        at: [k, 50_000 - k],
      }),
    );
    expect(pathOf(spans)).toHaveLength(43_999);
  });
});
