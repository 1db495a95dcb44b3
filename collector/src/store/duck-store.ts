import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { pause } from '../base/pause.ts';
import { Places } from '../base/places.ts';
import { Signal } from '../base/signal.ts';
import type { DeviceView, FleetQuery, FleetView } from '../contract/fleet-reader.ts';
import type { Outbox } from '../contract/outbox.ts';
import type { Dependency, Operation, SpanSearch } from '../contract/span-search.ts';
import type { TracePage, TraceQuery, Written } from '../contract/trace-reader.ts';
import type { Trace } from '../model/span.ts';
import { compact, isWorthCompacting } from './compact.ts';
import { backUp, type ExportedFile, type ExportRange, exportParquet } from './copies.ts';
import { readDevice } from './devices.ts';
import type { KeysOf } from './find-traces.ts';
import { readFleet } from './fleet.ts';
import type { MaintenanceResult, RetentionOptions, Store } from './index.ts';
import { mergeRuns } from './merge-runs.ts';
import { createOutbox } from './outbox.ts';
import { readTokensOverdue } from './overdue.ts';
import { removeOld, type RetentionLimits, spaceAfterCheckpoint, spaceUsed, type Turn } from './retention.ts';
import { restore } from './restore.ts';
import { listDependencies, listOperations, listServices, searchTraces } from './span-search.ts';
import { decimal, rowsOf } from './sql.ts';
import { listTraces } from './trace-list.ts';
import { inTransaction } from './transaction.ts';
import { mergeSlots } from './unsettle.ts';
import type { BatchWriter } from './writer.ts';

/** Node has four threads for waiting calls, and a query holds one: so many are left to the writer and to files. */
const readersAtOnce = 2;
const firstMaintenanceMs = 5_000;
const maxRounds = 4;

/** A store over an open database: writers take turns, each reader has a snapshot of its own. */
export class DuckStore implements Store {
  readonly outbox: Outbox;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #clock: Clock;
  readonly #keysOf: KeysOf;
  readonly #writer: BatchWriter | undefined;
  readonly #reads = new Set<Promise<unknown>>();
  readonly #changes = new Signal();
  #queue: Promise<unknown> = Promise.resolve();
  readonly #ending = new AbortController();
  readonly #places = new Places(readersAtOnce);
  #background: Promise<void> = Promise.resolve();
  #closed = false;
  /** Whether runs of traces are settled as they fill. */
  #settles = true;

