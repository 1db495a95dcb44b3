import type { DuckDBConnection } from '@duckdb/node-api';

/** Runs `work` in one transaction of the connection: all of it, or nothing and its error. */
export async function inTransaction<T>(
  connection: DuckDBConnection,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  await connection.run('BEGIN TRANSACTION');
  try {
    const result = await work(connection);
    await connection.run('COMMIT');
    return result;
  } catch (cause) {
    try {
      await connection.run('ROLLBACK');
    } catch {
      // A failure while committing has already ended the transaction.
    }
    throw cause;
  }
}
