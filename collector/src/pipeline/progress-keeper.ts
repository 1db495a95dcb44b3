import type { Follower } from '../contract/follower.ts';
import type { LogRecord, LogSource } from '../model/record.ts';
import { createPositions } from './positions.ts';
import type { Recognised } from './recognise.ts';

/**
 * Before the oldest story that is not told, this much is read again after a restart: clocks of other hosts may be behind
 * by some of it, and joins are decided with company.
 */
export const rereadUs = 15 * 60e6;

/**
 * Moves checkpoints behind what is durable, and knows what a restart must not tell again. Reading resumes some way before
 * the oldest story that was not told, so that its records and those around it are met again; of stories that began earlier
 * only a part is met, and their traces are durable.
 */
export interface ProgressKeeper {
  read(source: LogSource, recognised: Pick<Recognised, 'met'>): void;
  /** How far generations are framed into whole records. */
  framed(until: ReadonlyMap<LogSource, number>): void;
  /**
   * Everything read so far is durable but what stories need whose records begin at `neededFromUs` (Infinity: nothing is
   * needed), once the traces told so far are stored: call what is returned then. What is read meanwhile is not part of it.
   */
  mark(neededFromUs: number): () => void;
  /** Whether the story that a record opens was told before the restart. */
  wasTold(opening: LogRecord): boolean;
}

export function createProgressKeeper(
  follower: Pick<Follower, 'keep' | 'markBefore' | 'metBefore'>,
): ProgressKeeper {
  const positions = createPositions();
  const { markBefore: toldBefore = Number.NEGATIVE_INFINITY } = follower;
  let met = new Map<LogSource, number>();
  let latestUs = toldBefore;
  let keptUs = latestUs;
  return {
    read(source, recognised) {
      for (const [where, { first, last, latestUs: ofThese }] of recognised.met) {
        positions.read(where, first, ofThese);
        if (where !== source) positions.joined(source, where);
        met.set(where, last);
        latestUs = Math.max(latestUs, ofThese);
      }
    },
    framed(until) {
      for (const [source, offset] of until) positions.framed(source, offset);
    },
    mark(neededFromUs) {
      const toldBeforeUs = Math.min(neededFromUs, latestUs + 1);
      if ((met.size === 0 && toldBeforeUs === keptUs) || !Number.isFinite(toldBeforeUs)) return () => {};
      keptUs = toldBeforeUs;
      const told = positions.before(toldBeforeUs);
      const progress = { durable: positions.advance(toldBeforeUs - rereadUs), told, met, mark: toldBeforeUs };
      met = new Map();
      return () => follower.keep(progress);
    },
    wasTold: ({ source, offset, timeUs = 0 }) => timeUs < toldBefore && offset <= follower.metBefore(source),
  };
}
