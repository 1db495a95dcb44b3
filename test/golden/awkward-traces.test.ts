import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFrames } from '../../grafana-plugin/src/frames/read-frames.ts';
import { findCriticalPath } from '../../grafana-plugin/src/layout/critical-path.ts';
import { extentOf } from '../../grafana-plugin/src/layout/time.ts';
import { buildTree } from '../../grafana-plugin/src/layout/tree.ts';
import { awkward } from '../panel/awkward.ts';
import type { PlainFrame } from '../panel/story-frames.ts';

const golden = new URL('awkward-traces.txt', import.meta.url);
/** Rows and steps of a path that are written at either end of a long one. */
const shown = 3;

/** A trace as the waterfall lays it out: rows in order, the path that decided how long it took, the stretch of time. */
function layOut(name: string, frame: PlainFrame): string {
  const length = frame.fields[0]!.values.length;
  const [table] = readFrames([{ ...frame, length } as never]).traces;
  const tree = buildTree(table!);
  const { fromMs, toMs } = extentOf(table!, 'corrected');
  const since = (ms: number) => `${Number((ms - fromMs).toFixed(3))}`;
  const rows = [...tree.order].map((span, position) => {
    const start = table!.startMs[span]!;
    const depth = tree.depth[position]!;
    const indent = depth > 20 ? `(${depth}) ` : '  '.repeat(depth);
    const orphan = tree.orphans.has(span) ? ' (its parent is missing)' : '';
    return `  ${indent}${table!.ids[span]} ${since(start)}–${since(start + table!.durationMs[span]!)}${orphan}`;
  });
  const path = findCriticalPath(table!, tree, tree.roots[0]!).map(
    ({ span, fromMs: from, toMs: to }) => `${table!.ids[span]} ${since(from)}–${since(to)}`,
  );
  const kept = (all: readonly string[], more: (n: number) => string) =>
    all.length <= 2 * shown
      ? all
      : [...all.slice(0, shown), more(all.length - 2 * shown), ...all.slice(-shown)];
  return [
    `${name}: ${since(toMs)} ms`,
    ...kept(rows, (n) => `  … ${n} more`),
    `  critical path: ${kept(path, (n) => `… ${n} more`).join(', ')}`,
    '',
  ].join('\n');
}

describe('awkward traces', () => {
  it('are laid out as written in awkward-traces.txt', () => {
    const text = awkward.map(([name, frame]) => layOut(name, frame)).join('\n');
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });
});
