import { formatDuration } from '../../base/duration.ts';
import { safeLine } from '../../base/safe-text.ts';
import type { TraceSummary } from '../../contract/trace-reader.ts';
import type { Style } from './style.ts';
import { drawTable } from './table.ts';

const header = ['when (UTC)', 'story', 'outcome', 'took', 'host', 'trace'];
const outcomeColumn = header.indexOf('outcome');

/** Summaries as a table of a terminal, in the order given. */
export function drawTraceList(rows: readonly TraceSummary[], style: Style): string[] {
  const cells = rows.map((row) => [
    new Date(row.startUs / 1000).toISOString().slice(0, 19).replace('T', ' '),
    safeLine(row.story),
    row.outcome === 'ok' ? 'ok' : safeLine(row.errorType) || 'error',
    formatDuration(row.durationUs),
    safeLine(row.host),
    row.traceId,
  ]);
  return drawTable(header, cells, style, (cell, at, column) => {
    if (column !== outcomeColumn) return cell;
    return rows[at]?.outcome === 'ok' ? style.green(cell) : style.red(cell);
  });
}
