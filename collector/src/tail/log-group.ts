import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chunk } from '../contract/chunk.ts';
import type { Report } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import { forward, type LogInput, reasonOf } from './discover.ts';
import { Generation, type SavedGeneration } from './generation.ts';
import { logNameOf, stemOf } from './names.ts';
import { isUntouched, type Listed, lookUp, type OnDisk, preferKnown, sameFiles } from './on-disk.ts';
import { identify, isSame, type Witnesses } from './witness.ts';

/** What groups share. */
export interface GroupSurroundings {
  readonly report: Report;
  readonly chunkBytes: number;
  readonly nowUs: () => number;
  readonly sourceOf: (path: string, input: LogInput) => LogSource;
  /** Told of each generation that is to be read. */
  readonly met: (generation: Generation) => void;
}

/** Sorts behind all rolled pieces. */
const liveOrder = '2';

/** Size at which the product turns its logs, unless told otherwise. */
const turnBytes = 250_000;

/**
 * The pieces of one log in one folder: the live file and what it was rolled into. A look finds out which file is which
 * generation, by witnesses and not by names, and reads each to its end, oldest first.
 */
export class LogGroup {
  readonly folder: string;
  /** As `stemOf` says. */
  readonly stem: string;
  readonly generations = new Set<Generation>();
  /** A change was hinted at, or the folder's list told of another file. */
  unsettled = true;
  /** Bytes a second written of late. */
  rate = 0;

  readonly #input: LogInput;
  /** The input names files, not a folder: other pieces that were there before are not asked for. */
  readonly #exact: ReadonlySet<string> | undefined;
  readonly #surroundings: GroupSurroundings;
  readonly #shown = new Map<string, string>();
  readonly #outages = new Set<string>();
  #saved: SavedGeneration[];
  #first = true;
  #lookedUs: number | undefined;
  #readBytes = 0;
  readonly #closing: Generation[] = [];

  constructor(
    where: { folder: string; stem: string; input: LogInput; exact: ReadonlySet<string> | undefined },
    saved: readonly SavedGeneration[],
    surroundings: GroupSurroundings,
  ) {
    this.folder = where.folder;
    this.stem = where.stem;
    this.#input = where.input;
    this.#exact = where.exact;
    this.#saved = [...saved];
    this.#surroundings = surroundings;
  }

