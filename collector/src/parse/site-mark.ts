import { greater, less, lineFeed, skipSpaces } from './marks.ts';

/** Longest component and stamp of a site envelope, in bytes. Longer ones are no envelope. */
const maxBlock = 128;
/** A site envelope is shorter than this, in bytes. */
export const maxSiteEnvelope = 3 * maxBlock + 16;

/**
 * Reads the extent of `<COMPONENT><STAMP>` and, where it follows, `<thread=…>`, from behind `$$`.
 * @param mark index of `$$<`
 * @returns the index behind the envelope and whether bytes behind `limit` cannot change that; -1 where it is none
 */
export function siteEnvelopeEnd(
  bytes: Buffer,
  mark: number,
  limit: number,
): { end: number; settled: boolean } | -1 {
  const component = blockEnd(bytes, mark + 2, limit);
  if (component < 0) return -1;
  const stampAt = skipSpaces(bytes, component);
  const first = bytes[stampAt + 1] ?? 0;
  const isStamp = (first >= 0x30 && first <= 0x39) || (first >= 0x41 && first <= 0x5a);
  const stamp = isStamp ? blockEnd(bytes, stampAt, limit) : -1;
  if (stamp < 0) return -1;
  const threadAt = skipSpaces(bytes, stamp);
  const thread = isThread(bytes, threadAt) ? blockEnd(bytes, threadAt, limit) : -1;
  if (thread >= 0) return { end: thread, settled: true };
  const other = threadAt < limit && bytes[threadAt] !== less;
  return { end: stamp, settled: other || limit - threadAt > maxBlock };
}

/** Index behind the `>` of a block that begins with `<` at `at`; -1 where there is none. */
function blockEnd(bytes: Buffer, at: number, limit: number): number {
  if (bytes[at] !== less) return -1;
  const stop = Math.min(limit, at + maxBlock);
  for (let index = at + 1; index < stop; index++) {
    const byte = bytes[index];
    if (byte === greater) return index + 1;
    if (byte === less || byte === lineFeed) return -1;
  }
  return -1;
}

/** `<thread=`, in any letter case. */
function isThread(bytes: Buffer, at: number): boolean {
  return bytes[at] === less && bytes.toString('latin1', at + 1, at + 8).toLowerCase() === 'thread=';
}

/** Whether a line is nothing but `<thread=…>`: a roll cut a site record before it, where the envelope is whole without. */
export function isLoneThread(bytes: Buffer, from: number, lineEnd: number): boolean {
  if (!isThread(bytes, from)) return false;
  const end = blockEnd(bytes, from, lineEnd);
  return end >= 0 && skipSpaces(bytes, end) >= lineEnd;
}
