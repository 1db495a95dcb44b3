import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chunk } from '../contract/chunk.ts';
import type { Report } from '../contract/loss.ts';
import type { Generation } from './generation.ts';
import type { HeldCopy, HeldPieces } from './held-pieces.ts';
import { liveOrder, type OnDisk } from './on-disk.ts';
import type { Pieces } from './pieces.ts';
import type { Recognised } from './recognise-files.ts';
import { beganSo, headBytes, identify, isBeginningOf, isSame, readAt, stretchOf } from './witness.ts';

/** Where a piece lies, and among the pieces of its log; a copy has no order. */
interface Place {
  readonly path: string;
  readonly order?: string;
}

/** A copy that a run before left, and the generation that it is of. */
interface Claimed {
  readonly copy: HeldCopy;
  readonly generation: Generation;
  /** No checkpoint knew of it. */
  readonly isNew: boolean;
}

/** What copies tell of pieces that nobody knows any more. */
export interface Gaps {
  /** Paths of the pieces after which another one came that is gone. */
  readonly after: readonly string[];
  /** The first file that is new on disk comes after such a piece. */
  readonly beforeFresh: boolean;
}

/** Generations whose files went and of which something is not durable yet; copies are held of most. */
export class Owed {
  readonly generations = new Set<Generation>();
  readonly #pieces: Pieces;
  readonly #held: HeldPieces | undefined;
  #unread: Generation[] = [];

  constructor(pieces: Pieces, held: HeldPieces | undefined) {
    this.#pieces = pieces;
    this.#held = held;
  }

  /** Those of which a checkpoint is still to know. */
  get toSave(): readonly Generation[] {
    return [...this.generations].filter((generation) => generation.isOwed || !generation.ended);
  }

  /** Those of which a copy was claimed and not read yet, oldest first. */
  get unread(): readonly Generation[] {
    return this.#unread;
  }

  /** Holds a copy of a rolled piece that was read to its end, where its file may go too soon. */
  async hold(generation: Generation): Promise<void> {
    if (generation.mayGo && generation.held === undefined && generation.isOwed)
      await this.#held?.hold(generation, this.#pieces);
  }

  /** The file of a generation went. */
  gone(generation: Generation): void {
    if (generation.isOwed && !generation.remembered) this.generations.add(generation);
    else if (generation.held !== undefined) void this.#held?.release(generation.held);
  }

  /**
   * After a restart: which copies are of generations that went meanwhile. They are read next, before what is on disk.
   * @param recognised of the generations that no file is any more, those that a copy is found of are taken out
   * @param meet makes a generation of a copy that nothing is known of
   * @param isNewer whether one generation's piece came after the other's
   */
  async claim(
    recognised: Recognised,
    meet: (where: { path: string; id: string; born: string }) => Generation,
    isNewer: (one: Generation, other: Generation) => boolean,
  ): Promise<Gaps> {
    const { gone } = recognised;
    const claimed: Claimed[] = [];
    for (const copy of this.#held?.take(this.#pieces) ?? []) {
      const generation = await this.#generationOf(copy, recognised, meet);
      if (generation === undefined) {
        await this.#held?.release(copy.path);
        continue;
      }
      claimed.push({ copy, generation, isNew: !gone.delete(generation) });
      generation.held = copy.path;
      this.generations.add(generation);
      this.#unread.push(generation);
    }
    return await this.#gapsAmong(claimed, recognised, isNewer);
  }

