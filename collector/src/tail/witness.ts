import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** A stretch of a file, known by its hash. */
export interface Stretch {
  readonly length: number;
  /** SHA-256, hex; empty with no bytes. */
  readonly hash: string;
}

/** What tells whether a file is the one that was read before. */
export interface Witnesses {
  /** Volume and file id; they can be given to another file. */
  readonly id: string;
  /** The first bytes: logs that begin with the same banner have the same. */
  readonly head: Stretch;
  /** The bytes right before `offset`. */
  readonly marker: Stretch;
  readonly offset: number;
}

export const headBytes = 1024;
export const markerBytes = 256;

export const nothing: Stretch = { length: 0, hash: '' };

export function stretchOf(bytes: Uint8Array): Stretch {
  if (bytes.length === 0) return nothing;
  return { length: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Whether an open file is the one that the witnesses saw. The bytes before the offset must be there, for without them
 * reading on would skip what was written in their place; and one of file id and first bytes must agree, for short
 * stretches repeat.
 */
export async function isSame(
  handle: FileHandle,
  id: string,
  size: number,
  seen: Witnesses,
): Promise<boolean> {
  if (size < seen.offset || size < seen.head.length) return false;
  const { marker } = seen;
  if (!(await holds(handle, seen.offset - marker.length, marker))) return false;
  if (id === seen.id) return seen.offset > 0 || (await holds(handle, 0, seen.head));
  return seen.head.length > 0 && (await holds(handle, 0, seen.head));
}

async function holds(handle: FileHandle, at: number, stretch: Stretch): Promise<boolean> {
  if (stretch.length === 0) return true;
  return stretchOf(await readAt(handle, at, stretch.length)).hash === stretch.hash;
}

/** Up to `length` bytes from `at` on; fewer where the file ends. */
export async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** `volume:file id`, exact where ids are wider than a double (NTFS, ReFS). */
export async function identify(
  handle: FileHandle,
): Promise<{ id: string; size: number; modifiedMs: number }> {
  const { dev, ino, size, mtimeMs } = await handle.stat({ bigint: true });
  return { id: `${dev}:${ino}`, size: Number(size), modifiedMs: Number(mtimeMs) };
}
