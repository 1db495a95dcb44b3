import { describe, expect, it } from 'vitest';
import { madeTable, type MadeSpan } from '../../../test/support/span-table.ts';
import { statusError } from '../model/span-table.ts';
import { buildLanes } from './lanes.ts';
import { buildRows, closeBelow, type RowChoice } from './rows.ts';
import { buildTree } from './tree.ts';
import { findSilentTiers, judge } from './verdict.ts';

const spans: MadeSpan[] = [
  {
    id: 'renewal',
    name: 'token renewal',
    service: 'ccm-client',
    host: 'W',
    at: [0, 100],
    status: statusError,
  },
  {
    id: 'request',
    name: 'token request',
    under: 'renewal',
    service: 'ccm-client',
    host: 'W',
    at: [1, 99],
    status: statusError,
  },
  {
    id: 'forward',
    under: 'request',
    service: 'ccm-connection-point',
    host: 'CP',
    at: [20, 60],
    status: statusError,
    attributes: { 'error.type': 'http_403' },
  },
];

function rowsOf(made: readonly MadeSpan[], choice: Partial<RowChoice> = {}): string[] {
  const table = madeTable(made);
  const tree = buildTree(table);
  const lanes = buildLanes(table, tree, findSilentTiers(table, judge(table, tree)));
  const all: RowChoice = {
    lanes: 'tier',
    closedSpans: new Set(),
    closedLanes: new Set(),
    only: undefined,
    ...choice,
  };
  return [...buildRows(tree, lanes, all)].map((row) =>
    row >= 0
      ? table.ids[row]!
      : `# ${lanes.lanes[~row]!.colour}${lanes.lanes[~row]!.silent === undefined ? '' : ` ${lanes.lanes[~row]!.silent!.why}`}`,
  );
}

describe('buildRows()', () => {
  it('puts spans into the lanes of the way, those of silent tiers among them', () => {
    expect(rowsOf(spans)).toEqual([
      '# client',
      'renewal',
      'request',
      '# gateway not-logged',
      '# connection-point',
      'forward',
      '# management-point not-reached',
    ]);
  });

  it('does not claim that a tier was not reached where only the client has a record', () => {
    const alone = spans.slice(0, 2);
    expect(rowsOf(alone).filter((row) => row.startsWith('#'))).toEqual([
      '# client',
      '# gateway not-logged',
      '# connection-point not-logged',
      '# management-point not-logged',
    ]);
  });

  it('hides what is under a closed span in every lane', () => {
    expect(rowsOf(spans, { closedSpans: new Set([1]) })).not.toContain('forward');
  });

  it('keeps the head of a closed lane', () => {
    expect(rowsOf(spans, { closedLanes: new Set([0]) }).slice(0, 2)).toEqual([
      '# client',
      '# gateway not-logged',
    ]);
  });

  it('shows only what is asked for', () => {
    const only = new Uint8Array([0, 0, 1]);
    expect(rowsOf(spans, { only, lanes: 'tree' })).toEqual(['forward']);
  });

  it('gives services of other products lanes by appearance', () => {
    const made: MadeSpan[] = [
      { id: 'a', service: 'shop', at: [0, 9] },
      { id: 'b', service: 'db', under: 'a', at: [1, 2] },
      { id: 'c', service: 'shop', under: 'a', at: [3, 4] },
    ];
    expect(rowsOf(made)).toEqual(['# other-0', 'a', 'c', '# other-1', 'b']);
  });
});

describe('closeBelow()', () => {
  it('closes so that nothing deeper shows', () => {
    const tree = buildTree(madeTable(spans));
    expect([...closeBelow(tree, 1)]).toEqual([1]);
    expect([...closeBelow(tree, 0)]).toEqual([0]);
  });
});

describe('judge()', () => {
  it('finds the deepest failed span of a failed trace', () => {
    const table = madeTable(spans);
    expect(judge(table, buildTree(table))).toMatchObject({
      outcome: 'error',
      culprit: 2,
      errorType: 'http_403',
    });
  });

  it('calls a failure inside a good trace a warning', () => {
    const made = spans.map((span) => (span.id === 'renewal' ? { ...span, status: 0 } : span));
    const table = madeTable(made);
    expect(judge(table, buildTree(table)).outcome).toBe('warning');
  });

  it('finds nothing where all is well', () => {
    const table = madeTable([{ id: 'a', at: [0, 1] }]);
    expect(judge(table, buildTree(table))).toMatchObject({ outcome: 'ok', culprit: -1 });
  });
});
