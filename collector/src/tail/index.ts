import { createReadStream } from 'node:fs';
import type { Chunk } from '../contract/chunk.ts';
import type { Follower } from '../contract/follower.ts';
import type { Report } from '../contract/loss.ts';
import { type ArchiveLimits, refuseCabinet } from './archive.ts';
import { toChunks } from './chunks.ts';
import { createSources, discover, forward, type LogInput } from './discover.ts';
import { loadCheckpoints } from './checkpoints.ts';
import { follow, type FollowOptions } from './follow.ts';
import { HeldPieces } from './held-pieces.ts';
import { counted, fromArchive, guarded } from './read-archive.ts';

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
        refuseCabinet(forward(file.path), report);
        break;
    }
  }
}

/**
 * Follows files, folders and globs as they grow and turn, and reads archives that come. Checkpoints that cannot be used are
 * set aside and named.
 */
export async function createFollower(inputs: readonly LogInput[], options: FollowOptions): Promise<Follower> {
  const { report, checkpointFile, heldFolder, maxHeldBytes = 256 << 20 } = options;
  const before = await loadCheckpoints(checkpointFile, report);
  const held =
    heldFolder === undefined
      ? undefined
      : await HeldPieces.open(heldFolder, maxHeldBytes, report, before.released);
  return follow(inputs, options, before, held);
}
