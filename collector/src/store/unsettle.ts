import type { DuckDBConnection } from '@duckdb/node-api';
import { devicesAmong } from './device-rows.ts';
import { settledUpTo } from './settle.ts';
import { classOf, isStsSpan, slotOf } from './slots.ts';
import { firstNumber } from './sql.ts';

/**
 * Removes traces by `remove`, within the connection's transaction, and takes those that are settled out of the summaries.
 * `which`: condition on `trace_no` that names them.
 */
export async function removeSettled(
  connection: DuckDBConnection,
  which: string,
  remove: () => Promise<void>,
): Promise<void> {
  const upTo = await settledUpTo(connection);
  const theirs = `${which} AND trace_no <= ${upTo}`;
  const found = await firstNumber(connection, `SELECT count(*) FROM traces WHERE ${theirs}`);
  if (found === 0) {
    await remove();
    return;
  }
  await connection.run(
    `INSERT INTO outcome_slots SELECT ${slotOf}, story, failed, -count(*) FROM traces WHERE ${theirs} GROUP BY ALL`,
  );
  await connection.run(
    `INSERT INTO sts_slots SELECT ${slotOf}, ${classOf}, -count(*) FROM spans WHERE ${theirs} AND ${isStsSpan} GROUP BY ALL`,
  );
  // Only devices that owe one of their greatest times to such a trace are looked at again.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE shaken AS SELECT DISTINCT device_no
     FROM (FROM traces WHERE ${theirs}) t JOIN devices d USING (device_no)
     WHERE t.start_us >= d.last_start_us OR t.start_us + t.duration_us >= d.seen_us OR t.token_expires_us >= d.expires_us`,
  );
  await remove();
  const shaken = 'device_no IN (SELECT device_no FROM shaken)';
  await connection.run(`DELETE FROM devices WHERE ${shaken}`);
  await connection.run(
    `INSERT INTO devices ${devicesAmong(`traces WHERE trace_no <= ${upTo} AND ${shaken}`)}`,
  );
  await connection.run('DROP TABLE temp.shaken');
}

/** Adds up the counts of each slot, where removals have left many for one. */
export async function mergeSlots(connection: DuckDBConnection): Promise<void> {
  for (const [table, columns, count] of [
    ['outcome_slots', 'slot, story, failed', 'traces'],
    ['sts_slots', 'slot, class', 'spans'],
  ]) {
    const [rows, groups] = [
      await firstNumber(connection, `SELECT count(*) FROM ${table}`),
      await firstNumber(connection, `SELECT count(*) FROM (SELECT DISTINCT ${columns} FROM ${table})`),
    ];
    if (rows === 0 || rows < 2 * groups) continue;
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE merged AS SELECT ${columns}, sum(${count})::BIGINT AS ${count} FROM ${table}
       GROUP BY ALL HAVING sum(${count}) <> 0 ORDER BY ALL`,
    );
    await connection.run(`DELETE FROM ${table}`);
    await connection.run(`INSERT INTO ${table} FROM merged`);
    await connection.run('DROP TABLE temp.merged');
  }
}
