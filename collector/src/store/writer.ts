import type { DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '../base/clock.ts';
import type { Written } from '../contract/trace-reader.ts';
import type { Trace } from '../model/span.ts';
import { IdentityNumbers } from './identity-numbers.ts';
import { settle, settledUpTo, usualRun } from './settle.ts';
import { decimal, firstNumber, rowsOf, toHex } from './sql.ts';
import { digestOf, isMessage, keysOf, TraceRows } from './trace-rows.ts';
import { TraceFilter } from './trace-filter.ts';
import { traceTables } from './trace-tables.ts';
import { inTransaction } from './transaction.ts';
import { removeSettled } from './unsettle.ts';
import { whereNumbers } from './restore.ts';

interface Known {
  readonly traceNo: bigint;
  readonly digest: bigint;
}

export interface WrittenBatch extends Written {
  /** Traces that are new or changed. */
  readonly changed: number;
}

/** Writes batches of traces, each in one transaction. Not for two calls at once: the store queues them. */
export class BatchWriter {
  readonly #connection: DuckDBConnection;
  readonly #clock: Clock;
  readonly #identities: IdentityNumbers;
  readonly #run: bigint;
  #nextNo: bigint;
  #settled: bigint;
  #filter: TraceFilter | undefined;

  private constructor(
    connection: DuckDBConnection,
    clock: Clock,
    identities: IdentityNumbers,
    numbers: { readonly next: bigint; readonly settled: bigint; readonly run: bigint },
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#identities = identities;
    this.#nextNo = numbers.next;
    this.#settled = numbers.settled;
    this.#run = numbers.run;
  }

  /** `run`: traces settled at once. */
  static async open(connection: DuckDBConnection, clock: Clock, run = usualRun): Promise<BatchWriter> {
    // A cursor may stand past the last trace that retention left: numbers are never given twice.
    const used = await firstNumber(
      connection,
      'SELECT greatest((SELECT coalesce(max(trace_no), 0) FROM traces), (SELECT coalesce(max(delivered), 0) FROM destinations))',
    );
    return new BatchWriter(connection, clock, await IdentityNumbers.open(connection), {
      next: BigInt(used) + 1n,
      settled: await settledUpTo(connection),
      run: BigInt(run),
    });
  }

  /** Traces settled at once. */
  get run(): number {
    return Number(this.#run);
  }

  /** Whether so many traces have come that the next run can be settled. */
  get canSettle(): boolean {
    return this.#nextNo - 1n - this.#settled >= this.#run;
  }

  /** Settles one run of traces. */
  async settle(): Promise<void> {
    if (!this.canSettle) return;
    await settle(this.#connection, this.#settled, this.#settled + this.#run);
    this.#settled += this.#run;
  }

  /** Writes traces that are new or changed; the same trace again is left as it is. */
  async write(traces: readonly Trace[]): Promise<WrittenBatch> {
    const last = new Map(traces.map((trace) => [trace.traceId, trace]));
    const filter = await this.#roomyFilter();
    const known = await this.#known([...last.keys()].filter((traceId) => filter.mayHave(traceId)));
    const replaced: bigint[] = [];
    const fresh: { trace: Trace; digest: bigint }[] = [];
    for (const [traceId, trace] of last) {
      const digest = digestOf(trace);
      const before = known.get(traceId);
      if (before?.digest === digest) continue;
      if (before !== undefined) replaced.push(before.traceNo);
      fresh.push({ trace, digest });
    }
    if (fresh.length === 0) return { changed: 0, added: new Set() };
    try {
      await inTransaction(this.#connection, async () => {
        await removeTraces(this.#connection, replaced);
        await this.#append(fresh);
      });
    } catch (cause) {
      this.#identities.forget();
      throw cause;
    }
    for (const { trace } of fresh) filter.add(trace.traceId);
    const added = fresh.map(({ trace }) => trace.traceId).filter((traceId) => !known.has(traceId));
    return { changed: fresh.length, added: new Set(added) };
  }

  /** Made at the first write, from the ids stored, and again whenever it has filled up. */
  async #roomyFilter(): Promise<TraceFilter> {
    if (this.#filter !== undefined && !this.#filter.isFull) return this.#filter;
    const filter = new TraceFilter(await firstNumber(this.#connection, 'SELECT count(*) FROM traces'));
    const ids = await this.#connection.stream('SELECT trace_id FROM traces');
    for await (const chunk of ids) for (const id of chunk.getColumnValues(0)) filter.add(toHex(id, 32));
    this.#filter = filter;
    return filter;
  }

  /** Removes identities that no trace has any more; ones that come back get a new number. */
  async removeOrphans(): Promise<void> {
    await this.#connection.run(
      'DELETE FROM identities WHERE identity_no NOT IN (SELECT DISTINCT identity_no FROM trace_identities)',
    );
    this.#identities.forget();
  }

  async #append(fresh: readonly { trace: Trace; digest: bigint }[]): Promise<void> {
    const keys = fresh.flatMap(({ trace }) => keysOf(trace)).filter((key) => !isMessage(key));
    const numbers = await this.#identities.assign(this.#connection, keys);
    const rows = new TraceRows();
    const writtenUs = BigInt(Math.round(this.#clock.nowUs()));
    let traceNo = this.#nextNo;
    for (const { trace, digest } of fresh) {
      rows.add(trace, traceNo, digest, writtenUs, (key) => numbers.numberOf(key));
      traceNo += 1n;
    }
    for (const table of rows.tables) await table.append(this.#connection);
    // Numbers of a batch that fails are skipped, never given again.
    this.#nextNo = traceNo;
    numbers.keep();
  }

  async #known(traceIds: readonly string[]): Promise<ReadonlyMap<string, Known>> {
    if (traceIds.length === 0) return new Map();
    // Text is bound here because a bound list of UHUGEINT takes DuckDB fifteen times as long to unnest.
    const rows = await rowsOf(
      this.#connection,
      `SELECT trace_id, trace_no, digest FROM traces
       WHERE trace_id IN (SELECT unnest(string_split($1, ','))::UHUGEINT)`,
      [traceIds.map(decimal).join(',')],
    );
    return new Map(
      rows.map((row) => [
        toHex(row['trace_id'] ?? 0n, 32),
        { traceNo: row['trace_no'] as bigint, digest: row['digest'] as bigint },
      ]),
    );
  }
}

/** Removes every row of these traces, within the connection's transaction. */
async function removeTraces(connection: DuckDBConnection, numbers: readonly bigint[]): Promise<void> {
  if (numbers.length === 0) return;
  const which = whereNumbers(numbers);
  await removeSettled(connection, which, async () => {
    for (const table of traceTables) await connection.run(`DELETE FROM ${table} WHERE ${which}`);
  });
}