  /** Tells how a file's path was given, for evidence. True where it was not known. */
  show(absolute: string, given: string): boolean {
    if (this.#shown.has(absolute)) return false;
    this.#shown.set(absolute, given);
    return true;
  }

  /** Bytes known and not read, and since when, UTC microseconds. */
  behind(): { bytes: number; sinceUs: number | undefined } {
    let bytes = 0;
    let sinceUs: number | undefined;
    for (const generation of this.generations) {
      if (generation.passedOver || generation.size <= generation.offset) continue;
      bytes += generation.size - generation.offset;
      const { behindSinceUs } = generation;
      if (behindSinceUs !== undefined && !(behindSinceUs >= (sinceUs ?? Infinity))) sinceUs = behindSinceUs;
    }
    return { bytes, sinceUs };
  }

  /** Time in which the file may turn at its rate of late, halved, in milliseconds. */
  halfTurnMs(): number {
    return this.rate > 0 ? (turnBytes / this.rate) * 500 : Number.POSITIVE_INFINITY;
  }

  /**
   * Reads what was added since the last look.
   * @param listed sizes and times of change by path, where the folder was just listed
   */
  async *look(listed?: ReadonlyMap<string, Listed>): AsyncGenerator<Chunk> {
    this.#readBytes = 0;
    const grown = this.unsettled ? undefined : await this.#grown(listed);
    if (grown !== undefined) {
      let whole = true;
      for (const generation of grown) whole = (yield* this.#read(generation)) && whole;
      if (whole) return this.#measure(this.#readBytes);
    }
    this.unsettled = false;
    // A turn may come while reading; then once more, but not for ever.
    for (let turn = 0; turn < 4; turn++) {
      let again = false;
      for (const generation of await this.#settle()) {
        again = !(yield* this.#read(generation));
        if (again) break;
      }
      if (!again) break;
    }
    return this.#measure(this.#readBytes);
  }

  /** Whether a path is of a file that is known. */
  knows(path: string): boolean {
    for (const generation of this.generations) if (generation.path === path) return true;
    return false;
  }

  #measure(read: number): void {
    const nowUs = this.#surroundings.nowUs();
    const seconds = Math.max(0.001, (nowUs - (this.#lookedUs ?? nowUs - 1e6)) / 1e6);
    this.#lookedUs = nowUs;
    const rate = Math.max(0, read) / seconds;
    // Up at once, down slowly: the time to the next look is to hold in a burst.
    this.rate = Math.max(rate, this.rate * 0.7);
    if (this.rate < 1) this.rate = 0;
  }

  /**
   * The files that grew, where that is all that happened; whether they are still the same, reading tells by the bytes before
   * the offset. By name; Windows shows sizes by name late: there, by opening.
   */
  async #grown(listed: ReadonlyMap<string, Listed> | undefined): Promise<Generation[] | undefined> {
    const grown: Generation[] = [];
    for (const generation of this.generations) {
      const { path, id, size, modifiedMs } = generation;
      const seen = process.platform === 'win32' ? undefined : listed?.get(path);
      if (seen !== undefined && seen.size === size && Math.floor(seen.modifiedMs) === modifiedMs) continue;
      const now = await lookUp(path);
      if (now === undefined || now.id !== id || now.size < size) return undefined;
      if (now.size === size && now.modifiedMs === modifiedMs) continue;
      if (now.size === size || generation.ended || generation.passedOver) return undefined;
      generation.size = now.size;
      generation.modifiedMs = now.modifiedMs;
      generation.behindSinceUs ??= this.#surroundings.nowUs();
      grown.push(generation);
    }
    return this.generations.size > 0 ? grown : undefined;
  }

  /** Finds out which generation each file is; returns those to read on, oldest first. */
  async #settle(): Promise<Generation[]> {
    const { report, nowUs, sourceOf } = this.#surroundings;
    const files = await this.#listSteadily();
    if (files === undefined) return [];
    const unbound = new Set(this.generations);
    const covered = new Set<Generation>();
    const unmatched: OnDisk[] = [];
    const untouched: OnDisk[] = [];
    const toRead: { file: OnDisk; generation: Generation }[] = [];
    for (const file of preferKnown(files, this.generations)) {
      const still = [...unbound].find((generation) => isUntouched(generation, file));
      if (still !== undefined) {
        unbound.delete(still);
        untouched.push(file);
        continue;
      }
      const found = await this.#recognise(file, unbound, covered);
      if (found === 'unreadable') {
        // Not to be told from another one now: whatever was at that path stays bound to it.
        for (const generation of unbound) if (generation.path === file.path) unbound.delete(generation);
      } else if (found === undefined) unmatched.push(file);
      else {
        unbound.delete(found);
        if (found.path !== file.path && file.order !== liveOrder) report.count('turns', 1);
        found.path = file.path;
        found.id = file.id;
        toRead.push({ file, generation: found });
      }
    }
    for (const file of unmatched) {
      const generation = new Generation(
        file.path,
        file.id,
        sourceOf(this.#shown.get(file.path) ?? file.path, this.#input),
        this.#input.encoding,
      );
      const saved = await this.#savedFor(file);
      if (saved !== undefined) generation.resume(saved);
      else if (this.#first && this.#exact !== undefined && !this.#exact.has(file.path)) {
        generation.passedOver = generation.ended = true;
        generation.offset = file.size;
      }
      this.generations.add(generation);
      this.#surroundings.met(generation);
      toRead.push({ file, generation });
    }
    if (unbound.size > 0) for (const file of untouched) await this.#recognise(file, unbound, covered);
    const present = new Set(files.map(({ path }) => path));
    for (const generation of unbound) {
      // A live file that is away for a moment is being renamed or deleted; what became of it, its successor tells.
      if (!present.has(generation.path) && !generation.ended && !covered.has(generation)) continue;
      this.#forget(generation, covered.has(generation));
    }
    if (this.#first) this.#missSaved();
    this.#first = false;
    const now = nowUs();
    for (const { file, generation } of toRead) {
      generation.size = file.size;
      generation.modifiedMs = file.modifiedMs;
      if (file.size > generation.offset) generation.behindSinceUs ??= now;
    }
    return toRead
      .sort((a, b) => (a.file.order < b.file.order ? -1 : a.file.order > b.file.order ? 1 : 0))
      .map(({ generation }) => generation);
  }

  /** A turn amid listing shows a file twice or not at all, so two lists must agree. */
  async #listSteadily(): Promise<OnDisk[] | undefined> {
    let files = await this.#list();
    for (let attempt = 0; attempt < 5; attempt++) {
      const again = await this.#list();
      if (files === undefined || again === undefined || sameFiles(files, again)) return again;
      files = again;
    }
    return files;
  }

  /** Pieces of this log in the folder; undefined where the folder cannot be read now, which says nothing of its files. */
  async #list(): Promise<OnDisk[] | undefined> {
    let names: string[];
    try {
      const entries = await readdir(this.folder, { withFileTypes: true });
      names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
      this.#outages.delete(this.folder);
    } catch (error) {
      this.#outage(this.folder, error);
      return undefined;
    }
    const files: OnDisk[] = [];
    for (const name of names) {
      if (stemOf(name) !== this.stem) continue;
      const { order } = logNameOf(name);
      const path = join(this.folder, name);
      const now = await lookUp(path);
      files.push({ path, order, id: now?.id ?? '', size: now?.size ?? 0, modifiedMs: now?.modifiedMs ?? 0 });
    }
    return files;
  }

  /**
   * @param unbound generations that no file was found to be yet
   * @param covered takes generations whose bytes this file holds too: a copy on its way to be the rolled piece
   */
  async #recognise(
    file: OnDisk,
    unbound: ReadonlySet<Generation>,
    covered: Set<Generation>,
  ): Promise<Generation | 'unreadable' | undefined> {
    const handle = await this.#open(file.path);
    if (handle === undefined) return 'unreadable';
    try {
      const { id, size } = await identify(handle);
      const candidates = [...this.generations].sort(
        (a, b) =>
          Number(b.path === file.path) - Number(a.path === file.path) ||
          Number(b.id === id) - Number(a.id === id),
      );
      let same: Generation | undefined;
      for (const generation of candidates) {
        if (
          generation.passedOver
            ? generation.id !== id || size < generation.size
            : !(await isSame(handle, id, size, generation))
        )
          continue;
        if (generation.offset > 0) covered.add(generation);
        if (same === undefined && unbound.has(generation)) same = generation;
      }
      return same;
    } catch (error) {
      this.#outage(file.path, error);
      return 'unreadable';
    } finally {
      await handle.close();
    }
  }

  async #open(path: string): Promise<Awaited<ReturnType<typeof open>> | undefined> {
    try {
      const handle = await open(path);
      this.#outages.delete(path);
      return handle;
    } catch (error) {
      this.#outage(path, error);
      return undefined;
    }
  }

  /** Names what cannot be read, once for each time that it goes. */
  #outage(path: string, error: unknown): void {
    const { report } = this.#surroundings;
    if (
      this.#outages.has(path) ||
      ((error as NodeJS.ErrnoException).code === 'ENOENT' && path !== this.folder)
    )
      return;
    this.#outages.add(path);
    const subject = this.#shown.get(path) ?? forward(path);
    report.lost('unreadable_file', 1);
    report.trouble({
      reason: 'unreadable_file',
      subject,
      sentence: `${subject} cannot be read now: ${reasonOf(error)}. It is read on from where it was as soon as it can be.`,
    });
  }

