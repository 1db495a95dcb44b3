import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Report } from '../contract/loss.ts';
import type { Generation } from './generation.ts';
import type { Pieces } from './pieces.ts';
import { type Beginning, beginningOf, identify, isSame } from './witness.ts';

/** A copy of a rolled piece, of which something was not durable yet. */
export interface HeldCopy {
  readonly path: string;
  /** Name that the piece had in its own folder. */
  readonly name: string;
}

/** Ending of the file beside a copy that says how the piece after it begins. */
const nextEnding = '.next';

/**
 * Copies of rolled pieces in the store's folder, each until all of it is durable: a log may turn away faster than its stories
 * end, and a crash in between would lose them. Of more than `maxBytes`, the oldest go first.
 */
export class HeldPieces {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #report: Report;
  /** Size of each copy, oldest first. */
  readonly #sizes = new Map<string, number>();
  readonly #left: Map<string, HeldCopy[]>;
  #bytes = 0;
  #next: number;
  #failed = false;

  private constructor(
    folder: string,
    maxBytes: number,
    report: Report,
    copies: readonly (readonly [key: string, copy: HeldCopy, size: number])[],
  ) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#report = report;
    this.#left = new Map();
    for (const [key, copy, size] of copies) {
      this.#sizes.set(copy.path, size);
      this.#bytes += size;
      this.#left.set(key, [...(this.#left.get(key) ?? []), copy]);
    }
    this.#next = copies.reduce((most, [, { path }]) => Math.max(most, numberOf(basename(path))), 0) + 1;
  }

  /**
   * Takes over what a run before left; the folder need not be there.
   * @param released names of copies that the run before needed no more, though it may not have come to remove them
   */
  static async open(
    folder: string,
    maxBytes: number,
    report: Report,
    released: readonly string[] = [],
  ): Promise<HeldPieces> {
    const names = new Set(await readdir(folder).catch(() => []));
    const copies: (readonly [string, HeldCopy, number])[] = [];
    for (const name of [...names].sort((a, b) => numberOf(a) - numberOf(b))) {
      const path = join(folder, name);
      const besides = name.endsWith(nextEnding) ? name.slice(0, -nextEnding.length) : undefined;
      if (besides !== undefined && names.has(besides) && !released.includes(besides)) continue;
      const [, key, original] = /^\d+-([0-9a-f]{16})-(.+)$/.exec(name) ?? [];
      const isCopy = key !== undefined && original !== undefined && besides === undefined;
      if (!isCopy || name.endsWith('.new') || released.includes(name)) {
        await rm(path, { force: true });
        continue;
      }
      copies.push([key, { path, name: original }, (await stat(path)).size]);
    }
    const held = new HeldPieces(folder, maxBytes, report, copies);
    // A name is not given again while a checkpoint may say that its copy is needed no more.
    held.#next = Math.max(held.#next, ...released.map((name) => numberOf(name) + 1));
    return held;
  }

  /** How the piece began that came after the copied one; undefined where nobody knows. */
  async nextOf({ path }: HeldCopy): Promise<Beginning | undefined> {
    try {
      return JSON.parse(await readFile(`${path}${nextEnding}`, 'utf8')) as Beginning;
    } catch {
      return undefined;
    }
  }

  /** Copies that a run before left of a log; asked for once. */
  take({ folder, stem }: Pieces): readonly HeldCopy[] {
    const key = keyOf(folder, stem);
    const copies = this.#left.get(key) ?? [];
    this.#left.delete(key);
    return copies;
  }

  /**
   * Copies the file of a generation, if it still is its file, and tells the generation where the copy is. Beside it: how the
   * next piece begins, for after a crash no checkpoint may know of that one, and whether it was lost is to be told.
   */
  async hold(generation: Generation, pieces: Pieces): Promise<void> {
    const { folder, stem } = pieces;
    const number = String(this.#next++).padStart(12, '0');
    const path = join(this.#folder, `${number}-${keyOf(folder, stem)}-${basename(generation.path)}`);
    const beside = `${path}.new`;
    try {
      if (generation.size > this.#maxBytes) return;
      await mkdir(this.#folder, { recursive: true });
      const next = await nextTo(generation.path, pieces);
      await copyFile(generation.path, beside, constants.COPYFILE_FICLONE);
      const handle = await open(beside, 'r+');
      let size: number;
      try {
        const now = await identify(handle);
        if (!(await isSame(handle, now, generation))) return;
        await handle.sync();
        size = now.size;
      } finally {
        await handle.close();
      }
      if (next !== undefined) await writeFile(`${path}${nextEnding}`, JSON.stringify(next));
      await rename(beside, path);
      generation.held = path;
      this.#sizes.set(path, size);
      this.#bytes += size;
      for (const oldest of this.#sizes.keys()) {
        if (this.#bytes <= this.#maxBytes) break;
        await this.release(oldest);
      }
      this.#failed = false;
    } catch (error) {
      this.#refused(error);
    } finally {
      await rm(beside, { force: true }).catch(() => {});
    }
  }

  async release(path: string): Promise<void> {
    const size = this.#sizes.get(path);
    if (size === undefined) return;
    this.#sizes.delete(path);
    this.#bytes -= size;
    await rm(path, { force: true }).catch(() => {});
    await rm(`${path}${nextEnding}`, { force: true }).catch(() => {});
  }

  #refused(error: unknown): void {
    // A piece that went before it could be copied is nothing to tell: if its records are lost, that is told.
    if (this.#failed || (error as NodeJS.ErrnoException).code === 'ENOENT') return;
    this.#failed = true;
    this.#report.trouble({
      reason: 'export_delayed',
      subject: this.#folder,
      sentence: `Rolled pieces of logs could not be copied to ${this.#folder}: ${(error as Error).message}. Reading goes on; if the collector is killed before their stories end, what turned away is lost, and said so. Make room or the folder writable.`,
    });
  }
}

/** Of the piece that comes after the one at a path, which is asked for before that path is found to be still the same piece. */
async function nextTo(path: string, pieces: Pieces): Promise<Beginning | undefined> {
  const files = [...((await pieces.list()) ?? [])].sort((a, b) => (a.order < b.order ? -1 : 1));
  const next = files[files.findIndex((file) => file.path === path) + 1];
  const handle = next === undefined ? undefined : await open(next.path).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const beginning = await beginningOf(handle);
    return beginning.id === next?.id ? beginning : undefined;
  } finally {
    await handle.close();
  }
}

function numberOf(name: string): number {
  return Number(/^\d+/.exec(name)?.[0] ?? 0);
}

function keyOf(folder: string, stem: string): string {
  return createHash('sha256').update(`${folder}\n${stem}`).digest('hex').slice(0, 16);
}