  /** Without a writer it is for reading only. */
  constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    writer: BatchWriter | undefined,
    clock: Clock,
    keysOf: KeysOf,
  ) {
    this.#clock = clock;
    this.#keysOf = keysOf;
    this.#instance = instance;
    this.#connection = connection;
    this.#writer = writer;
    this.outbox = createOutbox({
      reading: async (work) => await this.#reading(work),
      writing: async (work) =>
        await this.#inTurn(
          async () => await inTransaction(this.#connection, async () => await work(this.#connection)),
        ),
      changed: async (signal) => {
        await this.#changes.next(signal);
      },
    });
  }

  async write(traces: readonly Trace[]): Promise<Written> {
    if (traces.length === 0) return { added: new Set() };
    const { changed, added } = await this.#inTurn(async (writer) => await writer.write(traces));
    if (changed > 0) this.#changes.raise();
    this.#settleSoon();
    return { added };
  }

  /** A run that is full is settled as a turn of its own, so that this write does not wait for it. */
  #settleSoon(): void {
    if (!this.#settles || this.#writer?.canSettle !== true) return;
    this.#settles = false;
    this.#inTurn(async (writer) => await writer.settle()).then(
      () => (this.#settles = true),
      // Reads are as right without. The next maintenance tries again, and tells what goes wrong.
      () => undefined,
    );
  }

  async list(query: TraceQuery): Promise<TracePage> {
    return await this.#reading(async (connection) => await listTraces(connection, query, this.#keysOf));
  }

  async get(traceId: string): Promise<Trace | undefined> {
    if (!/^[0-9a-f]{32}$/i.test(traceId)) return undefined;
    return await this.#reading(async (connection) => {
      const rows = await rowsOf(connection, 'SELECT trace_no FROM traces WHERE trace_id = $1::UHUGEINT', [
        decimal(traceId),
      ]);
      const numbers = rows.map((row) => row['trace_no'] as bigint);
      return [...(await restore(connection, numbers)).values()][0];
    });
  }

  async device(identity: string, limit: number, nowUs: number): Promise<DeviceView | undefined> {
    return await this.#reading(
      async (connection) => await readDevice(connection, identity, limit, nowUs, this.#keysOf),
    );
  }

  async fleet(query: FleetQuery): Promise<FleetView> {
    return await this.#reading(async (connection) => await readFleet(connection, query));
  }

  async tokensOverdue(nowUs: number): Promise<ReadonlyMap<string, number>> {
    return await this.#reading(async (connection) => await readTokensOverdue(connection, nowUs));
  }

  async services(): Promise<readonly string[]> {
    return await this.#reading(listServices);
  }

  async operations(service: string): Promise<readonly Operation[]> {
    return await this.#reading(async (connection) => await listOperations(connection, service));
  }

  async search(query: SpanSearch): Promise<readonly Trace[]> {
    return await this.#reading(async (connection) => await searchTraces(connection, query, this.#keysOf));
  }

  async dependencies(sinceUs: number, untilUs: number): Promise<readonly Dependency[]> {
    return await this.#reading(async (connection) => await listDependencies(connection, sinceUs, untilUs));
  }

  async maintain(limits: RetentionLimits): Promise<MaintenanceResult> {
    const turn: Turn = async (work) => await this.#inTurn(async () => await work(this.#connection));
    while (this.#writer?.canSettle === true && !this.#closed)
      await this.#inTurn(async (writer) => await writer.settle());
    this.#settles = true;
    if (this.#writer !== undefined) await mergeRuns(turn, this.#writer.run);
    let removedTraces = 0;
    let compacted = false;
    let space = await turn(spaceUsed);
    // What a removal or a rewrite frees is known only afterwards, and blocks freed by one rewrite serve the next.
    for (let round = 0; round < maxRounds; round += 1) {
      const removed = await removeOld(turn, limits, this.#clock.nowUs());
      if (removed > 0) await this.#inTurn(async (writer) => await writer.removeOrphans());
      removedTraces += removed;
      if (removed > 0) await turn(mergeSlots);
      space = await turn(spaceAfterCheckpoint);
      if (!isWorthCompacting(space, limits.maxBytes)) break;
      await turn(compact);
      compacted = true;
    }
    return { ...space, removedTraces, compacted };
  }

  /** In the background, until the store closes. */
  maintainOften(options: RetentionOptions): void {
    const often = async (): Promise<void> => {
      await pause(firstMaintenanceMs, this.#ending.signal);
      while (!this.#closed) {
        try {
          options.done?.(await this.maintain(options));
        } catch (cause) {
          if (!this.#closed) options.failed?.(cause);
        }
        await pause(options.everyMs ?? 600_000, this.#ending.signal);
      }
    };
    this.#background = often();
  }

  async backUp(file: string): Promise<void> {
    await this.#connected(async (connection) => await backUp(connection, file));
  }

  async exportParquet(folder: string, range: ExportRange = {}): Promise<readonly ExportedFile[]> {
    return await this.#reading(async (connection) => await exportParquet(connection, folder, range));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ending.abort();
    await this.#background;
    this.#changes.raise();
    await this.#queue;
    await Promise.allSettled(this.#reads);
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** A failed turn does not stop the next. */
  async #inTurn<T>(work: (writer: BatchWriter) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Failure('nothing can be written: the store is closed');
    const writer = this.#writer;
    if (writer === undefined)
      throw new Failure('nothing can be written: the store was opened for reading only');
    const turn = this.#queue.then(async () => await work(writer));
    this.#queue = turn.catch(() => undefined);
    return await turn;
  }

  /** One snapshot for all queries of a read: readers and the writer never wait for each other. */
  async #reading<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return await this.#connected(async (connection) => await inTransaction(connection, work));
  }

  /** On a connection of its own. */
  async #connected<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Failure('nothing can be read: the store is closed');
    const read = this.#places.use(async () => {
      const connection = await this.#instance.connect();
      try {
        return await work(connection);
      } finally {
        connection.closeSync();
      }
    });
    this.#reads.add(read);
    try {
      return await read;
    } finally {
      this.#reads.delete(read);
    }
  }
}