  async #savedFor(file: OnDisk): Promise<SavedGeneration | undefined> {
    if (this.#saved.length === 0) return undefined;
    const handle = await this.#open(file.path);
    if (handle === undefined) return undefined;
    try {
      for (const saved of this.#saved) {
        if (saved.offset === 0 || !(await isSame(handle, file.id, file.size, saved satisfies Witnesses)))
          continue;
        this.#saved = this.#saved.filter((other) => other !== saved);
        return saved.offset === 0 ? undefined : saved;
      }
      return undefined;
    } catch (error) {
      this.#outage(file.path, error);
      return undefined;
    } finally {
      await handle.close();
    }
  }

  /** Generations that turned and went while nobody followed. */
  #missSaved(): void {
    for (const saved of this.#saved) {
      const live = logNameOf(saved.path.slice(this.folder.length + 1)).order === liveOrder;
      if (live || saved.offset < saved.size) this.#suspect(saved.path);
    }
    this.#saved = [];
  }

  /** @param safe another file holds what was not read of it */
  #forget(generation: Generation, safe: boolean): void {
    this.generations.delete(generation);
    this.#closing.push(generation);
    const unread = generation.size > generation.offset;
    const rolled = logNameOf(generation.path.slice(this.folder.length + 1)).order !== liveOrder;
    if (!safe && !generation.passedOver && (!rolled || unread)) this.#suspect(generation.path);
  }

  #suspect(path: string): void {
    const { report } = this.#surroundings;
    const subject = this.#shown.get(path) ?? forward(path);
    report.lost('suspected_loss', 1);
    report.count('turns', 1);
    report.trouble({
      reason: 'suspected_loss',
      subject,
      sentence: `${subject} was begun anew and its old file is gone: what was written to it after the last look, if anything, is lost. Raise the log's size or history (LogMaxSize, LogMaxHistory), or look more often (tail.pollMs).`,
    });
  }

  /** Hands on what a file has; false where it turned meanwhile. */
  async *#read(generation: Generation): AsyncGenerator<Chunk, boolean> {
    for (const gone of this.#closing.splice(0)) {
      const chunk = gone.close();
      if (chunk !== undefined) yield chunk;
    }
    const live = logNameOf(generation.path.slice(this.folder.length + 1)).order === liveOrder;
    if (generation.passedOver || (generation.size <= generation.offset && (live || generation.ended)))
      return true;
    const handle = await this.#open(generation.path);
    if (handle === undefined) return true;
    try {
      const { id } = await identify(handle);
      if (id !== generation.id) return false;
      const { report, chunkBytes } = this.#surroundings;
      const from = generation.offset;
      const whole = yield* generation.read(handle, chunkBytes, !live, report);
      this.#readBytes += generation.offset - from;
      if (whole) generation.behindSinceUs = undefined;
      return whole;
    } catch (error) {
      this.#outage(generation.path, error);
      return true;
    } finally {
      await handle.close();
    }
  }
}
