import type { Clock } from '../base/clock.ts';
import type { Follower } from '../contract/follower.ts';
import type { LogSource } from '../model/record.ts';
import { createPositions } from './positions.ts';
import type { Recognised } from './recognise.ts';
import { type ResumePoint, saveResumePoint } from './resume.ts';

/**
 * Before the oldest story that is not told, this much is read again after a restart: clocks of other hosts may be behind
 * by some of it, and joins are decided with company.
 */
const rereadUs = 15 * 60e6;

/** Between two saves; a crash costs that much more to read again, and every save is a flush to disk. */
const saveEveryUs = 5e6;

/** Moves checkpoints behind what is durable, and remembers what a restart must not tell again. */
export interface ProgressKeeper {
  read(source: LogSource, recognised: Recognised): void;
  /** How far generations are framed into whole records. */
  framed(until: ReadonlyMap<LogSource, number>): void;
  /** Everything is durable but what stories need whose records begin at `neededFromUs` (Infinity: nothing is needed). */
  durable(neededFromUs: number): Promise<void>;
}

/**
 * @param folder of the store
 * @param before what an earlier run left
 */
export function createProgressKeeper(
  folder: string,
  follower: Pick<Follower, 'durable'>,
  before: ResumePoint | undefined,
  clock: Clock,
): ProgressKeeper {
  const positions = createPositions();
  const readUntil = new Map<string, number>(Object.entries(before?.readUntil ?? {}));
  let latestUs = before?.toldBeforeUs ?? Number.NEGATIVE_INFINITY;
  let savedUs = latestUs;
  let unsaved = false;
  let savedAtUs = Number.NEGATIVE_INFINITY;
  return {
    read(source, { offsets, latestUs: chunkLatestUs }) {
      if (offsets === undefined) return;
      positions.read(source, offsets.first, chunkLatestUs);
      // A new generation under the same path begins at its beginning again.
      readUntil.set(source.path, offsets.last);
      latestUs = Math.max(latestUs, chunkLatestUs);
      unsaved = true;
    },
    framed(until) {
      for (const [source, offset] of until) positions.framed(source, offset);
    },
    async durable(neededFromUs) {
      const toldBeforeUs = Math.min(neededFromUs, latestUs + 1);
      if ((!unsaved && toldBeforeUs === savedUs) || !Number.isFinite(toldBeforeUs)) return;
      // A clock that was set back saves at once.
      const sinceUs = clock.nowUs() - savedAtUs;
      if (sinceUs >= 0 && sinceUs < saveEveryUs) return;
      savedAtUs = clock.nowUs();
      await saveResumePoint(folder, { toldBeforeUs, readUntil: Object.fromEntries(readUntil) });
      savedUs = toldBeforeUs;
      unsaved = false;
      for (const [source, offset] of positions.advance(toldBeforeUs - rereadUs))
        follower.durable(source, offset);
    },
  };
}
