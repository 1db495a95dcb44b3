import { existsSync } from 'node:fs';
import { appendFile, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { calendar } from './local-time.ts';
import { writeLine } from './log-lines.ts';
import type { PlacedRecord } from './stage.ts';

interface OpenLog {
  readonly path: string;
  readonly site: boolean;
  bytes: number;
  pending: string[];
  pendingBytes: number;
  /** Times of the last record, for the rolled file's name. */
  lastUs: number;
}

/** Writes records to their hosts' logs under a folder, rolling them as the product does. */
export interface FleetWriter {
  put(record: PlacedRecord): void;
  /** Hands everything written so far to the file system. */
  flush(): Promise<void>;
  readonly bytes: number;
  readonly records: number;
  /** Bytes not yet handed over. */
  readonly pendingBytes: number;
}

export function createFleetWriter(folder: string, rollBytes: number): FleetWriter {
  const logs = new Map<string, OpenLog>();
  const made = new Set<string>();
  let dirty = new Set<OpenLog>();
  let bytes = 0;
  let records = 0;
  let pendingBytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    get records() {
      return records;
    },
    get pendingBytes() {
      return pendingBytes;
    },
    put(record) {
      const { host, kind } = record;
      const path = join(folder, host.late ? 'late' : 'fleet', host.name, kind.folder, `${kind.name}.log`);
      let log = logs.get(path);
      if (log === undefined) {
        log = { path, site: kind.envelope === 'site', bytes: 0, pending: [], pendingBytes: 0, lastUs: 0 };
        logs.set(path, log);
      }
      const line = writeLine(record);
      log.pending.push(line);
      log.pendingBytes += line.length;
      log.lastUs = record.readUs - record.biasMinutes * 60e6;
      dirty.add(log);
      bytes += line.length;
      pendingBytes += line.length;
      records++;
    },
    async flush() {
      const waiting = dirty;
      dirty = new Set();
      pendingBytes = 0;
      for (const log of waiting) {
        const lines = log.pending;
        log.pending = [];
        log.pendingBytes = 0;
        const parent = dirname(log.path);
        if (!made.has(parent)) {
          await mkdir(parent, { recursive: true });
          made.add(parent);
        }
        await writeRolling(log, lines, rollBytes);
      }
    },
  };
}

async function writeRolling(log: OpenLog, lines: readonly string[], rollBytes: number): Promise<void> {
  let block: string[] = [];
  for (const line of lines) {
    const full = rollBytes > 0 && log.bytes > 0 && log.bytes + line.length > rollBytes;
    if (full) {
      await appendFile(log.path, block.join(''));
      block = [];
      await roll(log);
    }
    block.push(line);
    log.bytes += line.length;
  }
  if (block.length > 0) await appendFile(log.path, block.join(''));
}

/** Clients and management points add the time to the name; site systems keep one `.lo_`, and here a history behind it. */
async function roll(log: OpenLog): Promise<void> {
  log.bytes = 0;
  const base = log.path.slice(0, -'.log'.length);
  if (!log.site) {
    await rename(log.path, freeName(base, log.lastUs));
    return;
  }
  const old = `${base}.lo_`;
  if (existsSync(old)) await rename(old, freeName(base, log.lastUs));
  await rename(log.path, old);
}

function freeName(base: string, atUs: number): string {
  for (let after = 0; ; after++) {
    const path = `${base}-${calendar(atUs + after * 1e6).stamp}.log`;
    if (!existsSync(path)) return path;
  }
}
