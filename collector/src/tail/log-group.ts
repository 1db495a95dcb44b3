import type { Chunk } from '../contract/chunk.ts';
import type { Report } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import type { LogInput } from './discover.ts';
import { Generation, type SavedGeneration } from './generation.ts';
import type { HeldPieces } from './held-pieces.ts';
import { logNameOf } from './names.ts';
import { type Listed, liveOrder, lookUp, noTurnBetween, type OnDisk } from './on-disk.ts';
import { Owed } from './owed.ts';
import { Pieces } from './pieces.ts';
import { type Recognised, recogniseFiles } from './recognise-files.ts';
import { createTurns, type Turns } from './turns.ts';
import { identify, isSame } from './witness.ts';

/** What groups share. */
export interface GroupSurroundings {
  readonly report: Report;
  /** Bytes read at once. */
  readonly chunkBytes: () => number;
  readonly nowUs: () => number;
  readonly sourceOf: (path: string, input: LogInput) => LogSource;
  /** Told of each generation that is to be read. */
  readonly met: (generation: Generation, group: LogGroup) => void;
  /** Where copies of rolled pieces are held; undefined: nowhere. */
  readonly held: HeldPieces | undefined;
}

/** Size at which the product turns its logs, unless told otherwise. */
const turnBytes = 250_000;

/** A file whose first bytes say too little of its encoding is waited with for so long, microseconds. */
const unclearForUs = 2e6;

/**
 * The pieces of one log in one folder: the live file and what it was rolled into. A look finds out which file is which
 * generation, by witnesses and not by names, and reads each to its end, oldest first.
 */
export class LogGroup {
  readonly pieces: Pieces;
  readonly generations = new Set<Generation>();
  /** A change was hinted at, or the folder's list told of another file. */
  unsettled = true;
  /** Bytes a second written of late. */
  rate = 0;
  /** Time of the last record read, UTC microseconds. */
  reachedUs = Number.NEGATIVE_INFINITY;

  readonly #input: LogInput;
  /** The input names files, not a folder: other pieces that were there before are not asked for. */
  readonly #exact: ReadonlySet<string> | undefined;
  readonly #surroundings: GroupSurroundings;
  readonly #turns: Turns;
  readonly #owed: Owed;
  #files: readonly OnDisk[] = [];
  #first = true;
  #lookedUs: number | undefined;
  #readBytes = 0;
  /** Size of the live file when last asked whether it presses, and when that was. */
  #seen: readonly [number, number] | undefined;
  readonly #closing: Generation[] = [];
  /** A loss is suspected, and the piece after it has not come yet. */
  #lossPending = false;

  /** @param files paths, absolute, with the way in which they were given */
  constructor(
    where: { folder: string; stem: string; input: LogInput; exact: ReadonlySet<string> | undefined },
    files: ReadonlyMap<string, string>,
    saved: readonly SavedGeneration[],
    surroundings: GroupSurroundings,
  ) {
    this.pieces = new Pieces(where.folder, where.stem, surroundings.report);
    this.#input = where.input;
    this.#exact = where.exact;
    this.#surroundings = surroundings;
    this.#turns = createTurns(this.pieces, surroundings.report);
    this.#owed = new Owed(this.pieces, surroundings.held);
    this.show(files);
    for (const entry of saved) this.#meet(entry, entry);
  }

