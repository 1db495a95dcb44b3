import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsIn, readEdges, violations } from './check-imports.ts';
import { importTable } from './import-table.ts';

const root = join(import.meta.dirname, '..', '..');
const edges = readEdges(root, ['collector/src', 'grafana-plugin/src', 'dashboards/src']);

describe('the import table', () => {
  it('is obeyed by every source file', () => {
    expect(violations(edges, importTable)).toEqual([]);
  });

  it('was held against a real number of imports', () => {
    expect(edges.length).toBeGreaterThan(20);
  });

  it.each([
    ['collector/src/base/clock.ts', 'collector/src/model/span.ts'],
    ['collector/src/parse/index.ts', 'collector/src/tail/index.ts'],
    ['collector/src/pipeline/index.ts', 'collector/src/store/writer.ts'],
    ['collector/src/commands/run.ts', 'collector/src/correlate/index.ts'],
    ['collector/src/main.ts', 'collector/src/pipeline/index.ts'],
    ['grafana-plugin/src/view/waterfall.tsx', 'grafana-plugin/src/panel/panel.tsx'],
    ['collector/src/utils/strings.ts', 'collector/src/base/clock.ts'],
    ['collector/src/export/file.ts', 'test/support/traces.ts'],
  ])('refuses %s importing %s', (from, to) => {
    expect(violations([{ from, to }], importTable)).toHaveLength(1);
  });

  it.each([
    ['collector/src/pipeline/index.ts', 'collector/src/store/index.ts'],
    ['collector/src/commands/run.ts', 'collector/src/pipeline/index.ts'],
    ['collector/src/parse/index.ts', 'collector/src/contract/frames.ts'],
    ['collector/src/export/file.test.ts', 'test/support/traces.ts'],
  ])('allows %s importing %s', (from, to) => {
    expect(violations([{ from, to }], importTable)).toEqual([]);
  });
});

describe('importsIn()', () => {
  it('finds static, type-only, multi-line, side-effect, re-exported and dynamic imports', () => {
    const text = `
      import { a } from './a.ts';
      import type { B } from '../b.ts';
      import {
        c,
      } from './c.ts';
      import './d.css';
      export { e } from './e.ts';
      const f = await import('./f.ts');
      import { g } from 'package';
    `;
    expect(importsIn(text)).toEqual(['./a.ts', '../b.ts', './c.ts', './d.css', './e.ts', './f.ts']);
  });
});
