import { describe, expect, it } from 'vitest';
import { type MadeSpan, madeTable } from '../../../test/support/span-table.ts';
import { statusError } from '../model/span-table.ts';
import { buildTree } from './tree.ts';
import { judge } from './verdict.ts';

function culpritOf(spans: readonly MadeSpan[]): string {
  const table = madeTable(spans);
  const { culprit } = judge(table, buildTree(table));
  return culprit < 0 ? '' : table.names[culprit]!;
}

const failed = { status: statusError };
const root: MadeSpan = { id: 'renewal', name: 'renewal', at: [0, 100], ...failed };
const under = { under: 'renewal' };

describe('judge()', () => {
  it('names what failed last where an earlier failure was got over', () => {
    const device: MadeSpan = { id: 'device', name: 'device token', at: [0, 20], ...under, ...failed };
    const request: MadeSpan = { id: 'request', name: 'request', at: [40, 100], ...under, ...failed };
    expect(culpritOf([root, device, request])).toBe('request');
    expect(culpritOf([root, request, device])).toBe('request');
  });

  it('names the failure of the kind that the trace failed with, whatever ended later', () => {
    const kind = { attributes: { 'error.type': 'tls_root_ca' } };
    const request: MadeSpan = { id: 'request', name: 'request', at: [0, 20], ...under, ...failed, ...kind };
    const report: MadeSpan = { id: 'report', name: 'report', at: [40, 100], ...under, ...failed };
    expect(culpritOf([{ ...root, ...kind }, request, report])).toBe('request');
    expect(culpritOf([root, request, report])).toBe('report');
  });

  it('goes down to the innermost failure, past spans that are well', () => {
    const through: MadeSpan = { id: 'through', name: 'through', at: [10, 90], ...under };
    const inner: MadeSpan = { id: 'inner', name: 'inner', at: [20, 80], under: 'through', ...failed };
    const innermost: MadeSpan = { id: 'last', name: 'innermost', at: [30, 70], under: 'inner', ...failed };
    expect(culpritOf([root, through, inner, innermost])).toBe('innermost');
  });

  it('names nothing in a trace that is well, and of one with a warning the deepest', () => {
    const well: MadeSpan = { id: 'renewal', name: 'renewal', at: [0, 100] };
    const first: MadeSpan = { id: 'first', name: 'first', at: [0, 20], ...under, ...failed };
    const inner: MadeSpan = { id: 'inner', name: 'inner', at: [0, 10], under: 'first', ...failed };
    expect(culpritOf([well])).toBe('');
    expect(culpritOf([well, first, inner])).toBe('inner');
  });
});
