import { availableParallelism } from 'node:os';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Clock, systemClock } from '../base/clock.ts';
import type { FleetReader } from '../contract/fleet-reader.ts';
import type { Outbox } from '../contract/outbox.ts';
import type { SpanReader } from '../contract/span-search.ts';
import type { TraceReader, TraceWriter } from '../contract/trace-reader.ts';
import { parseIdentity } from '../model/identity.ts';
import type { ExportedFile, ExportRange } from './copies.ts';
import { openDatabase } from './database.ts';
import { DuckStore } from './duck-store.ts';
import type { KeysOf } from './find-traces.ts';
import { migrate, needsMigration } from './migrate.ts';
import type { RetentionLimits, SpaceUsed } from './retention.ts';
import { migrations } from './schema.ts';
import { BatchWriter } from './writer.ts';

export interface StoreOptions {
  readonly clock?: Clock;
  /** Opens a store that is there, for reading only; several processes may do that at once. */
  readonly readOnly?: boolean;
  /** What an identity that is looked up may mean; default: `parseIdentity`. With pseudonyms, theirs too. */
  readonly keysOf?: KeysOf;
  /** What is kept; checked soon after opening and every few minutes. Without it everything is. */
  readonly retention?: RetentionOptions;
  /** DuckDB's buffer memory; default 1,024. */
  readonly memoryMebibytes?: number;
  /** Traces settled at once; default 262,144. */
  readonly settleTraces?: number;
  /** DuckDB's worker threads; default: those of the machine, at most 4. */
  readonly threads?: number;
}

export interface RetentionOptions extends RetentionLimits {
  /** Default: ten minutes. */
  readonly everyMs?: number;
  /** Told of what was removed, and of what went wrong. */
  readonly done?: (result: MaintenanceResult) => void;
  readonly failed?: (cause: unknown) => void;
}

export interface MaintenanceResult extends SpaceUsed {
  readonly removedTraces: number;
  /** Whether the file was rewritten to give space back. */
  readonly compacted: boolean;
}

/** The embedded store of one folder. One process writes it at a time; others use that one's API. */
export interface Store extends TraceReader, TraceWriter, FleetReader, SpanReader {
  readonly outbox: Outbox;
  /** Removes what is over the limits and gives the space back. Writers are let in between its steps. */
  maintain(limits: RetentionLimits): Promise<MaintenanceResult>;
  /** Copies the store, as it is now, into one file that can be opened as a store's. */
  backUp(file: string): Promise<void>;
  /** Writes traces, spans, span events and links as Parquet files into a folder. */
  exportParquet(folder: string, range?: ExportRange): Promise<readonly ExportedFile[]>;
  /** Waits for reads and writes in hand, then releases the folder. Safe twice. */
  close(): Promise<void>;
}

/**
 * Opens the store in `folder`, making or migrating it as needed.
 *
 * @throws Failure where another process has it open, its file cannot be read, a newer program made it, or it is to be
 * read and is not there.
 */
export async function openStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  const readOnly = options.readOnly ?? false;
  const open = async (forReading: boolean): Promise<DuckDBInstance> =>
    await openDatabase(folder, {
      readOnly: forReading,
      memoryMebibytes: options.memoryMebibytes ?? 1024,
      threads: options.threads ?? Math.min(4, availableParallelism()),
    });
  let instance = await open(readOnly);
  try {
    let connection = await instance.connect();
    if (readOnly && (await needsMigration(connection, migrations))) {
      release(connection, instance);
      instance = await open(false);
      connection = await instance.connect();
      await migrate(connection, migrations);
      release(connection, instance);
      instance = await open(true);
      connection = await instance.connect();
    }
    if (!readOnly) await migrate(connection, migrations);
    const clock = options.clock ?? systemClock;
    const writer = readOnly ? undefined : await BatchWriter.open(connection, clock, options.settleTraces);
    const store = new DuckStore(instance, connection, writer, clock, options.keysOf ?? parseIdentity);
    if (options.retention !== undefined && !readOnly) store.maintainOften(options.retention);
    return store;
  } catch (cause) {
    instance.closeSync();
    throw cause;
  }
}

function release(connection: DuckDBConnection, instance: DuckDBInstance): void {
  connection.closeSync();
  instance.closeSync();
}
