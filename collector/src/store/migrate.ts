import type { DuckDBConnection } from '@duckdb/node-api';
import { Failure } from '../base/failure.ts';
import { firstNumber } from './sql.ts';
import type { Migration } from './schema.ts';
import { inTransaction } from './transaction.ts';

/** Version of the schema in the database; 0 for an empty one. */
export async function schemaVersion(connection: DuckDBConnection): Promise<number> {
  const tables = await firstNumber(
    connection,
    "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version' AND NOT temporary",
  );
  return tables === 0
    ? 0
    : await firstNumber(connection, 'SELECT coalesce(max(version), 0) FROM schema_version');
}

/**
 * Whether the database is older than the newest step.
 *
 * @throws Failure where a newer program made the store.
 */
export async function needsMigration(
  connection: DuckDBConnection,
  steps: readonly Migration[],
): Promise<boolean> {
  const found = await schemaVersion(connection);
  const newest = steps.at(-1)?.version ?? 0;
  if (found > newest) {
    throw new Failure(
      `the store cannot be opened: its schema has version ${found} and this program knows up to ${newest}; use the newer ccmtrace that wrote it, or another folder`,
    );
  }
  return found < newest;
}

/** Brings the database to the newest version, each step in a transaction of its own. */
export async function migrate(connection: DuckDBConnection, steps: readonly Migration[]): Promise<void> {
  if (!(await needsMigration(connection, steps))) return;
  await connection.run('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)');
  const found = await schemaVersion(connection);
  for (const step of steps) {
    if (step.version <= found) continue;
    await inTransaction(connection, async () => {
      for (const statement of step.statements) await connection.run(statement);
      await connection.run('INSERT INTO schema_version VALUES ($1)', [step.version]);
    });
  }
}