  /** Every generation of which a checkpoint is to know. */
  get toSave(): readonly Generation[] {
    return [...this.#owed.toSave, ...this.generations].filter(({ passedOver }) => !passedOver);
  }

  /** Generations that need not be held any more, as what is durable reaches; to be released once a checkpoint says so. */
  settled(): readonly Generation[] {
    return this.#owed.settled(this.generations);
  }

  async release(settled: readonly Generation[]): Promise<void> {
    await this.#owed.release(settled);
  }

  /** Takes in which files are there, and how their paths were given, for evidence. */
  show(files: ReadonlyMap<string, string>): void {
    for (const [absolute, given] of files) {
      this.pieces.show(absolute, given);
      this.unsettled ||= !this.knows(absolute) && !this.#files.some(({ path }) => path === absolute);
    }
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

  /** Whether what is not read yet may turn away before long, at the rate at which the live file grows now. */
  async isPressing(): Promise<boolean> {
    const live = [...this.generations].find(({ path }) => this.#isLive(path));
    if (live === undefined) return this.rate > 0;
    const now = await lookUp(live.path);
    const nowMs = performance.now();
    const [before, sinceMs] = this.#seen ?? [now?.size ?? 0, nowMs];
    this.#seen = [now?.size ?? 0, nowMs];
    if (now === undefined || now.size < before) return true;
    const rate = ((now.size - before) / Math.max(1, nowMs - sinceMs)) * 1000;
    return (
      rate > 0 && ((turnBytes - (now.size % turnBytes)) / rate) * 1000 < Math.max(1000, nowMs - sinceMs) * 3
    );
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
      const toRead = await this.#settle();
      const { report, chunkBytes } = this.#surroundings;
      yield* this.#owed.read(chunkBytes(), report);
      for (const generation of toRead) {
        again = !(yield* this.#read(generation));
        if (again) break;
      }
      if (!again) break;
      this.unsettled = turn === 3;
    }
    return this.#measure(this.#readBytes);
  }

  /** Whether a path is of a file that is known. */
  knows(path: string): boolean {
    for (const generation of this.generations) if (generation.path === path) return true;
    return false;
  }

  #isLive(path: string): boolean {
    return this.#orderOf(path) === liveOrder;
  }

  #orderOf(path: string): string {
    return logNameOf(path.slice(this.pieces.folder.length + 1)).order;
  }

  /**
   * What came after a piece that may be lost begins with the rest of no known record: the first to be read, copies that are held
   * before what is on disk, that is new or had a later order.
   */
  #markAfter(lost: string, inOrder: readonly Generation[], orders: ReadonlyMap<Generation, string>): void {
    const next = [...this.#owed.unread, ...inOrder].find(
      (each) => !orders.has(each) || (orders.get(each) ?? '') > lost,
    );
    if (next === undefined) this.#lossPending = true;
    else next.afterLoss = true;
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
      const asBefore = seen !== undefined && seen.size === size && Math.floor(seen.modifiedMs) === modifiedMs;
      if (asBefore && generation.behindSinceUs === undefined) continue;
      const now = await lookUp(path);
      if (now === undefined || now.id !== id || now.size < size) return undefined;
      if (now.size === size && now.modifiedMs === modifiedMs) {
        // Known before and not read: its encoding was unclear, or it could not be opened.
        if (generation.behindSinceUs !== undefined) grown.push(generation);
        continue;
      }
      if (now.size === size || generation.ended || generation.passedOver) return undefined;
      generation.size = now.size;
      generation.modifiedMs = now.modifiedMs;
      generation.behindSinceUs ??= this.#surroundings.nowUs();
      grown.push(generation);
    }
    // Without a list, a live file that comes after a turn would not be seen.
    const complete = listed !== undefined || [...this.generations].some(({ path }) => this.#isLive(path));
    return complete && this.generations.size > 0 ? grown : undefined;
  }

