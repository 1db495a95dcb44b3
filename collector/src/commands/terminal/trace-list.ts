import { formatDuration } from '../../base/duration.ts';
import { safeLine } from '../../base/safe-text.ts';
import type { TraceSummary } from '../../contract/trace-reader.ts';
import type { Style } from './style.ts';

/** Summaries as a table of a terminal, in the order given. */
export function drawTraceList(rows: readonly TraceSummary[], style: Style): string[] {
  const header = ['when (UTC)', 'story', 'outcome', 'took', 'host', 'trace'];
  const cells = rows.map((row) => [
    new Date(row.startUs / 1000).toISOString().slice(0, 19).replace('T', ' '),
    row.story,
    row.outcome === 'ok' ? 'ok' : row.errorType || 'error',
    formatDuration(row.durationUs),
    safeLine(row.host),
    row.traceId,
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (row: readonly string[]): string[] =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  const line = (row: readonly string[], index: number): string => {
    const [when, story, outcome, ...rest] = pad(row);
    const colour = rows[index]?.outcome === 'ok' ? style.green : style.red;
    return [when, story, colour(outcome ?? ''), ...rest].join('  ').trimEnd();
  };
  return [style.dim(pad(header).join('  ').trimEnd()), ...cells.map(line)];
}
