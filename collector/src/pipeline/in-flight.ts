import { setImmediate } from 'node:timers/promises';
import type { Report } from '../contract/loss.ts';
import type { Trace } from '../model/span.ts';

/** Makes traces of the records that it was given. */
interface Teller {
  advance(untilUs: number, early: boolean): readonly Trace[];
  readonly neededFromUs: number;
  readonly waitingBytes: number;
}

export interface InFlightOptions {
  readonly teller: Teller;
  /** How far everything is durable once the traces told so far are stored; what it returns is called then. */
  readonly mark: (neededFromUs: number) => () => void;
  /** Makes traces durable; called for one batch after another. */
  readonly keep: (traces: readonly Trace[]) => Promise<void>;
  /** Records that wait to be told and traces that wait to be stored take about this much together, bytes. */
  readonly maxBytes: number;
  /** How long the teller waits for late records, microseconds. */
  readonly settleUs: number;
  readonly report: Report;
}

/**
 * What is read and not stored yet. Reading goes on while the store works, so that no log turns away meanwhile, until too
 * much is in flight; then it waits for the store. Where the records themselves are too many, they are told before all of
 * their company can have come.
 */
export interface InFlight {
  /** Logs were read until `untilUs`, UTC microseconds. Rejects where traces could not be stored. */
  advance(untilUs: number): Promise<void>;
  /** To be called after records were read, the newest of `latestUs`: pending while too much is in flight. */
  room(latestUs: number): Promise<void>;
  /** Pending until all told so far is stored. */
  stored(): Promise<void>;
  /** As of the last `advance`. */
  readonly advancedUs: number;
  /** Time of the oldest record that is read and not durable, UTC microseconds; Infinity with none. */
  readonly oldestUs: number;
}

/** Telling early goes by so many steps over the time that is held, until there is room. */
const earlySteps = 8;
const enoughRoom = 0.75;

/** Much is told in slices of so much logged time at least, and so many at most. */
const leastSliceUs = 60e6;
const mostSlices = 1000;

export function createInFlight(options: InFlightOptions): InFlight {
  const { teller, mark, keep, maxBytes, settleUs, report } = options;
  let storing: Promise<void> = Promise.resolve();
  let storingBytes = 0;
  let advancedUs = Number.NEGATIVE_INFINITY;
  let durableUs = Number.POSITIVE_INFINITY;
  let failed = false;

  const isFull = (): boolean => teller.waitingBytes + storingBytes > maxBytes;

  function tell(untilUs: number, early = false): void {
    advancedUs = Math.max(advancedUs, untilUs);
    if (storingBytes === 0) durableUs = teller.neededFromUs;
    const traces = teller.advance(untilUs, early);
    const neededUs = teller.neededFromUs;
    const durable = mark(neededUs);
    const bytes = traces.reduce((sum, trace) => sum + weightOf(trace), 0);
    storingBytes += bytes;
    storing = storing.then(async () => {
      if (traces.length > 0) await keep(traces);
      storingBytes -= bytes;
      durableUs = neededUs;
      durable();
    });
    // Who asks next is told why.
    storing.catch(() => {
      failed = true;
    });
  }

  return {
    async advance(untilUs) {
      // A backlog is told by and by: whoever scrapes or asks meanwhile is to be answered.
      const fromUs = Math.max(advancedUs, teller.neededFromUs);
      const sliceUs = Math.max(leastSliceUs, (untilUs - fromUs) / mostSlices);
      for (let us = fromUs + sliceUs; us < untilUs; us += sliceUs) {
        tell(us);
        await (isFull() ? storing : setImmediate());
      }
      tell(untilUs);
      if (failed || storingBytes === 0 || isFull()) await storing;
    },
    async room(latestUs) {
      if (!isFull()) return;
      await storing;
      if (!isFull()) return;
      report.trouble({
        reason: 'told_early',
        subject: 'tail.inFlightMebibytes',
        sentence: `More records wait for those of other tiers than tail.inFlightMebibytes (${Math.round(maxBytes / 2 ** 20)}) has room for: the oldest are told now. Nothing is lost; where the others come later, a join becomes a link. Raise it, or shorten joins.settleMs.`,
      });
      const fromUs = Math.max(advancedUs, teller.neededFromUs);
      const untilUs = latestUs + settleUs;
      for (let step = 1; step <= earlySteps && teller.waitingBytes > maxBytes * enoughRoom; step++) {
        tell(fromUs + ((untilUs - fromUs) * step) / earlySteps, true);
        await storing;
      }
    },
    stored: () => storing,
    get advancedUs() {
      return advancedUs;
    },
    get oldestUs() {
      return Math.min(teller.neededFromUs, storingBytes > 0 ? durableUs : Number.POSITIVE_INFINITY);
    },
  };
}

/** About what a trace takes in memory, bytes: its spans, and its records with their text. */
function weightOf({ spans }: Trace): number {
  let bytes = 0;
  for (const { events } of spans) {
    bytes += 1500;
    for (const { attributes } of events) {
      const original = attributes['log.record.original'];
      bytes += 1000 + (typeof original === 'string' ? 2 * original.length : 0);
    }
  }
  return bytes;
}
