import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { systemClock } from '../base/clock.ts';
import type { Follower } from '../contract/follower.ts';
import type { Trouble } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import { createFollower } from './index.ts';

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Records are lines here; numbered, so that each is told from the others. */
export function lines(from: number, to: number): string {
  let text = '';
  for (let n = from; n < to; n++)
    text += `<![LOG[record ${n} ${'x'.repeat(40)}]LOG]!><time="12:00:00.000+000" n="${n}">\r\n`;
  return text;
}

export interface Reader {
  /** Reads until everything at hand was looked at. */
  catchUp(): Promise<void>;
  /** Numbers of all records read, in order of reading. */
  numbers(): number[];
  readonly ends: Map<LogSource, number>;
  readonly lasts: LogSource[];
  /** Begun after a loss. */
  readonly afterLoss: Set<LogSource>;
  readonly losses: Record<string, number>;
  readonly counts: Record<string, number>;
  readonly troubles: Trouble[];
  readonly follower: Follower;
  durable(): void;
  /** Everything read was met, and nothing of it is durable yet. */
  owed(): void;
  close(): Promise<void>;
}

interface ReaderExtra {
  readonly encoding?: string;
  readonly hints?: boolean;
  readonly maxHeldBytes?: number;
  readonly maxAway?: number;
}

/** Follows paths; the checkpoints lie in `state` under `folder`. */
async function startReader(
  folder: string,
  paths: readonly string[] = [folder],
  extra: ReaderExtra = {},
): Promise<Reader> {
  const losses: Record<string, number> = {};
  const counts: Record<string, number> = {};
  const troubles: Trouble[] = [];
  const follower = await createFollower(
    paths.map((path) => ({ path, encoding: extra.encoding })),
    {
      report: {
        count: (counter, by) => void (counts[counter] = (counts[counter] ?? 0) + by),
        lost: (reason, by) => void (losses[reason] = (losses[reason] ?? 0) + by),
        trouble: (trouble) => void troubles.push(trouble),
      },
      clock: systemClock,
      pollMs: 10,
      checkpointFile: join(folder, 'state', 'checkpoints.json'),
      hints: extra.hints ?? false,
      ownFolder: join(folder, 'state'),
      heldFolder: join(folder, 'state', 'held'),
      maxHeldBytes: extra.maxHeldBytes ?? 1 << 20,
      maxAway: extra.maxAway ?? 100,
    },
  );
  const iterator = follower[Symbol.asyncIterator]();
  const texts = new Map<LogSource, string>();
  const ends = new Map<LogSource, number>();
  const lasts: LogSource[] = [];
  const afterLoss = new Set<LogSource>();
  return {
    follower,
    losses,
    counts,
    troubles,
    ends,
    lasts,
    afterLoss,
    async catchUp() {
      for (let quiet = 0; quiet < 2; ) {
        const next = await iterator.next();
        if (next.done === true) return;
        if (next.value.kind === 'quiet') quiet += 1;
        else if (next.value.kind === 'chunk') {
          const { chunk } = next.value;
          texts.set(chunk.source, (texts.get(chunk.source) ?? '') + Buffer.from(chunk.bytes).toString());
          ends.set(chunk.source, chunk.offsetOf(chunk.bytes.length));
          if (chunk.last) lasts.push(chunk.source);
          if (chunk.afterLoss === true) afterLoss.add(chunk.source);
        }
      }
    },
    numbers: () =>
      [...texts.values()].flatMap((text) =>
        [...text.matchAll(/ n="(\d+)">/g)].map((match) => Number(match[1])),
      ),
    durable() {
      follower.keep({ durable: ends, told: ends, met: new Map(), mark: 0 });
    },
    owed() {
      follower.keep({ durable: new Map(), told: new Map(), met: ends, mark: 0 });
    },
    async close() {
      await follower.close();
    },
  };
}

/** A folder for each test, with `HOST/Logs` in it, and readers that are closed after it. */
export function followedFolder() {
  // Rounds are paced by what they cost, and a busy machine makes them cost more.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  let folder = '';
  const open = new Set<Reader>();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ccmtrace-follow-'));
    await mkdir(join(folder, 'HOST', 'Logs'), { recursive: true });
  });
  afterEach(async () => {
    for (const reader of open) await reader.close();
    open.clear();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    at: (...names: string[]): string => join(folder, ...names),
    logs: (...names: string[]): string => join(folder, 'HOST', 'Logs', ...names),
    live: (): string => join(folder, 'HOST', 'Logs', 'A.log'),
    read: async (paths: readonly string[] = [folder], extra: ReaderExtra = {}): Promise<Reader> => {
      const reader = await startReader(folder, paths, extra);
      open.add(reader);
      return reader;
    },
  };
}
