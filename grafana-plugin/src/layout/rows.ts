import type { Lanes } from './lanes.ts';
import type { SpanTree } from './tree.ts';

/** What the waterfall shows, top to bottom: a span index, or `~lane` for the head of a lane. */
export type Rows = Int32Array;

export interface RowChoice {
  /** `tier`: one band per lane; `tree`: all spans in tree order. */
  readonly lanes: 'tier' | 'tree';
  /** Span indices whose descendants are hidden. */
  readonly closedSpans: ReadonlySet<number>;
  /** Lane indices whose spans are hidden. */
  readonly closedLanes: ReadonlySet<number>;
  /** Where given, only these spans are shown (1 = shown), by span index. */
  readonly only: Uint8Array | undefined;
}

export function buildRows(tree: SpanTree, { lanes, laneOf }: Lanes, choice: RowChoice): Rows {
  const visible = visibleSpans(tree, choice);
  if (choice.lanes === 'tree') return visible;
  const counts = new Int32Array(lanes.length);
  for (const span of visible) if (!choice.closedLanes.has(laneOf[span]!)) counts[laneOf[span]!]! += 1;
  const next = new Int32Array(lanes.length);
  let total = 0;
  for (let lane = 0; lane < lanes.length; lane += 1) {
    next[lane] = total + 1;
    total += 1 + counts[lane]!;
  }
  const rows = new Int32Array(total);
  for (let lane = 0; lane < lanes.length; lane += 1) rows[next[lane]! - 1] = ~lane;
  for (const span of visible) {
    const lane = laneOf[span]!;
    if (!choice.closedLanes.has(lane)) rows[next[lane]!++] = span;
  }
  return rows;
}

function visibleSpans(tree: SpanTree, { closedSpans, only }: RowChoice): Int32Array {
  const count = tree.order.length;
  if (closedSpans.size === 0 && only === undefined) return tree.order;
  const visible = new Int32Array(count);
  let kept = 0;
  for (let position = 0; position < count; position += 1) {
    const span = tree.order[position]!;
    if (only === undefined || only[span] === 1) visible[kept++] = span;
    if (closedSpans.has(span)) position += tree.size[position]! - 1;
  }
  return visible.subarray(0, kept);
}

/** The spans to close so that nothing deeper than `level` shows. */
export function closeBelow(tree: SpanTree, level: number): Set<number> {
  const closed = new Set<number>();
  for (let position = 0; position < tree.order.length; position += 1) {
    if (tree.depth[position]! >= level && tree.size[position]! > 1) {
      closed.add(tree.order[position]!);
      position += tree.size[position]! - 1;
    }
  }
  return closed;
}
