import type { Span, Trace } from '../../model/span.ts';

/** A span at its place in the tree. */
export interface TreeRow {
  readonly span: Span;
  readonly depth: number;
}

/** Spans in tree order: parents before children, siblings by start; a span whose parent is missing stands as a root. */
export function treeRows(trace: Trace): TreeRow[] {
  const present = new Set(trace.spans.map((span) => span.spanId));
  const children = Map.groupBy(trace.spans, (span) =>
    present.has(span.parentSpanId) ? span.parentSpanId : '',
  );
  const pending = (children.get('') ?? []).toSorted(byStart).map((span) => ({ span, depth: 0 }));
  const rows: TreeRow[] = [];
  pending.reverse();
  for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
    rows.push(row);
    const depth = row.depth + 1;
    const below = (children.get(row.span.spanId) ?? []).toSorted(byStart).map((span) => ({ span, depth }));
    pending.push(...below.reverse());
  }
  return rows;
}

function byStart(a: Span, b: Span): number {
  return a.startUs - b.startUs || b.endUs - a.endUs || (a.spanId < b.spanId ? -1 : 1);
}