  /** Finds out which generation each file is; returns those to read on, oldest first. */
  async #settle(): Promise<Generation[]> {
    const orders = new Map([...this.generations].map((each) => [each, this.#orderOf(each.path)]));
    const recognised = await recogniseFiles(this.pieces, this.generations);
    if (recognised === undefined) return [];
    const first = this.#first;
    const remembers = this.generations.size > 0;
    this.#first = false;
    this.#files = recognised.files;
    this.unsettled ||= recognised.unreadable;
    const asked = this.#askedFor(recognised);
    const toRead: { readonly file: OnDisk; readonly generation: Generation }[] = [];
    for (const { file, generation } of recognised.known) {
      if (generation.path !== file.path && file.order !== liveOrder)
        this.#surroundings.report.count('turns', 1);
      generation.mayGo = true;
      generation.path = file.path;
      generation.id = file.id;
      generation.born = file.born;
      toRead.push({ file, generation });
    }
    if (first) await this.#claim(recognised);
    const { ended, suspected } = this.#turns.gone(this.generations, recognised);
    for (const generation of ended) {
      this.generations.delete(generation);
      this.#owed.gone(generation);
      if (!generation.remembered) this.#closing.push(generation);
    }
    for (const file of recognised.fresh) {
      const generation = this.#meet(file);
      generation.mayGo = !first || remembers;
      if (first && !asked(file)) {
        generation.passedOver = generation.ended = true;
        generation.offset = file.size;
      }
      toRead.push({ file, generation });
    }
    this.#turns.settled(this.generations, recognised.files);
    const now = this.#surroundings.nowUs();
    for (const { file, generation } of toRead) {
      generation.size = file.size;
      generation.modifiedMs = file.modifiedMs;
      if (generation.remembered || file.size > generation.offset) generation.behindSinceUs ??= now;
    }
    const inOrder = toRead
      .sort((a, b) => (a.file.order < b.file.order ? -1 : a.file.order > b.file.order ? 1 : 0))
      .map(({ generation }) => generation);
    for (const lost of suspected) this.#markAfter(orders.get(lost) ?? '', inOrder, orders);
    const begun = inOrder.find((generation) => !orders.has(generation));
    if (this.#lossPending && begun !== undefined) {
      begun.afterLoss = true;
      this.#lossPending = false;
    }
    return inOrder;
  }

  /** After a restart: copies that a run before held of what is there no more. */
  async #claim(recognised: Recognised): Promise<void> {
    const gaps = await this.#owed.claim(
      recognised,
      (where) => this.#meet(where),
      (one, other) => this.#orderOf(one.path) > this.#orderOf(other.path),
    );
    for (const path of gaps.after) this.#turns.suspect(path);
    this.#lossPending = gaps.beforeFresh;
    for (const generation of this.#owed.generations) this.generations.delete(generation);
  }

  /** A file given by name is followed into what it turns into; pieces that are older than what is known of it are not asked for. */
  #askedFor({ known }: Recognised): (file: OnDisk) => boolean {
    const exact = this.#exact;
    if (exact === undefined) return () => true;
    const remembered = this.generations.size > 0;
    const oldest = known.map(({ file }) => file.order).sort()[0] ?? '';
    return ({ path, order }) => exact.has(path) || (remembered && order > oldest);
  }

  #meet(where: { path: string; id: string; born: string }, saved?: SavedGeneration): Generation {
    const source = this.#surroundings.sourceOf(this.pieces.shown(where.path), this.#input);
    const generation = new Generation(where, source, this.#input.encoding, saved);
    this.generations.add(generation);
    this.#surroundings.met(generation, this);
    return generation;
  }

  /** Hands on what a file has; false where it turned meanwhile. No handle is open while somebody else works. */
  async *#read(generation: Generation): AsyncGenerator<Chunk, boolean> {
    for (const gone of this.#closing.splice(0)) {
      const chunk = gone.close();
      if (chunk !== undefined) yield chunk;
    }
    const live = this.#isLive(generation.path);
    const from = generation.remembered ? generation.durable : generation.offset;
    const through = generation.size <= generation.offset && (live || generation.ended);
    if (generation.passedOver) generation.behindSinceUs = undefined;
    if (generation.passedOver || (through && !generation.remembered)) return true;
    let until: number | undefined;
    for (;;) {
      const got = await this.#next(generation, !live, until);
      if (got === 'away') return true;
      if (got.result === 'turned') return false;
      until ??= got.size;
      if (got.result === 'whole') break;
      yield got.result;
      if (generation.ended) break;
    }
    this.#readBytes += generation.offset - from;
    if (generation.ended) await this.#owed.hold(generation);
    if (generation.offset >= generation.size || generation.passedOver) generation.behindSinceUs = undefined;
    return true;
  }

  async #next(
    generation: Generation,
    complete: boolean,
    until: number | undefined,
  ): Promise<{ result: Chunk | 'whole' | 'turned'; size: number } | 'away'> {
    const { pieces } = this;
    const handle = await pieces.open(generation.path);
    if (handle === undefined) return 'away';
    try {
      const now = await identify(handle);
      const { id, size } = now;
      if (id !== generation.id) return { result: 'turned', size };
      if (generation.remembered) {
        if (!(await isSame(handle, now, generation))) return { result: 'turned', size };
        await generation.takeUp(handle);
      }
      const { report, chunkBytes, nowUs } = this.#surroundings;
      const waitedUs = nowUs() - (generation.behindSinceUs ?? nowUs());
      const result = await generation.next(handle, now, {
        chunkBytes: chunkBytes(),
        until: until ?? size,
        complete,
        mayWait: waitedUs >= 0 && waitedUs < unclearForUs,
        report,
        confirm: async () => {
          const files = await pieces.list();
          return files !== undefined && noTurnBetween(this.#files, files);
        },
      });
      return { result, size };
    } catch (error) {
      pieces.outage(generation.path, error);
      return 'away';
    } finally {
      await handle.close();
    }
  }
}
