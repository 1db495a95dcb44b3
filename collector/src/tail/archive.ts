import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import type { Report } from '../contract/loss.ts';

/** A file inside an archive. */
export interface ArchivedFile {
  /** `collected.zip/CCM/Logs/CcmMessaging.log`: the archive's path, then the entry's. */
  readonly path: string;
  /** The entry's path alone, by which its host is told. */
  readonly inner: string;
  open(): Promise<Readable>;
}

/** What an archive may hold; beyond it the rest is refused and named. */
export interface ArchiveLimits {
  readonly maxEntries: number;
  /** Of all entries together, unpacked. */
  readonly maxBytes: number;
  /** Unpacked size over packed size of one entry larger than a mebibyte. */
  readonly maxRatio: number;
  /** Archives inside archives. */
  readonly maxDepth: number;
  /** An archive inside an archive is held in memory. */
  readonly maxNestedBytes: number;
}

export const defaultArchiveLimits: ArchiveLimits = {
  maxEntries: 10_000,
  maxBytes: 8 * 2 ** 30,
  maxRatio: 300,
  maxDepth: 3,
  maxNestedBytes: 256 * 2 ** 20,
};

/** The files of a zip, those of zips inside it too, in the archive's order. What is refused is named; the rest goes on. */
export async function* readArchive(
  path: string,
  limits: ArchiveLimits,
  report: Report,
): AsyncGenerator<ArchivedFile> {
  const budget = { entries: limits.maxEntries, bytes: limits.maxBytes };
  yield* walk(() => openPromise(path), path, '', 1, budget, limits, report);
}

type Budget = { entries: number; bytes: number };

async function* walk(
  open: () => Promise<ZipFile>,
  path: string,
  prefix: string,
  depth: number,
  budget: Budget,
  limits: ArchiveLimits,
  report: Report,
): AsyncGenerator<ArchivedFile> {
  let zip: ZipFile | undefined;
  try {
    zip = await open();
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      const name = `${path}/${entry.fileName}`;
      const why = objection(entry, budget, limits);
      if (why !== undefined) {
        refuse(name, why, report);
        if (budget.entries <= 0) return;
        continue;
      }
      budget.entries -= 1;
      budget.bytes -= entry.uncompressedSize;
      const archive = zip;
      if (!/\.zip$/i.test(entry.fileName)) {
        yield {
          path: name,
          inner: `${prefix}${entry.fileName}`,
          open: () => archive.openReadStreamPromise(entry),
        };
      } else if (depth >= limits.maxDepth) {
        refuse(name, `it lies ${depth} archives deep`, report);
      } else if (entry.uncompressedSize > limits.maxNestedBytes) {
        refuse(name, 'it is too large for an archive inside an archive', report);
      } else {
        const bytes = Buffer.concat(await Array.fromAsync(await archive.openReadStreamPromise(entry)));
        const inside = `${prefix}${entry.fileName.replace(/\.zip$/i, '')}/`;
        yield* walk(() => fromBufferPromise(bytes), name, inside, depth + 1, budget, limits, report);
      }
    }
  } catch (error) {
    refuse(path, (error as Error).message, report);
  } finally {
    zip?.close();
  }
}

function objection(entry: Entry, budget: Budget, limits: ArchiveLimits): string | undefined {
  if (budget.entries <= 0) return `the archive holds more than ${limits.maxEntries} files`;
  if (entry.isEncrypted()) return 'it is encrypted';
  if (entry.uncompressedSize > budget.bytes)
    return `the archive unpacks to more than ${limits.maxBytes} bytes`;
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
  if (entry.uncompressedSize > 2 ** 20 && ratio > limits.maxRatio) {
    return `it unpacks to ${Math.round(ratio)} times its size, as no log does`;
  }
  return undefined;
}

function refuse(path: string, why: string, report: Report): void {
  report.lost('archive_refused', 1);
  report.trouble({ reason: 'archive_refused', subject: path, sentence: `${path} was refused: ${why}.` });
}

/** Says of a cabinet what to do with it: nothing kept reads them. */
export function refuseCabinet(path: string, report: Report): void {
  refuse(
    path,
    'cabinet files cannot be read; unpack it (expand -F:* FILE FOLDER) and give the folder',
    report,
  );
}
