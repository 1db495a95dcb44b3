import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Failure } from '../base/failure.ts';

/** Name of the database in the store's folder. */
export const databaseFile = 'traces.duckdb';

export interface DatabaseOptions {
  readonly readOnly: boolean;
  /** DuckDB's buffer memory. */
  readonly memoryMebibytes: number;
  readonly threads: number;
}

/**
 * Opens (or makes) the database of a folder.
 *
 * @throws Failure naming what to do where another process has it open, or the file is not a readable database.
 */
export async function openDatabase(folder: string, options: DatabaseOptions): Promise<DuckDBInstance> {
  const file = join(folder, databaseFile);
  if (options.readOnly) await ensureThere(folder, file);
  else await ensureFolder(folder);
  try {
    // One instance per file and process: a second one would drop the first one's lock when it closes.
    return await DuckDBInstance.fromCache(file, {
      ...(options.readOnly ? { access_mode: 'READ_ONLY' } : { storage_compatibility_version: 'latest' }),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'true',
      // Where DuckDB has an allocator of its own, what it frees goes back to the system also while nothing is asked of it.
      allocator_background_threads: 'true',
      memory_limit: `${options.memoryMebibytes}MiB`,
      threads: String(options.threads),
    });
  } catch (cause) {
    throw new Failure(refusal(folder, file, messageOf(cause)), { cause });
  }
}

async function ensureThere(folder: string, file: string): Promise<void> {
  try {
    await access(file);
  } catch (cause) {
    throw new Failure(
      `no store is in ${folder}: make one with ccmtrace ingest or ccmtrace run, or name its folder (--store)`,
      { cause },
    );
  }
}

async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new Failure(
      `the store's folder ${folder} cannot be made: ${messageOf(cause)}; give another folder`,
      {
        cause,
      },
    );
  }
}

function refusal(folder: string, file: string, found: string): string {
  if (/conflicting lock|being used by another process|could not set lock/i.test(found)) {
    const process = /\(PID (\d+)\)/.exec(found)?.[1];
    return `the store in ${folder} is in use by another process${process === undefined ? '' : ` (${process})`}: ask that collector over its API (--url http://127.0.0.1:4319), or stop it first`;
  }
  if (/not a valid DuckDB database|corrupt|checksum|serializ|newer version|storage version/i.test(found)) {
    return `the store ${file} cannot be read: ${firstLine(found)}; restore a backup or move the file away to begin anew`;
  }
  return `the store ${file} cannot be opened: ${firstLine(found)}; check the folder's permissions and free space`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
