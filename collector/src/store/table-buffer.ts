import { type DuckDBConnection, DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api';

/** Rows a DuckDB chunk holds. */
const chunkRows = 2048;

/** Rows for one table, gathered by column and appended in whole chunks. */
export class TableBuffer {
  readonly table: string;
  readonly #columns: DuckDBValue[][];

  constructor(table: string, columnCount: number) {
    this.table = table;
    this.#columns = Array.from({ length: columnCount }, () => []);
  }

  get rowCount(): number {
    return this.#columns[0]?.length ?? 0;
  }

  /** Values in the order of the table's columns. */
  push(values: readonly DuckDBValue[]): void {
    for (let i = 0; i < this.#columns.length; i += 1) this.#columns[i]?.push(values[i] ?? null);
  }

  /** Appends all rows within the connection's transaction. */
  async append(connection: DuckDBConnection): Promise<void> {
    if (this.rowCount === 0) return;
    const appender = await connection.createAppender(this.table);
    try {
      const types = this.#columns.map((_, i) => appender.columnType(i));
      for (let from = 0; from < this.rowCount; from += chunkRows) {
        const columns = this.#columns.map((column) => column.slice(from, from + chunkRows));
        const chunk = DuckDBDataChunk.create(types, columns[0]?.length ?? 0);
        chunk.setColumns(columns);
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
  }
}
