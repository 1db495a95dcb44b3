import { availableParallelism } from 'node:os';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Outbox } from '../contract/outbox.ts';
import type { TracePage, TraceQuery, TraceReader, TraceWriter } from '../contract/trace-reader.ts';
import type { Trace } from '../model/span.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { createOutbox } from './outbox.ts';
import { restore } from './restore.ts';
import { Signal } from '../base/signal.ts';
import { migrations } from './schema.ts';
import { decimal, rowsOf } from './sql.ts';
import { listTraces } from './trace-list.ts';
import { inTransaction } from './transaction.ts';
import { BatchWriter } from './writer.ts';

export interface StoreOptions {
  readonly clock?: Clock;
  /** DuckDB's buffer memory; default 1,024. */
  readonly memoryMebibytes?: number;
  /** DuckDB's worker threads; default: those of the machine, at most 4. */
  readonly threads?: number;
}

/** The embedded store of one folder. One process has it open at a time; others use its API. */
export interface Store extends TraceReader, TraceWriter {
  readonly outbox: Outbox;
  /** Waits for writes in hand, then releases the folder. Safe twice. */
  close(): Promise<void>;
}

/**
 * Opens the store in `folder`, making or migrating it as needed.
 *
 * @throws Failure where another process has it open, its file cannot be read, or a newer program made it.
 */
export async function openStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  const instance = await openDatabase(folder, {
    memoryMebibytes: options.memoryMebibytes ?? 1024,
    threads: options.threads ?? Math.min(4, availableParallelism()),
  });
  try {
    const connection = await instance.connect();
    await migrate(connection, migrations);
    return new DuckStore(
      instance,
      connection,
      await BatchWriter.open(connection, options.clock ?? systemClock),
    );
  } catch (cause) {
    instance.closeSync();
    throw cause;
  }
}

class DuckStore implements Store {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #writer: BatchWriter;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #reads = new Set<Promise<unknown>>();
  readonly #changes = new Signal();
  readonly outbox: Outbox;
  #closed = false;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, writer: BatchWriter) {
    this.#instance = instance;
    this.#connection = connection;
    this.#writer = writer;
    this.outbox = createOutbox({
      reading: async (work) => await this.#reading(work),
      writing: async (work) => await this.#inTurn(async () => await inTransaction(this.#connection, work)),
      changed: async (signal) => {
        await this.#changes.next(signal);
      },
    });
  }

  async write(traces: readonly Trace[]): Promise<void> {
    if (traces.length === 0) return;
    const changed = await this.#inTurn(async () => await this.#writer.write(traces));
    if (changed > 0) this.#changes.raise();
  }

  async list(query: TraceQuery): Promise<TracePage> {
    return await this.#reading(async (connection) => await listTraces(connection, query));
  }

  async get(traceId: string): Promise<Trace | undefined> {
    if (!/^[0-9a-f]{32}$/i.test(traceId)) return undefined;
    return await this.#reading(async (connection) => {
      const rows = await rowsOf(connection, 'SELECT trace_no FROM traces WHERE trace_id = $1', [
        decimal(traceId),
      ]);
      const numbers = rows.map((row) => row['trace_no'] as bigint);
      return [...(await restore(connection, numbers)).values()][0];
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#changes.raise();
    await this.#queue;
    await Promise.allSettled(this.#reads);
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** Writers take turns; a failed one does not stop the next. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('the store is closed');
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return await turn;
  }

  /** A connection of its own and one snapshot for all its queries: readers and the writer never wait for each other. */
  async #reading<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('the store is closed');
    const read = snapshot(this.#instance, work);
    this.#reads.add(read);
    try {
      return await read;
    } finally {
      this.#reads.delete(read);
    }
  }
}

async function snapshot<T>(
  instance: DuckDBInstance,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await instance.connect();
  try {
    await connection.run('BEGIN TRANSACTION READ ONLY');
    const result = await work(connection);
    await connection.run('COMMIT');
    return result;
  } finally {
    connection.closeSync();
  }
}
