import { describe, expect, it } from 'vitest';
import { madeTable, type MadeSpan } from '../../../test/support/span-table.ts';
import { buildTree } from './tree.ts';

/** The tree as an indented list: `-` for a level, `?` behind an orphan. */
function drawn(spans: readonly MadeSpan[]): string[] {
  const table = madeTable(spans);
  const tree = buildTree(table);
  return [...tree.order].map((span, position) => {
    const orphan = tree.orphans.has(span) ? '?' : '';
    return `${'-'.repeat(tree.depth[position]!)}${table.ids[span]}${orphan} ${tree.size[position]}`;
  });
}

describe('buildTree()', () => {
  it('puts children under their parents, by start, whatever order they come in', () => {
    const spans: MadeSpan[] = [
      { id: 'late', under: 'root', at: [50, 60] },
      { id: 'leaf', under: 'early', at: [12, 13] },
      { id: 'root', at: [0, 100] },
      { id: 'early', under: 'root', at: [10, 20] },
    ];
    expect(drawn(spans)).toEqual(['root 4', '-early 2', '--leaf 1', '-late 1']);
  });

  it('keeps a child that is longer than its parent, or outside of it', () => {
    const spans: MadeSpan[] = [
      { id: 'parent', at: [10, 20] },
      { id: 'longer', under: 'parent', at: [12, 90] },
      { id: 'before', under: 'parent', at: [1, 2] },
    ];
    expect(drawn(spans)).toEqual(['parent 3', '-before 1', '-longer 1']);
  });

  it('shows several roots by start, and names those whose parent is missing', () => {
    const spans: MadeSpan[] = [
      { id: 'second', at: [20, 30] },
      { id: 'first', at: [0, 10] },
      { id: 'orphan', under: 'nobody', at: [5, 6] },
    ];
    expect(drawn(spans)).toEqual(['first 1', 'orphan? 1', 'second 1']);
  });

  it('shows one span', () => {
    expect(drawn([{ id: 'only', at: [0, 0] }])).toEqual(['only 1']);
  });

  it('shows nothing of an empty trace', () => {
    expect(drawn([])).toEqual([]);
  });

  it('cuts a circle and a span that is its own parent', () => {
    const spans: MadeSpan[] = [
      { id: 'a', under: 'b', at: [0, 1] },
      { id: 'b', under: 'a', at: [1, 2] },
      { id: 'self', under: 'self', at: [3, 4] },
    ];
    const lines = drawn(spans);
    expect(lines).toHaveLength(3);
    expect(lines.filter((line) => !line.startsWith('-'))).toHaveLength(2);
  });

  it('takes the first of two spans with one id as the parent', () => {
    const spans: MadeSpan[] = [
      { id: 'twin', name: 'one', at: [0, 10] },
      { id: 'twin', name: 'two', at: [1, 9] },
      { id: 'child', under: 'twin', at: [2, 3] },
    ];
    const table = madeTable(spans);
    const tree = buildTree(table);
    expect(table.names[tree.parent[2]!]).toBe('one');
  });

  it('goes 22,000 levels deep', () => {
    const spans = Array.from(
      { length: 22_000 },
      (_, k): MadeSpan => ({
        id: String(k),
        ...(k === 0 ? {} : { under: String(k - 1) }),
        at: [k, 50_000 - k],
      }),
    );
    const tree = buildTree(madeTable(spans));
    expect(tree.depth.at(-1)).toBe(21_999);
    expect(tree.size[0]).toBe(22_000);
  });
});
