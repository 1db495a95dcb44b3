import { follow, type FollowOptions } from './follow.ts';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Chunk } from '../contract/chunk.ts';
import type { Follower } from '../contract/follower.ts';
import type { Report } from '../contract/loss.ts';
import { type ArchiveLimits, defaultArchiveLimits, readArchive, refuse } from './archive.ts';
import { type ByteStream, toChunks } from './chunks.ts';
import {
  createSources,
  discover,
  type FoundFile,
  forward,
  type LogInput,
  reasonOf,
  unreadable,
} from './discover.ts';

export interface ReadOptions {
  readonly report: Report;
  /** Called once all files are known, with the sum of their sizes on disk. */
  readonly onFound?: (totalBytes: number) => void;
  /** Default 256 KiB. */
  readonly chunkBytes?: number;
  readonly archives?: Partial<ArchiveLimits>;
}

/**
 * One pass over files, folders, globs and .zip archives. The order depends on the paths alone; what cannot be read is
 * named in the report and the rest goes on. A chunk's bytes are to be used before the next chunk is asked for.
 */
export async function* readLogs(inputs: readonly LogInput[], options: ReadOptions): AsyncGenerator<Chunk> {
  const { report, chunkBytes = 262_144 } = options;
  const files = await discover(inputs, report);
  options.onFound?.(files.reduce((sum, file) => sum + file.size, 0));
  const sourceOf = createSources();
  for (const file of files) {
    switch (file.kind) {
      case 'log':
        yield* guarded(file.path, report, () => {
          const stream = createReadStream(file.path, { highWaterMark: chunkBytes });
          return toChunks(
            counted(stream, report),
            sourceOf(file.path, file.input),
            report,
            file.input.encoding,
          );
        });
        break;
      case 'zip':
        yield* fromArchive(file, options, sourceOf);
        break;
      case 'cab':
        refuse(
          forward(file.path),
          'cabinet files cannot be read; unpack it (expand -F:* FILE FOLDER) and give the folder',
          report,
        );
        break;
    }
  }
}

async function* fromArchive(
  file: FoundFile,
  { report, archives }: ReadOptions,
  sourceOf: ReturnType<typeof createSources>,
): AsyncGenerator<Chunk> {
  const name = basename(file.path).replace(/\.zip$/i, '');
  for await (const entry of readArchive(
    forward(file.path),
    { ...defaultArchiveLimits, ...archives },
    report,
  )) {
    if (/\.cab$/i.test(entry.path)) {
      refuse(entry.path, 'cabinet files inside archives cannot be read', report);
      continue;
    }
    const source = { ...sourceOf(entry.inner, file.input, name), path: entry.path };
    yield* guarded(entry.path, report, async () =>
      toChunks(counted(await entry.open(), report), source, report, file.input.encoding),
    );
  }
}

/** Names a file that fails while it is read, and ends its chunks. */
async function* guarded(
  path: string,
  report: Report,
  open: () => AsyncIterable<Chunk> | Promise<AsyncIterable<Chunk>>,
): AsyncGenerator<Chunk> {
  try {
    yield* await open();
  } catch (error) {
    unreadable(path, reasonOf(error), report);
  }
}

async function* counted(stream: AsyncIterable<unknown>, report: Report): ByteStream & AsyncGenerator<Buffer> {
  report.count('files', 1);
  for await (const bytes of stream) yield bytes as Buffer;
}

/** Follows files, folders and globs as they grow. */
export async function createFollower(inputs: readonly LogInput[], options: FollowOptions): Promise<Follower> {
  return follow(inputs, options);
}
