import { open, stat } from 'node:fs/promises';
import type { Generation } from './generation.ts';
import { type FileState, identify, stateOf } from './witness.ts';

/** What a list of a folder tells of a file. */
export interface Listed {
  readonly size: number;
  readonly modifiedMs: number;
}

/** A file as found on disk. */
export interface OnDisk extends FileState {
  readonly path: string;
  readonly order: string;
}

/** Sorts behind all rolled pieces. */
export const liveOrder = '2';

/**
 * Id, size and time of change of a file; undefined where it is not there or may not be looked at. By name, but on Windows,
 * where names show sizes late while a writer has the file open.
 */
export async function lookUp(path: string): Promise<FileState | undefined> {
  try {
    if (process.platform !== 'win32') return stateOf(await stat(path, { bigint: true }));
    const handle = await open(path);
    try {
      return await identify(handle);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

/** A rolled piece that was read to its end and is as it was. */
export function isUntouched(generation: Generation, file: OnDisk): boolean {
  const { ended, path, id, size, modifiedMs } = generation;
  return (
    ended && path === file.path && id === file.id && size === file.size && modifiedMs === file.modifiedMs
  );
}

/** Files at the path of a generation first: a copy of a live file must not be taken for it. */
export function preferKnown(files: readonly OnDisk[], generations: ReadonlySet<Generation>): OnDisk[] {
  const known = new Map([...generations].map(({ path, id }) => [path, id]));
  return [...files].sort((a, b) => Number(known.get(b.path) === b.id) - Number(known.get(a.path) === a.id));
}

/** Whether two lists of a folder show the same files at the same paths, grown or not. */
export function sameFiles(one: readonly OnDisk[], other: readonly OnDisk[]): boolean {
  const ids = new Map(one.map(({ path, id }) => [path, id]));
  return one.length === other.length && other.every(({ path, id }) => ids.get(path) === id);
}

/** Whether no log was turned between two lists: rolled pieces are as they were, and the live file only grew. */
export function noTurnBetween(before: readonly OnDisk[], after: readonly OnDisk[]): boolean {
  if (!sameFiles(before, after)) return false;
  const was = new Map(before.map((file) => [file.path, file]));
  return after.every(({ path, order, size, modifiedMs }) => {
    const file = was.get(path);
    if (file === undefined) return false;
    return order === liveOrder ? size >= file.size : size === file.size && modifiedMs === file.modifiedMs;
  });
}
