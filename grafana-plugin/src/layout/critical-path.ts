import { flagDetached, type SpanTable } from '../model/span-table.ts';
import type { SpanTree } from './tree.ts';

/** A stretch in which a span alone held up the end of the trace; UTC milliseconds. */
export interface CriticalSection {
  readonly span: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The critical path of the tree under `root`: going back from the end, the child that ended last held its parent up,
 * and so on (the definition that Jaeger's interface uses). A child is taken as far as it lies within its parent.
 * Sections are by time, latest first.
 */
export function findCriticalPath(table: SpanTable, tree: SpanTree, root: number): CriticalSection[] {
  const path: CriticalSection[] = [];
  const end = table.startMs[root]! + table.durationMs[root]!;
  const stack: Frame[] = [openFrame(table, tree, root, table.startMs[root]!, end)];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = nextChild(frame);
    const until = child === undefined ? frame.fromMs : child.toMs;
    if (frame.nowMs > until) path.push({ span: frame.span, fromMs: until, toMs: frame.nowMs });
    if (child === undefined) {
      stack.pop();
      continue;
    }
    frame.nowMs = child.fromMs;
    stack.push(openFrame(table, tree, child.span, child.fromMs, child.toMs));
  }
  return path;
}

interface Frame {
  readonly span: number;
  readonly fromMs: number;
  /** Everything after this is accounted for. */
  nowMs: number;
  /** Children by end, last first; `next` is the first not looked at. */
  readonly children: Clipped[];
  next: number;
}

interface Clipped {
  readonly span: number;
  readonly fromMs: number;
  readonly toMs: number;
}

function openFrame(table: SpanTable, tree: SpanTree, span: number, fromMs: number, toMs: number): Frame {
  const children: Clipped[] = [];
  for (let child = tree.firstChild[span]!; child >= 0; child = tree.nextSibling[child]!) {
    if ((table.flags[child]! & flagDetached) !== 0) continue;
    const from = Math.max(table.startMs[child]!, fromMs);
    const to = Math.min(table.startMs[child]! + table.durationMs[child]!, toMs);
    if (from < to) children.push({ span: child, fromMs: from, toMs: to });
  }
  children.sort((a, b) => b.toMs - a.toMs);
  return { span, fromMs, nowMs: toMs, children, next: 0 };
}

/** The child that ended last before what is accounted for. */
function nextChild(frame: Frame): Clipped | undefined {
  while (frame.next < frame.children.length) {
    const child = frame.children[frame.next]!;
    frame.next += 1;
    if (child.toMs <= frame.nowMs) return child;
  }
  return undefined;
}
