import { describe, expect, it } from 'vitest';
import type { TraceSummary } from '../../contract/trace-reader.ts';
import { drawTraceList } from './trace-list.ts';

const row: TraceSummary = {
  traceId: 'a'.repeat(32),
  story: 'token renewal',
  startUs: 1_772_955_106_000_000,
  durationUs: 408_000,
  outcome: 'error',
  errorType: 'connection_point_certificate',
  statusMessage: '',
  diagnosis: '',
  host: 'WIN-042',
  clientGuid: '',
  spanCount: 3,
  tiers: ['client'],
};
const rows = [
  row,
  { ...row, story: 'client registration', outcome: 'ok', host: 'WIN-7', durationUs: 128_000_000 },
] as const;

function draw(rows: readonly TraceSummary[], columns: number, isTerminal = true): string[] {
  const lines = drawTraceList(rows, { write: () => undefined, isTerminal, columns: () => columns });
  // oxlint-disable-next-line no-control-regex -- colours are taken out by their escape
  return lines.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''));
}

describe('drawTraceList()', () => {
  it('draws one line a row where the terminal holds it, and for programs', () => {
    const wide = draw(rows, 160);
    expect(wide).toHaveLength(3);
    expect(wide[1]).toMatch(
      /^2026-03-08 07:31:46  token renewal +connection_point_certificate  408 ms +WIN-042  a{32}$/,
    );
    expect(draw(rows, 80, false)).toEqual(wide);
  });

  it.each([80, 120])('draws two lines a row on %d columns, none of them longer', (columns) => {
    const lines = draw(rows, columns);
    expect(lines).toHaveLength(5);
    expect(lines[2]).toBe(`${' '.repeat(21)}408 ms  WIN-042  ${'a'.repeat(32)}`);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });

  it('says of a trace that was well in which something was not what the page says', () => {
    const lines = draw(
      [row, { ...row, outcome: 'warning', errorType: '' }, { ...row, outcome: 'ok', errorType: '' }],
      160,
    );
    expect(lines.slice(1).map((line) => line.slice(36, 64).trim())).toEqual([
      'connection_point_certificate',
      'ok, with warnings',
      'ok',
    ]);
  });

  it('makes terminal escapes of a host, a story and an error visible', () => {
    const hostile = { ...row, host: 'A\u001b[2J', story: 'B\u0007', errorType: '\u202eC' };
    const text = draw([hostile], 200, false).join('\n');
    expect(text).toContain('A\\x1b[2J');
    expect(text).toContain('B\\x07');
    expect(text).toContain('\\u202eC');
  });
});
