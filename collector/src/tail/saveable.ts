import { open } from 'node:fs/promises';
import type { Generation, SavedGeneration } from './generation.ts';
import { identify, isSame, markerBytes, nothing, readAt, type Stretch, stretchOf } from './witness.ts';

/**
 * What a checkpoint is to keep of a generation: with the bytes before the durable offset, which is at most the offset read.
 * Of one that nothing is durable of, that it was there: were it gone later, its records would be missing. The entry of
 * before where the file cannot be read now.
 */
export async function saveable(generation: Generation): Promise<SavedGeneration | undefined> {
  if (generation.passedOver) return undefined;
  if (generation.durable === 0) return generation.saved(nothing);
  const before = generation.lastSaved;
  if (
    before?.offset !== generation.durable ||
    before.path !== generation.path ||
    before.id !== generation.id
  ) {
    const marker = await durableMarker(generation);
    if (marker !== undefined) generation.lastSaved = generation.saved(marker);
  }
  return generation.lastSaved;
}

async function durableMarker(generation: Generation): Promise<Stretch | undefined> {
  const { durable, offset, path } = generation;
  if (durable === offset) return generation.marker;
  try {
    const handle = await open(path);
    try {
      const { id, size } = await identify(handle);
      if (!(await isSame(handle, id, size, generation))) return undefined;
      const from = Math.max(0, durable - markerBytes);
      return stretchOf(await readAt(handle, from, durable - from));
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
