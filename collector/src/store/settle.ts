import type { DuckDBConnection } from '@duckdb/node-api';
import { devicesAmong, mergedDevices } from './device-rows.ts';
import { classOf, isStsSpan, slotOf } from './slots.ts';
import { rowsOf } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** Traces settled at once: far more than a row group, so that sorting brings one device's rows together. */
export const usualRun = 262_144;

/** Number of the last trace that is settled; summaries hold exactly the traces up to it that are still there. */
export async function settledUpTo(connection: DuckDBConnection): Promise<bigint> {
  const [row] = await rowsOf(connection, 'SELECT trace_no FROM settled');
  return (row?.['trace_no'] ?? 0n) as bigint;
}

/**
 * Settles traces `(after, upTo]`, in one transaction: their rows are written anew ordered by device, and those of
 * identities by identity, so that a look-up opens few blocks; and they are counted in the summaries, so that a fleet
 * view counts neither them nor their spans again. Readers see the same before and after.
 */
export async function settle(connection: DuckDBConnection, after: bigint, upTo: bigint): Promise<void> {
  const range = `trace_no > ${after} AND trace_no <= ${upTo}`;
  await inTransaction(connection, async () => {
    const run = async (statement: string): Promise<unknown> => await connection.run(statement);
    await run(
      `CREATE OR REPLACE TEMP TABLE settling AS SELECT * FROM traces WHERE ${range} ORDER BY device_no, trace_no`,
    );
    await run(
      `CREATE OR REPLACE TEMP TABLE settling_identities AS
         SELECT identity_no, i.trace_no, t.device_no
         FROM (FROM trace_identities WHERE ${range}) i JOIN settling t USING (trace_no) ORDER BY identity_no, trace_no`,
    );
    for (const [table, sorted] of [
      ['traces', 'settling'],
      ['trace_identities', 'settling_identities'],
    ]) {
      await run(`DELETE FROM ${table} WHERE ${range}`);
      await run(`INSERT INTO ${table} FROM ${sorted}`);
    }
    await run(
      `INSERT INTO outcome_slots SELECT ${slotOf}, story, failed, count(*) FROM settling GROUP BY ALL ORDER BY ALL`,
    );
    await run(
      `INSERT INTO sts_slots SELECT ${slotOf}, ${classOf}, count(*) FROM spans WHERE ${range} AND ${isStsSpan}
       GROUP BY ALL ORDER BY ALL`,
    );
    await run(
      `INSERT INTO failures
         SELECT trace_no, trace_id, start_us, story, error_type, diagnosis, status_message, device_no
         FROM settling WHERE failed ORDER BY trace_no`,
    );
    const theirs = 'device_no IN (SELECT device_no FROM settling)';
    await run(
      `CREATE OR REPLACE TEMP TABLE settling_devices AS
         ${mergedDevices(`FROM devices WHERE ${theirs} UNION ALL ${devicesAmong('settling WHERE true')}`)}`,
    );
    await run(`DELETE FROM devices WHERE ${theirs}`);
    await run('INSERT INTO devices FROM settling_devices ORDER BY device_no');
    await run(`UPDATE settled SET trace_no = ${upTo}`);
    for (const table of ['settling', 'settling_identities', 'settling_devices'])
      await run(`DROP TABLE temp.${table}`);
  });
}
