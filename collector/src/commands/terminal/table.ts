import type { Style } from './style.ts';

/**
 * Rows under a header, columns as wide as their widest cell. Cells are plain text; `paint` colours one that is padded
 * already.
 */
export function drawTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): string[] {
  const widths = header.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), title.length),
  );
  const last = header.length - 1;
  // The last column is not padded: nothing follows it.
  const padded = (row: readonly string[]): string[] =>
    row.map((cell, column) => (column === last ? cell : cell.padEnd(widths[column] ?? 0)));
  return [
    style.dim(padded(header).join('  ')),
    ...rows.map((row, at) =>
      padded(row)
        .map((cell, column) => paint(cell, at, column))
        .join('  ')
        .trimEnd(),
    ),
  ];
}
