import { describe, expect, it } from 'vitest';
import { madeTable } from '../../../test/support/span-table.ts';
import { statusError } from '../model/span-table.ts';
import { beginningOf, failuresFirst, mergeEvidence, type Evidence } from './evidence.ts';

const record = (name: string, timeMs: number) => ({ name, timeMs, attributes: [] });
const table = madeTable([
  { id: 'sent', at: [0, 9], records: [record('token.request.sent', 0), record('http.error.told', 9)] },
  {
    id: 'forward',
    at: [1, 5],
    status: statusError,
    records: [record('connector.sent', 1), record('connector.failed', 4), record('http.error.told', 5)],
  },
  { id: 'silent', at: [2, 3] },
]);
const names = (rows: readonly Evidence[]) => rows.map((row) => row.record.name);

describe('beginningOf()', () => {
  const { rows } = mergeEvidence(table, [0, 1, 2], 100);

  it('begins at the first failure of the span, else at its first record', () => {
    expect([0, 1].map((span) => names([rows[beginningOf(table, rows, span)]!])[0])).toEqual([
      'token.request.sent',
      'connector.failed',
    ]);
  });

  it('finds none for a span without records', () => {
    expect(beginningOf(table, rows, 2)).toBe(-1);
  });
});

describe('failuresFirst()', () => {
  it('puts failures before what led to them, each in order of time', () => {
    const { rows } = mergeEvidence(table, [1], 100);
    expect(names(failuresFirst(table, rows))).toEqual([
      'connector.failed',
      'http.error.told',
      'connector.sent',
    ]);
  });
});
