import { setTimeout as wait } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { countLost } from './outbox.ts';
import { firstNumber, rowsOf } from './sql.ts';
import { inTransaction } from './transaction.ts';
import { traceTables } from './trace-tables.ts';
import { removeSettled } from './unsettle.ts';

/** How long and how much is kept; 0 stands for no limit. */
export interface RetentionLimits {
  /** Traces that began longer ago than this go. */
  readonly maxAgeUs: number;
  /** The oldest traces go when the store holds more. */
  readonly maxBytes: number;
}

export interface SpaceUsed {
  /** Of the file on disk, its log included. */
  readonly fileBytes: number;
  /** Of these, holding rows. */
  readonly usedBytes: number;
  /** Of these, estimated: removed rows, which keep their block until all rows that lie with them are gone. */
  readonly deadBytes: number;
}

/** Traces removed in one transaction: few enough that writers hardly wait. */
const stepTraces = 10_000;
/** Between two tries of a checkpoint that was refused, milliseconds. */
const checkpointEveryMs = 20;
/** When the size is over its limit, so much of the limit is aimed at, that it does not begin again at once. */
const aim = 0.9;

/** Where retention works: between other writers, who are let in after each step. */
export type Turn = <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>;

/** Removes what is over the limits; gives the number of traces removed. */
export async function removeOld(turn: Turn, limits: RetentionLimits, nowUs: number): Promise<number> {
  let removed = 0;
  if (limits.maxAgeUs > 0) {
    const before = Math.round(nowUs - limits.maxAgeUs);
    for (;;) {
      const gone = await turn(
        async (connection) => await removeStep(connection, `start_us < ${before}`, stepTraces),
      );
      removed += gone;
      if (gone < stepTraces) break;
    }
  }
  if (limits.maxBytes > 0) removed += await removeDownTo(turn, limits.maxBytes);
  return removed;
}

/** Bytes are known only after a checkpoint, so it goes in rounds: an estimate, a removal, a look. */
async function removeDownTo(turn: Turn, maxBytes: number): Promise<number> {
  let removed = 0;
  for (let round = 0; round < 5; round += 1) {
    const { usedBytes, deadBytes } = await turn(spaceAfterCheckpoint);
    const liveBytes = usedBytes - deadBytes;
    if (liveBytes <= maxBytes) break;
    const traces = await turn(
      async (connection) => await firstNumber(connection, 'SELECT count(*) FROM traces'),
    );
    let wanted = Math.ceil(traces * (1 - (aim * maxBytes) / liveBytes));
    while (wanted > 0) {
      const step = Math.min(wanted, stepTraces);
      const gone = await turn(async (connection) => await removeStep(connection, 'true', step));
      removed += gone;
      if (gone < step) return removed;
      wanted -= step;
    }
  }
  return removed;
}

/** Oldest first. */
async function removeStep(connection: DuckDBConnection, which: string, limit: number): Promise<number> {
  const chosen = `SELECT trace_no FROM traces WHERE ${which} ORDER BY start_us LIMIT ${limit}`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE gone AS ${chosen}`);
  const [found] = await rowsOf(
    connection,
    'SELECT count(*) AS n, min(trace_no) AS least, max(trace_no) AS most FROM gone',
  );
  const count = Number(found?.['n'] ?? 0);
  if (count === 0) return 0;
  const theirs = `trace_no BETWEEN ${String(found?.['least'])} AND ${String(found?.['most'])} AND trace_no IN (SELECT trace_no FROM gone)`;
  await inTransaction(connection, async () => {
    await countLost(connection, 'SELECT trace_no FROM gone');
    await removeSettled(connection, theirs, async () => {
      for (const table of traceTables) await connection.run(`DELETE FROM ${table} WHERE ${theirs}`);
    });
  });
  return count;
}

/** @throws as DuckDB does, where another connection writes for longer than `patienceMs` */
export async function spaceAfterCheckpoint(
  connection: DuckDBConnection,
  patienceMs = 30_000,
): Promise<SpaceUsed> {
  await checkpoint(connection, patienceMs);
  return await spaceUsed(connection);
}

/**
 * Refused while DuckDB still ends a transaction that has been committed, as it does while a reader lets go of its snapshot:
 * then again. Not by FORCE CHECKPOINT, which keeps every reader from starting while it waits.
 */
async function checkpoint(connection: DuckDBConnection, patienceMs: number): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      await connection.run('CHECKPOINT');
      return;
    } catch (cause) {
      const isBusy = cause instanceof Error && cause.message.includes('other write transactions active');
      if (!isBusy || performance.now() >= until) throw cause;
      await wait(checkpointEveryMs);
    }
  }
}

export async function spaceUsed(connection: DuckDBConnection): Promise<SpaceUsed> {
  const [row] = await rowsOf(
    connection,
    'SELECT block_size, total_blocks, used_blocks FROM pragma_database_size() WHERE database_name = current_database()',
  );
  const block = Number(row?.['block_size'] ?? 0);
  const usedBytes = block * Number(row?.['used_blocks'] ?? 0);
  return {
    fileBytes: block * Number(row?.['total_blocks'] ?? 0),
    usedBytes,
    deadBytes: Math.round(usedBytes * (await deadShare(connection))),
  };
}

/** Of the rows that lie in the file, those that were removed. Spans stand for all tables. */
async function deadShare(connection: DuckDBConnection): Promise<number> {
  const lying = await firstNumber(
    connection,
    "SELECT estimated_size FROM duckdb_tables() WHERE table_name = 'spans' AND database_name = current_database()",
  );
  if (lying === 0) return 0;
  return Math.max(0, 1 - (await firstNumber(connection, 'SELECT count(*) FROM spans')) / lying);
}
