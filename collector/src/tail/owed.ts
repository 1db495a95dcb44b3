import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chunk } from '../contract/chunk.ts';
import type { Report } from '../contract/loss.ts';
import type { Generation } from './generation.ts';
import type { HeldCopy, HeldPieces } from './held-pieces.ts';
import type { Pieces } from './pieces.ts';
import { identify, isSame, stretchOf, headBytes, readAt } from './witness.ts';

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
   * @param known generations whose files are there
   * @param gone generations that no file is any more; those that a copy is found of are taken out
   * @param meet makes a generation of a copy that nothing is known of
   */
  async claim(
    known: Iterable<Generation>,
    gone: Set<Generation>,
    meet: (where: { path: string; id: string; born: string }) => Generation,
  ): Promise<void> {
    const there = [...known];
    for (const copy of this.#held?.take(this.#pieces) ?? []) {
      const generation = await this.#generationOf(copy, there, gone, meet);
      if (generation === undefined) {
        await this.#held?.release(copy.path);
        continue;
      }
      gone.delete(generation);
      generation.held = copy.path;
      this.generations.add(generation);
      this.#unread.push(generation);
    }
  }

  async #generationOf(
    copy: HeldCopy,
    there: readonly Generation[],
    gone: ReadonlySet<Generation>,
    meet: (where: { path: string; id: string; born: string }) => Generation,
  ): Promise<Generation | undefined> {
    const handle = await open(copy.path).catch(() => undefined);
    if (handle === undefined) return undefined;
    try {
      const now = await identify(handle);
      for (const generation of gone)
        if (generation.offset > 0 && (await isSame(handle, now, generation))) return generation;
      const head = stretchOf(await readAt(handle, 0, headBytes));
      for (const generation of there) {
        if (generation.offset > 0 ? await isSame(handle, now, generation) : generation.size === now.size)
          return undefined;
      }
      if (head.length === 0) return undefined;
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

  /** Copies of what is durable by now, among these generations and those whose files are there; to be let go once that is saved. */
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
