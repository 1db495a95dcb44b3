import { dirname, resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Followed, Follower, Progress } from '../contract/follower.ts';
import type { Report } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import { type Checkpoint, saveCheckpoints } from './checkpoints.ts';
import { createSources, discover, type FoundFile, type LogInput } from './discover.ts';
import type { Generation } from './generation.ts';
import type { HeldPieces } from './held-pieces.ts';
import { createHints, type Hints } from './hints.ts';
import { type GroupSurroundings, LogGroup } from './log-group.ts';
import { stemOf } from './names.ts';
import { fromArchive } from './read-archive.ts';
import { readRound } from './read-round.ts';
import { createSleep } from './sleep.ts';

export interface FollowOptions {
  readonly report: Report;
  readonly clock: Clock;
  /** Longest time between two looks at an active file, milliseconds; with many files all at rest, more. */
  readonly pollMs: number;
  /** File that holds how far each generation is durable. */
  readonly checkpointFile: string;
  /** Folder that is never followed, though it may lie where logs do: the program's own. */
  readonly ownFolder?: string;
  /** Folder for copies of rolled pieces that may turn away before all of them is durable; without it none are made. */
  readonly heldFolder?: string;
  /** Copies take at most so much. Default 256 MiB. */
  readonly maxHeldBytes?: number;
  /** At most so much of all logs together is read ahead of the log that is furthest behind. Default 32 MiB. */
  readonly readAheadBytes?: number;
  /** Generations of logs that are away of which a checkpoint goes on to know, the last ones of its list. Default 20,000. */
  readonly maxAway?: number;
  /** Off where the poll alone is to find changes. Default on. */
  readonly hints?: boolean;
}

/** Looking at files at rest takes at most this part of the time. */
const restingShare = 0.1;

/** Hints that come together are looked at together, milliseconds. */
const gatherMs = 10;

/** Checkpoints are written at most this often, milliseconds, and so that writing them takes at most a part of the time. */
const saveEveryMs = 1000;
const savingShare = 0.05;

/** Bytes read at once from one log. */
const leastChunkBytes = 4096;
const mostChunkBytes = 262_144;

/**
 * Looks at every file in rounds, and between rounds at those that are written to: no later than half the time in which
 * they can turn at their rate of late, and when a hint comes.
 */
