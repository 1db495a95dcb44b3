import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
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
  /** When the file was made, as far as the file system tells: an id given again has another time. */
  readonly born: string;
  /** The first bytes: logs that begin with the same banner have the same. */
  readonly head: Stretch;
  /** The bytes right before `offset`. */
  readonly marker: Stretch;
  readonly offset: number;
}

/** What the system tells of a file. */
export interface FileState {
  /** `volume:file id`, exact where ids are wider than a double (NTFS, ReFS). */
  readonly id: string;
  readonly born: string;
  readonly size: number;
  readonly modifiedMs: number;
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
 * stretches repeat. A file of which nothing was read is known by its id and its making alone.
 */
export async function isSame(handle: FileHandle, now: FileState, seen: Witnesses): Promise<boolean> {
  if (now.size < seen.offset || now.size < seen.head.length) return false;
  if (seen.offset === 0) return now.id === seen.id && now.born === seen.born;
  const { marker } = seen;
  if (!(await holds(handle, seen.offset - marker.length, marker))) return false;
  return now.id === seen.id || (await holds(handle, 0, seen.head));
}

async function holds(handle: FileHandle, at: number, stretch: Stretch): Promise<boolean> {
  if (stretch.length === 0) return true;
  return stretchOf(await readAt(handle, at, stretch.length)).hash === stretch.hash;
}

/** How a file began when it was met first. */
export interface Beginning {
  readonly id: string;
  readonly born: string;
  readonly head: Stretch;
}

/** A head of fewer bytes may be another file's too: a mark stands before them all, and every record begins alike. */
const tellingBytes = 256;

export async function beginningOf(handle: FileHandle): Promise<Beginning> {
  const { id, born } = await identify(handle);
  return { id, born, head: stretchOf(await readAt(handle, 0, headBytes)) };
}

/**
 * Whether an open file, perhaps grown or copied since, is the one that began so; where it cannot be told, it is not.
 * @param isLive it may have been truncated since, which its id does not show
 */
export async function beganSo(
  handle: FileHandle,
  { id, born, head }: Beginning,
  isLive: boolean,
): Promise<boolean> {
  if (head.length === 0 || !(await holds(handle, 0, head))) return false;
  if (head.length >= tellingBytes) return true;
  if (isLive) return false;
  const now = await identify(handle);
  return now.id === id && now.born === born;
}

/** Bytes at each end of a stretch that are compared where the whole is too much. */
const comparedBytes = 65_536;

/** Whether the first file holds nothing but what the other begins with: a copy that is being made of it, or was. */
export async function isBeginningOf(part: FileHandle, size: number, whole: FileHandle): Promise<boolean> {
  for (const at of new Set([0, Math.max(0, size - comparedBytes)])) {
    const length = Math.min(comparedBytes, size - at);
    const [one, other] = [await readAt(part, at, length), await readAt(whole, at, length)];
    if (one.length !== length || !one.equals(other)) return false;
  }
  return true;
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

export async function identify(handle: FileHandle): Promise<FileState> {
  return stateOf(await handle.stat({ bigint: true }));
}

export function stateOf({ dev, ino, birthtimeNs, size, mtimeMs }: BigIntStats): FileState {
  return { id: `${dev}:${ino}`, born: `${birthtimeNs}`, size: Number(size), modifiedMs: Number(mtimeMs) };
}
