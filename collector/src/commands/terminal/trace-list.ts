import { formatDuration } from '../../base/duration.ts';
import { safeLine } from '../../base/safe-text.ts';
import type { TraceSummary } from '../../contract/trace-reader.ts';
import type { Terminal } from '../surroundings.ts';
import { colourOf, outcomeTexts } from './outcome.ts';
import { createStyle, type Style } from './style.ts';
import { drawTable } from './table.ts';

const header = ['when (UTC)', 'story', 'outcome', 'took', 'host', 'trace'];
const outcomeColumn = header.indexOf('outcome');
/** Where one line does not hold a row, so many of its cells stand on the first. */
const firstCells = outcomeColumn + 1;
/** Columns of what stands on a second line where one does not hold all. */
const indent = '2026-03-08 07:31:46  '.length;

/** Summaries as a table, in the order given; on a terminal that is too narrow for one line a row, in two. */
export function drawTraceList(rows: readonly TraceSummary[], terminal: Terminal): string[] {
  const style = createStyle(terminal.isTerminal);
  const cells = rows.map((row) => [
    new Date(row.startUs / 1000).toISOString().slice(0, 19).replace('T', ' '),
    safeLine(row.story),
    row.outcome === 'error' ? safeLine(row.errorType) || 'error' : outcomeTexts[row.outcome],
    formatDuration(row.durationUs),
    safeLine(row.host),
    row.traceId,
  ]);
  const paint = (cell: string, at: number, column: number): string => {
    const row = rows[at];
    return column === outcomeColumn && row !== undefined ? colourOf(row.outcome, style)(cell) : cell;
  };
  if (!terminal.isTerminal || widthOf(cells) <= terminal.columns())
    return drawTable(header, cells, style, paint);
  return stacked(cells, style, paint);
}

function stacked(
  cells: readonly (readonly string[])[],
  style: Style,
  paint: Parameters<typeof drawTable>[3],
): string[] {
  const [title = '', ...firsts] = drawTable(
    header.slice(0, firstCells),
    cells.map((row) => row.slice(0, firstCells)),
    style,
    paint,
  );
  const second = (row: readonly string[]): string =>
    style.dim(`${' '.repeat(indent)}${row.slice(firstCells).join('  ')}`);
  return [title, ...firsts.flatMap((line, at) => [line, second(cells[at] ?? [])])];
}

function widthOf(cells: readonly (readonly string[])[]): number {
  const [line = ''] = drawTable(header, cells, createStyle(false)).toSorted((a, b) => b.length - a.length);
  return line.length;
}
