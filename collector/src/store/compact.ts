import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from './sql.ts';
import { type SpaceUsed, spaceAfterCheckpoint } from './retention.ts';
import { inTransaction } from './transaction.ts';

/** Less than this is not worth a rewrite: the next writes fill it. */
const leastUselessBytes = 4 * 1024 * 1024;

/**
 * Whether the file should be rewritten: half of it is of no use, or it is larger than its limit though what is kept is
 * not. Free blocks are used again by later writes, but only the end of the file can be cut off.
 */
export function isWorthCompacting(space: SpaceUsed, maxBytes: number): boolean {
  const useless = space.fileBytes - space.usedBytes + space.deadBytes;
  if (useless < leastUselessBytes) return false;
  return useless > space.fileBytes / 2 || (maxBytes > 0 && space.fileBytes > maxBytes);
}

/**
 * Writes each table anew, in one transaction each, so that a crash leaves the old one or the new one. All of them: one
 * that lies at the end of the file keeps it from being cut off. Readers go on with their snapshots; writers wait. The
 * rows' order stays: it is that of their numbers, or of devices within runs.
 */
export async function compact(connection: DuckDBConnection): Promise<void> {
  const tables = await rowsOf(
    connection,
    "SELECT table_name, sql FROM duckdb_tables() WHERE schema_name = 'main' AND NOT temporary AND database_name = current_database()",
  );
  for (const { table_name: name, sql } of tables) {
    const table = String(name);
    const definition = String(sql).replace(
      new RegExp(`^CREATE TABLE (?:main\\.)?${table}\\(`),
      `CREATE TABLE ${table}_new(`,
    );
    await inTransaction(connection, async () => {
      await connection.run(definition);
      await connection.run(`INSERT INTO ${table}_new FROM ${table}`);
      await connection.run(`DROP TABLE ${table}`);
      await connection.run(`ALTER TABLE ${table}_new RENAME TO ${table}`);
    });
    await spaceAfterCheckpoint(connection);
  }
}
