import type { Style } from './style.ts';

/** Rows under a header, columns as wide as their widest cell. Cells are plain text. */
export function drawTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string[] {
  const widths = header.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), title.length),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [style.dim(line(header)), ...rows.map(line)];
}
