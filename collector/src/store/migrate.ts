import type { DuckDBConnection } from '@duckdb/node-api';
import { Failure } from '../base/failure.ts';
import { firstNumber } from './sql.ts';
import { inTransaction } from './transaction.ts';
import type { Migration } from './schema.ts';

/**
 * Brings the database to the newest version, each step in a transaction of its own.
 *
 * @throws Failure where a newer program made the store.
 */
export async function migrate(connection: DuckDBConnection, steps: readonly Migration[]): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)');
  const found = await firstNumber(connection, 'SELECT coalesce(max(version), 0) FROM schema_version');
  const newest = steps.at(-1)?.version ?? 0;
  if (found > newest) {
    throw new Failure(
      `the store cannot be opened: it has schema version ${found}, this program knows up to ${newest}; use the newer ccmtrace that wrote it, or another folder`,
    );
  }
  for (const step of steps) {
    if (step.version <= found) continue;
    await inTransaction(connection, async () => {
      for (const statement of step.statements) await connection.run(statement);
      await connection.run('INSERT INTO schema_version VALUES ($1)', [step.version]);
    });
  }
}