export function follow(
  inputs: readonly LogInput[],
  options: FollowOptions,
  before: Checkpoint,
  held: HeldPieces | undefined,
): Follower {
  const { report, clock, pollMs, checkpointFile, readAheadBytes = 32 << 20, maxAway = 20_000 } = options;
  const own = options.ownFolder === undefined ? undefined : resolve(options.ownFolder);
  const quietReport: Report = { count: () => {}, lost: () => {}, trouble: () => {} };
  const sleep = createSleep();
  const sourceOf = createSources();
  const bySource = new WeakMap<LogSource, { readonly generation: Generation; readonly group: LogGroup }>();
  const groups = new Map<string, LogGroup>();
  const archives = new Map<string, string>();
  const surroundings: GroupSurroundings = {
    report,
    chunkBytes: () =>
      Math.min(mostChunkBytes, Math.max(leastChunkBytes, Math.floor(readAheadBytes / groups.size))),
    nowUs: () => clock.nowUs(),
    sourceOf,
    held,
    met: (generation, group) => bySource.set(generation.source, { generation, group }),
  };
  const stop = new AbortController();
  const saved = Map.groupBy(before.generations, ({ path }) => keyOf(path));
  let mark = before.mark;
  let moved = false;
  let saveAfterMs = 0;
  let saveFailed = false;
  let restingMs = 1;
  let hints: Hints | undefined;
  let saving: Promise<void> = Promise.resolve();

  async function* run(): AsyncGenerator<Followed> {
    hints = options.hints === false ? undefined : createHints(inputs, () => sleep.wake(), own);
    for (let round = 0; !stop.signal.aborted; round++) {
      const atUs = clock.nowUs();
      const began = performance.now();
      const found = await discover(inputs, round === 0 ? report : quietReport, own);
      hints?.take();
      yield* newArchives(found);
      enter(found);
      let read = false;
      const listed = new Map(found.map((file) => [resolve(file.path), file]));
      for await (const part of readRound(groups, listed, { pollMs, stopped: () => stop.signal.aborted })) {
        read = true;
        if (typeof part === 'number') {
          yield { kind: 'behind', fromUs: part };
          await save(false);
        } else yield { kind: 'chunk', chunk: part };
        if (stop.signal.aborted) return;
      }
      if (stop.signal.aborted) return;
      if (!read) restingMs = performance.now() - began;
      yield { kind: 'quiet', atUs };
      await save(false);
      yield* between(performance.now() + Math.max(pollMs, restingMs / restingShare));
    }
  }

  /** Looks at what is hot or hinted at until the next round is due. */
  async function* between(until: number): AsyncGenerator<Followed> {
    while (!stop.signal.aborted) {
      const now = performance.now();
      const hot = [...groups.values()].filter(({ rate }) => rate > 0);
      const next = hot.reduce(
        (least, group) => Math.min(least, Math.max(5, group.halfTurnMs())),
        until - now,
      );
      if (now >= until) return;
      const hinted = await sleep.for(Math.min(next, pollMs));
      if (stop.signal.aborted) return;
      if (hinted) await sleep.exactly(gatherMs);
      const touched = hints?.take() ?? new Set();
      const looks = new Set(hot);
      for (const path of touched) {
        const group = groups.get(keyOf(path));
        // A file that is not known: the next round finds it, now.
        if (group === undefined) return;
        group.unsettled ||= !group.knows(path);
        looks.add(group);
      }
      for (const group of looks) {
        for await (const chunk of group.look()) {
          yield { kind: 'chunk', chunk };
          if (stop.signal.aborted) return;
        }
      }
    }
  }

  /** Takes new files into the groups of their logs. */
  function enter(found: readonly FoundFile[]): void {
    const exact = new Map<string, Set<string>>();
    const logs = found.filter(({ kind }) => kind === 'log');
    for (const { path, input } of logs) {
      const absolute = resolve(path);
      if (absolute !== resolve(input.path) && !/[*?[{]/.test(input.path)) continue;
      const names = exact.get(keyOf(absolute)) ?? new Set();
      exact.set(keyOf(absolute), names.add(absolute));
    }
    for (const [key, files] of Map.groupBy(logs, ({ path }) => keyOf(resolve(path)))) {
      const [{ path, input }] = files as [FoundFile];
      const given = new Map(files.map((file) => [resolve(file.path), file.path]));
      const known = groups.get(key);
      if (known !== undefined) {
        known.show(given);
        continue;
      }
      const where = {
        folder: dirname(resolve(path)),
        stem: stemOf(fileOf(path)),
        input,
        exact: exact.get(key),
      };
      groups.set(key, new LogGroup(where, given, saved.get(key) ?? [], surroundings));
      saved.delete(key);
    }
  }

  /** Archives come whole, again and again; each is read when it is new or another one than before. */
  async function* newArchives(found: readonly FoundFile[]): AsyncGenerator<Followed> {
    for (const file of found) {
      if (file.kind !== 'zip') continue;
      const state = `${file.size}:${file.modifiedMs}`;
      const known = archives.get(file.path);
      archives.set(file.path, known === state ? `${state}:read` : known === `${state}:read` ? known : state);
      // Read once it was seen twice the same: it may still be being copied.
      if (known !== state) continue;
      for await (const chunk of fromArchive(file, { report }, sourceOf)) {
        yield { kind: 'chunk', chunk };
        if (stop.signal.aborted) return;
      }
    }
  }

  function save(last: boolean): Promise<void> {
    if (!moved || (!last && performance.now() < saveAfterMs)) return saving;
    moved = false;
    const generations = [...groups.values()].flatMap((group) => group.toSave);
    const settled = [...groups.values()].map((group) => [group, group.settled()] as const);
    const released = settled.flatMap(([, those]) => those.flatMap(({ held }) => held ?? [])).map(fileOf);
    // Of logs not met yet, because their folder is away, what was known stays.
    const away = maxAway > 0 ? [...saved.values()].flat().slice(-maxAway) : [];
    const kept: Checkpoint = {
      ...(mark === undefined ? {} : { mark }),
      generations: [...generations.map((generation) => generation.saved()), ...away],
      ...(released.length === 0 ? {} : { released }),
    };
    saving = saving.then(async () => {
      const began = performance.now();
      try {
        await saveCheckpoints(checkpointFile, kept);
        for (const [group, those] of settled) await group.release(those);
        saveFailed = false;
        const now = performance.now();
        saveAfterMs = now + Math.max(saveEveryMs, (now - began) / savingShare);
      } catch (error) {
        moved = true;
        saveAfterMs = performance.now() + saveEveryMs;
        if (saveFailed) return;
        saveFailed = true;
        report.trouble({
          reason: 'export_delayed',
          subject: checkpointFile,
          sentence: `The checkpoints could not be written to ${checkpointFile}: ${(error as Error).message}. Reading goes on; after a restart more is read again, and nothing is stored twice. Make the folder writable.`,
        });
      }
    });
    return saving;
  }

  return {
    [Symbol.asyncIterator]: run,
    markBefore: before.mark,
    metBefore: (source) => bySource.get(source)?.generation.metBefore ?? -1,
    keep({ durable, told, met, mark: given }: Progress) {
      mark = given;
      moved = true;
      for (const [source, offset] of met) {
        const { generation } = bySource.get(source) ?? {};
        if (generation !== undefined) generation.met = Math.max(generation.met, offset);
      }
      for (const [source, offset] of durable) {
        const { generation } = bySource.get(source) ?? {};
        if (generation !== undefined) generation.durable = Math.max(generation.durable, offset);
      }
      for (const [source, offset] of told) {
        const { generation } = bySource.get(source) ?? {};
        if (generation !== undefined) generation.told = Math.max(generation.told, offset);
      }
    },
    reached(source, timeUs) {
      const { group } = bySource.get(source) ?? {};
      if (group !== undefined) group.reachedUs = timeUs;
    },
    lag() {
      let bytes = 0;
      let sinceUs: number | undefined;
      for (const group of groups.values()) {
        const behind = group.behind();
        bytes += behind.bytes;
        if (behind.sinceUs !== undefined) sinceUs = Math.min(sinceUs ?? behind.sinceUs, behind.sinceUs);
      }
      return { bytes, seconds: sinceUs === undefined ? 0 : Math.max(0, (clock.nowUs() - sinceUs) / 1e6) };
    },
    async close() {
      stop.abort();
      sleep.wake();
      await save(true);
      await hints?.close();
      hints = undefined;
    },
  };
}

function keyOf(absolute: string): string {
  return `${dirname(absolute)}\n${stemOf(fileOf(absolute))}`;
}

function fileOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
