import { useMemo } from 'react';
import { findCriticalPath, type CriticalSection } from '../layout/critical-path.ts';
import { buildLanes, type Lanes } from '../layout/lanes.ts';
import { treeOf, type SpanTree } from '../layout/tree.ts';
import { findSilentTiers, judge, tookMs, type Verdict } from '../layout/verdict.ts';
import type { SpanTable } from '../model/span-table.ts';

/** Everything that is worked out once per trace. */
export interface TraceShape {
  readonly table: SpanTable;
  readonly tree: SpanTree;
  readonly lanes: Lanes;
  readonly verdict: Verdict;
  /** From the first root's start to the last end; ms. */
  readonly durationMs: number;
  /** Sections of the critical path by span index. */
  readonly critical: ReadonlyMap<number, readonly CriticalSection[]>;
}

function shapeOf(table: SpanTable): TraceShape {
  const tree = treeOf(table);
  const verdict = judge(table, tree);
  const critical = new Map<number, CriticalSection[]>();
  for (const root of tree.roots) {
    for (const section of findCriticalPath(table, tree, root)) {
      const known = critical.get(section.span);
      if (known === undefined) critical.set(section.span, [section]);
      else known.push(section);
    }
  }
  const lanes = buildLanes(table, tree, findSilentTiers(table, verdict));
  const durationMs = tookMs(table, tree.roots[0] ?? 0);
  return { table, tree, lanes, verdict, durationMs, critical };
}

export function useTraceShape(table: SpanTable): TraceShape {
  return useMemo(() => shapeOf(table), [table]);
}
