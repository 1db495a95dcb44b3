import type { DuckDBConnection } from '@duckdb/node-api';
import type { Turn } from './retention.ts';
import { settledUpTo } from './settle.ts';
import { firstNumber } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** So many settled runs are merged into one, in as many pieces: no piece is larger than a run. */
const runsMerged = 8;

/**
 * Merges settled runs, so that an old device's rows lie in few places however much there is. Piece by piece, between
 * other writers; a crash leaves some pieces merged, and they are merged again.
 */
export async function mergeRuns(turn: Turn, run: number): Promise<void> {
  for (;;) {
    const after = await turn(
      async (connection) => await firstNumber(connection, 'SELECT merged FROM settled'),
    );
    const upTo = after + runsMerged * run;
    if (upTo > Number(await turn(settledUpTo))) return;
    const range = `trace_no > ${after} AND trace_no <= ${upTo}`;
    await mergeTable(turn, 'traces', 'device_no', range);
    await mergeTable(turn, 'trace_identities', 'identity_no', range);
    await turn(async (connection) => await connection.run(`UPDATE settled SET merged = ${upTo}`));
  }
}

async function mergeTable(turn: Turn, table: string, by: string, range: string): Promise<void> {
  const bounds = await turn(async (connection) => await boundsOf(connection, table, by, range));
  for (const [i, least] of bounds.entries()) {
    const most = bounds[i + 1];
    const piece = `${range} AND ${by} >= ${least}${most === undefined ? '' : ` AND ${by} < ${most}`}`;
    await turn(
      async (connection) =>
        await inTransaction(connection, async () => {
          await connection.run(
            `CREATE OR REPLACE TEMP TABLE merging AS SELECT * FROM ${table} WHERE ${piece} ORDER BY ${by}, trace_no`,
          );
          await connection.run(`DELETE FROM ${table} WHERE ${piece}`);
          await connection.run(`INSERT INTO ${table} FROM merging`);
          await connection.run('DROP TABLE temp.merging');
        }),
    );
  }
}

/** Where the pieces begin: numbers that part the rows evenly. Every number is 0 or more. */
async function boundsOf(
  connection: DuckDBConnection,
  table: string,
  by: string,
  range: string,
): Promise<readonly number[]> {
  const shares = Array.from({ length: runsMerged - 1 }, (_, i) => (i + 1) / runsMerged);
  const result = await connection.run(
    `SELECT DISTINCT unnest(quantile_disc(${by}, [${shares.join(', ')}])) AS bound FROM ${table} WHERE ${range} ORDER BY bound`,
  );
  const found = (await result.getRows()).map(([bound]) => Number(bound));
  return [0, ...found.filter((bound) => bound > 0)];
}
