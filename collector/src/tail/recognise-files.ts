import type { Generation } from './generation.ts';
import { isUntouched, liveOrder, noTurnBetween, type OnDisk, preferKnown } from './on-disk.ts';
import type { Pieces } from './pieces.ts';
import { identify, isBeginningOf, isSame } from './witness.ts';

/** Which file is which generation. */
export interface Recognised {
  readonly files: readonly OnDisk[];
  /** Files that are, or go on, a known generation, and are not as they were. */
  readonly known: readonly { readonly file: OnDisk; readonly generation: Generation }[];
  /** Files of generations not met yet. */
  readonly fresh: readonly OnDisk[];
  /** Some file may not be read now; who it is is to be asked again. */
  readonly unreadable: boolean;
  /** Generations that no file is any more. */
  readonly gone: Set<Generation>;
  /** Of these: those whose bytes another file holds. */
  readonly covered: ReadonlySet<Generation>;
}

/**
 * Finds out by witnesses which file is which generation. A turn meanwhile would mix two moments: then once more, though
 * not for ever.
 * @returns undefined where the folder cannot be read now
 */
export async function recogniseFiles(
  pieces: Pieces,
  generations: ReadonlySet<Generation>,
): Promise<Recognised | undefined> {
  let recognised: Recognised | undefined;
  for (let attempt = 0; attempt < 5; attempt++) {
    const files = await pieces.listSteadily();
    if (files === undefined) return undefined;
    recognised = await match(pieces, files, generations);
    const after = await pieces.list();
    if (after === undefined || noTurnBetween(files, after)) break;
  }
  return recognised;
}

async function match(
  pieces: Pieces,
  files: readonly OnDisk[],
  generations: ReadonlySet<Generation>,
): Promise<Recognised> {
  const unbound = new Set(generations);
  const covered = new Set<Generation>();
  const unmatched: OnDisk[] = [];
  const untouched: OnDisk[] = [];
  const known: { file: OnDisk; generation: Generation }[] = [];
  let unreadable = false;
  for (const file of preferKnown(files, generations)) {
    const still = [...unbound].find((generation) => isUntouched(generation, file));
    if (still !== undefined) {
      unbound.delete(still);
      untouched.push(file);
      continue;
    }
    const generation = await recognise(pieces, file, generations, unbound, covered);
    if (generation === 'unreadable') {
      unreadable = true;
      // Not to be told from another one now: whatever was at that path stays bound to it.
      for (const other of unbound) if (other.path === file.path) unbound.delete(other);
    } else if (generation === undefined) unmatched.push(file);
    else {
      unbound.delete(generation);
      known.push({ file, generation });
    }
  }
  if (unbound.size > 0)
    for (const file of untouched) await recognise(pieces, file, generations, unbound, covered);
  const live = files.find(({ order }) => order === liveOrder);
  const fresh: OnDisk[] = [];
  for (const file of unmatched) if (!(await isCopy(pieces, file, live))) fresh.push(file);
  // A file that was empty when last seen is known by its name and id alone; a log that is truncated keeps both. With a
  // new rolled piece beside it, it may have been filled and begun anew more than once.
  const turned = fresh.some(({ order }) => order !== liveOrder);
  for (const entry of known.filter(({ generation, file }) => turned && isEmptyLive(generation, file))) {
    known.splice(known.indexOf(entry), 1);
    unbound.add(entry.generation);
    fresh.push(entry.file);
  }
  return { files, known, fresh, unreadable, gone: unbound, covered };
}

function isEmptyLive(generation: Generation, file: OnDisk): boolean {
  return generation.offset === 0 && !generation.passedOver && file.order === liveOrder;
}

/**
 * @param unbound generations that no file was found to be yet
 * @param covered takes generations whose bytes this file holds too: a copy on its way to be the rolled piece
 */
async function recognise(
  pieces: Pieces,
  file: OnDisk,
  generations: ReadonlySet<Generation>,
  unbound: ReadonlySet<Generation>,
  covered: Set<Generation>,
): Promise<Generation | 'unreadable' | undefined> {
  const handle = await pieces.open(file.path);
  if (handle === undefined) return 'unreadable';
  try {
    const now = await identify(handle);
    const candidates = [...generations].sort(
      (a, b) =>
        Number(b.path === file.path) - Number(a.path === file.path) ||
        Number(b.id === now.id) - Number(a.id === now.id),
    );
    let same: Generation | undefined;
    for (const generation of candidates) {
      const is = generation.passedOver
        ? generation.id === now.id && now.size >= generation.size
        : await isSame(handle, now, generation);
      if (!is) continue;
      if (generation.offset > 0) covered.add(generation);
      if (same === undefined && unbound.has(generation)) same = generation;
    }
    return same;
  } catch (error) {
    pieces.outage(file.path, error);
    return 'unreadable';
  } finally {
    await handle.close();
  }
}

/** A rolled piece that is being made by copying the live file, which is still whole. Once that is truncated, it is no copy. */
async function isCopy(pieces: Pieces, file: OnDisk, live: OnDisk | undefined): Promise<boolean> {
  if (live === undefined || file === live) return false;
  const part = await pieces.open(file.path);
  try {
    if (part === undefined) return false;
    const { id, size } = await identify(part);
    const whole = await pieces.open(live.path);
    try {
      return (
        whole !== undefined && (await identify(whole)).id !== id && (await isBeginningOf(part, size, whole))
      );
    } finally {
      await whole?.close();
    }
  } catch {
    return false;
  } finally {
    await part?.close();
  }
}