  /**
   * Of what came after a checkpoint and went before the restart nobody knows but the copy before it, which says how the next
   * piece began: if neither the next copy nor a file began so, that piece is gone.
   */
  async #gapsAmong(
    claimed: readonly Claimed[],
    { known, fresh, gone }: Recognised,
    isNewer: (one: Generation, other: Generation) => boolean,
  ): Promise<Gaps> {
    const after: string[] = [];
    let beforeFresh = false;
    for (const [index, { copy, generation, isNew }] of claimed.entries()) {
      const next = claimed[index + 1];
      if (next === undefined) {
        // What a checkpoint knew of and is gone, is told without.
        const isTold = known.length > 0 || (!isNew && [...gone].some((other) => isNewer(other, generation)));
        beforeFresh = !isTold && !(await this.#isFollowedBy(copy, fresh));
        if (beforeFresh) after.push(generation.path);
      } else if ((isNew || next.isNew) && !(await this.#isFollowedBy(copy, [next.copy]))) {
        next.generation.afterLoss = true;
        after.push(generation.path);
      }
    }
    return { after, beforeFresh };
  }

  async #isFollowedBy(copy: HeldCopy, files: readonly Place[]): Promise<boolean> {
    const next = await this.#held?.nextOf(copy);
    if (next === undefined) return false;
    return await anyOf(files, async (handle, { order }) => await beganSo(handle, next, order === liveOrder));
  }

  async #generationOf(
    copy: HeldCopy,
    { known, fresh, gone }: Recognised,
    meet: (where: { path: string; id: string; born: string }) => Generation,
  ): Promise<Generation | undefined> {
    const handle = await open(copy.path).catch(() => undefined);
    if (handle === undefined) return undefined;
    try {
      const now = await identify(handle);
      for (const generation of gone)
        if (generation.offset > 0 && (await isSame(handle, now, generation))) return generation;
      const head = stretchOf(await readAt(handle, 0, headBytes));
      for (const { generation } of known) {
        if (generation.offset > 0 ? await isSame(handle, now, generation) : generation.size === now.size)
          return undefined;
      }
      if (head.length === 0 || (await isAmong(handle, now.size, fresh))) return undefined;
      // It came, was read and turned after the last checkpoint.
      return meet({ path: join(this.#pieces.folder, copy.name), id: now.id, born: now.born });
    } finally {
      await handle.close();
    }
  }

  /** Hands on the copies that were claimed, oldest first. */
  async *read(chunkBytes: number, report: Report): AsyncGenerator<Chunk> {
    for (let generation = this.#unread.shift(); generation !== undefined; generation = this.#unread.shift()) {
      const handle = await open(generation.held ?? '').catch(() => undefined);
      if (handle === undefined) continue;
      try {
        const now = await identify(handle);
        await generation.takeUp(handle);
        generation.size = now.size;
        while (!generation.ended) {
          const next = await generation.next(handle, now, {
            chunkBytes,
            until: now.size,
            complete: true,
            mayWait: false,
            report,
            confirm: () => Promise.resolve(true),
          });
          if (typeof next === 'string') break;
          yield next;
        }
      } finally {
        await handle.close();
      }
    }
  }

  /** Those with copies of what is durable by now, among these and those whose files are there; to be let go once that is saved. */
  settled(there: Iterable<Generation>): readonly Generation[] {
    const settled = [...this.generations].filter((generation) => !generation.isOwed && generation.ended);
    for (const generation of there)
      if (generation.held !== undefined && !generation.isOwed) settled.push(generation);
    return settled;
  }

  async release(settled: readonly Generation[]): Promise<void> {
    for (const generation of settled) {
      this.generations.delete(generation);
      if (generation.held !== undefined) await this.#held?.release(generation.held);
      generation.held = undefined;
    }
  }
}

/** Whether a copy is of a file that is there. */
async function isAmong(copy: FileHandle, size: number, files: readonly OnDisk[]): Promise<boolean> {
  const alike = files.filter((file) => file.size === size);
  return await anyOf(alike, async (handle) => await isBeginningOf(copy, size, handle));
}

/** Whether something is so of any of these files that can be opened. */
async function anyOf<P extends Place>(
  files: readonly P[],
  isSo: (handle: FileHandle, file: P) => Promise<boolean>,
): Promise<boolean> {
  for (const file of files) {
    const handle = await open(file.path).catch(() => undefined);
    if (handle === undefined) continue;
    try {
      if (await isSo(handle, file)) return true;
    } finally {
      await handle.close();
    }
  }
  return false;
}
