import type { SpanTable } from '../model/span-table.ts';

/**
 * A trace as a forest, in pre-order, siblings by start. Positions (`order`, `depth`, `size`) are pre-order positions;
 * `parent` and `at` are by span index. Built without recursion: 22,000 levels are a real trace.
 */
export interface SpanTree {
  /** Span index at each pre-order position. */
  readonly order: Int32Array;
  /** Pre-order position of each span index. */
  readonly at: Int32Array;
  /** 0 for roots, by position. */
  readonly depth: Int32Array;
  /** Spans in the subtree that begins at a position, itself included. */
  readonly size: Int32Array;
  /** Span index of the parent, -1 for roots; by span index. */
  readonly parent: Int32Array;
  /** Span indices, by start. */
  readonly roots: readonly number[];
  /** Of the roots, those that name a parent which is not in the trace. */
  readonly orphans: ReadonlySet<number>;
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
}

const trees = new WeakMap<SpanTable, SpanTree>();

/** The tree of a trace, built once: its row among others and the trace itself ask for the same. */
export function treeOf(table: SpanTable): SpanTree {
  let tree = trees.get(table);
  if (tree === undefined) trees.set(table, (tree = buildTree(table)));
  return tree;
}

/** Orders a trace. A span that is its own ancestor is cut loose as a root; of two spans with one id the first is the parent. */
export function buildTree(table: SpanTable): SpanTree {
  const { count } = table;
  const { parent, orphans } = findParents(table);
  const firstChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  breakCycles(parent);
  const roots: number[] = [];
  for (let span = count - 1; span >= 0; span -= 1) {
    const above = parent[span]!;
    if (above < 0) {
      roots.push(span);
      continue;
    }
    nextSibling[span] = firstChild[above]!;
    firstChild[above] = span;
  }
  roots.reverse();
  roots.sort((a, b) => table.startMs[a]! - table.startMs[b]! || a - b);
  sortSiblings(table.startMs, firstChild, nextSibling);
  return { ...walk(count, roots, firstChild, nextSibling), parent, roots, orphans, firstChild, nextSibling };
}

function findParents(table: SpanTable): { parent: Int32Array; orphans: Set<number> } {
  const index = new Map<string, number>();
  for (let span = table.count - 1; span >= 0; span -= 1) index.set(table.ids[span]!, span);
  const parent = new Int32Array(table.count).fill(-1);
  const orphans = new Set<number>();
  for (let span = 0; span < table.count; span += 1) {
    const wanted = table.parentIds[span];
    if (wanted === null || wanted === undefined || wanted === '') continue;
    const found = index.get(wanted);
    if (found === undefined) orphans.add(span);
    else if (found !== span) parent[span] = found;
  }
  return { parent, orphans };
}

/** Puts each family in order of start. Most are small or in order already: sorting them one by one beats sorting all. */
function sortSiblings(startMs: Float64Array, firstChild: Int32Array, nextSibling: Int32Array): void {
  for (let span = 0; span < firstChild.length; span += 1) {
    if (inOrder(startMs, firstChild[span]!, nextSibling)) continue;
    const family: number[] = [];
    for (let child = firstChild[span]!; child >= 0; child = nextSibling[child]!) family.push(child);
    family.sort((a, b) => startMs[a]! - startMs[b]! || a - b);
    firstChild[span] = family[0]!;
    family.forEach((child, k) => {
      nextSibling[child] = family[k + 1] ?? -1;
    });
  }
}

function inOrder(startMs: Float64Array, first: number, nextSibling: Int32Array): boolean {
  for (let child = first; child >= 0; child = nextSibling[child]!) {
    const next = nextSibling[child]!;
    if (next >= 0 && startMs[next]! < startMs[child]!) return false;
  }
  return true;
}

/** Colours every chain of parents once: 0 unseen, the pass that saw it otherwise. */
function breakCycles(parent: Int32Array): void {
  const seen = new Int32Array(parent.length);
  for (let start = 0; start < parent.length; start += 1) {
    let span = start;
    while (span >= 0 && seen[span] === 0) {
      seen[span] = start + 1;
      const above = parent[span]!;
      if (above >= 0 && seen[above] === start + 1) parent[span] = -1;
      span = parent[span]!;
    }
  }
}

function walk(count: number, roots: readonly number[], firstChild: Int32Array, nextSibling: Int32Array) {
  const order = new Int32Array(count);
  const at = new Int32Array(count);
  const depth = new Int32Array(count);
  const size = new Int32Array(count).fill(1);
  let position = 0;
  const stack = new Int32Array(count + 1);
  for (const root of roots) {
    let top = 0;
    stack[0] = root;
    let level = 0;
    // `stack` holds the path from the root; a finished node gives its place to its next sibling.
    while (top >= 0) {
      const span = stack[top]!;
      level = top;
      order[position] = span;
      at[span] = position;
      depth[position] = level;
      position += 1;
      if (firstChild[span]! >= 0) {
        top += 1;
        stack[top] = firstChild[span]!;
        continue;
      }
      while (top >= 0) {
        const done = stack[top]!;
        size[at[done]!] = position - at[done]!;
        if (top > 0 && nextSibling[done]! >= 0) {
          stack[top] = nextSibling[done]!;
          break;
        }
        top -= 1;
      }
    }
  }
  return { order, at, depth, size };
}
