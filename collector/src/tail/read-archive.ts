import { basename } from 'node:path';
import type { Chunk } from '../contract/chunk.ts';
import type { Report } from '../contract/loss.ts';
import { type ArchiveLimits, defaultArchiveLimits, readArchive, refuseCabinet } from './archive.ts';
import { type ByteStream, toChunks } from './chunks.ts';
import { type createSources, type FoundFile, forward, reasonOf, unreadable } from './discover.ts';

/** The logs in an archive, one after another. What is refused or cannot be read is named; the rest goes on. */
export async function* fromArchive(
  file: FoundFile,
  { report, archives }: { readonly report: Report; readonly archives?: Partial<ArchiveLimits> | undefined },
  sourceOf: ReturnType<typeof createSources>,
): AsyncGenerator<Chunk> {
  const name = basename(file.path).replace(/\.zip$/i, '');
  for await (const entry of readArchive(
    forward(file.path),
    { ...defaultArchiveLimits, ...archives },
    report,
  )) {
    if (/\.cab$/i.test(entry.path)) {
      refuseCabinet(entry.path, report);
      continue;
    }
    const source = { ...sourceOf(entry.inner, file.input, name), path: entry.path };
    yield* guarded(entry.path, report, async () =>
      toChunks(counted(await entry.open(), report), source, report, file.input.encoding),
    );
  }
}

/** Names a file that fails while it is read, and ends its chunks. */
export async function* guarded(
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

export async function* counted(
  stream: AsyncIterable<unknown>,
  report: Report,
): ByteStream & AsyncGenerator<Buffer> {
  report.count('files', 1);
  for await (const bytes of stream) yield bytes as Buffer;
}
