import { firstAtOrAfter } from '../sorted-search.ts';

/** Callers and callees that one pair of clocks stamped; ascending by start. */
export interface ClockSample {
  readonly callerStartUs: Float64Array;
  readonly callerEndUs: Float64Array;
  readonly calleeStartUs: Float64Array;
  readonly calleeEndUs: Float64Array;
}

export interface Vote {
  readonly offsetUs: number;
  /** How far the peak stands above what chance gives, in standard deviations. */
  readonly strength: number;
}

/** Votes by offset: cell k stands for offsets from `lowUs + k * cellUs`. */
export interface Votes {
  readonly lowUs: number;
  readonly cellUs: number;
  readonly cells: Float64Array;
}

/**
 * Counts which offsets callees would fit their callers with: each pair whose durations allow containment votes for the
 * difference of their midpoints; true pairs agree within the gaps, others spread evenly. Offsets looked at lie within `reachUs` of `aroundUs`.
 */
export function countVotes(
  sample: ClockSample,
  fromCaller: number,
  untilCaller: number,
  slackUs: number,
  aroundUs: number,
  reachUs: number,
): Votes {
  const cellUs = Math.max(slackUs / 4, 250);
  const count = Math.max(3, Math.ceil((2 * reachUs) / cellUs));
  const cells = new Float64Array(count);
  const lowUs = aroundUs - reachUs;
  const longest = 6 * slackUs;
  const step = Math.max(1, Math.floor((untilCaller - fromCaller) / maxCallers));
  const { callerStartUs, callerEndUs, calleeStartUs, calleeEndUs } = sample;
  for (let i = fromCaller; i < untilCaller; i += step) {
    const start = callerStartUs[i] ?? 0;
    const duration = (callerEndUs[i] ?? 0) - start;
    const middle = start + duration / 2;
    const until = start + aroundUs + reachUs + longest;
    for (let j = firstAtOrAfter(calleeStartUs, start + lowUs); j < calleeStartUs.length; j++) {
      const from = calleeStartUs[j] ?? 0;
      if (from > until) break;
      const end = calleeEndUs[j] ?? 0;
      const slack = duration - (end - from);
      if (slack < -slackUs * 0.25 || slack > longest) continue;
      const cell = Math.floor(((from + end) / 2 - middle - lowUs) / cellUs);
      if (cell < 0 || cell >= count) continue;
      // Tight pairs say more.
      cells[cell] = (cells[cell] ?? 0) + 1 / (1 + Math.max(0, slack) / (2 * slackUs));
    }
  }
  return { lowUs, cellUs, cells };
}

/** The offset with most votes among those in [fromUs, untilUs]. */
export function peakOf({ lowUs, cellUs, cells }: Votes, fromUs = -Infinity, untilUs = Infinity): Vote {
  const first = Math.max(0, Math.floor((fromUs - lowUs) / cellUs));
  const last = Math.min(cells.length - 1, Math.ceil((untilUs - lowUs) / cellUs));
  const sums = new Float64Array(cells.length + 1);
  for (let cell = 0; cell < cells.length; cell++) sums[cell + 1] = (sums[cell] ?? 0) + (cells[cell] ?? 0);
  const least = (sums[cells.length] ?? 0) / cells.length;
  let best = first;
  let strength = -Infinity;
  let chance = 0;
  for (let cell = first; cell <= last; cell++) {
    const smooth = 0.5 * (cells[cell - 1] ?? 0) + (cells[cell] ?? 0) + 0.5 * (cells[cell + 1] ?? 0);
    const expected = 2 * Math.max(0.5 * least, localMean(sums, cell));
    const stands = (smooth - expected) / Math.sqrt(1.5 * expected + 1);
    if (stands <= strength) continue;
    best = cell;
    strength = stands;
    chance = expected;
  }
  let mass = 0;
  let place = 0;
  for (let cell = best - 1; cell <= best + 1; cell++) {
    const above = Math.max(0, (cells[cell] ?? 0) - chance / 2);
    mass += above;
    place += above * (cell + 0.5);
  }
  const centre = mass > 0 ? place / mass : best + 0.5;
  return { offsetUs: lowUs + centre * cellUs, strength };
}

/** Votes by chance around a cell: logs begin and end and loads vary, so they are not the same everywhere. */
function localMean(sums: Float64Array, cell: number): number {
  const between = (from: number, until: number): number => (sums[until] ?? 0) - (sums[from] ?? 0);
  const size = sums.length - 1;
  const from = Math.max(0, cell - background);
  const until = Math.min(size, cell + background + 1);
  const skipFrom = Math.max(0, cell - apart);
  const skipUntil = Math.min(size, cell + apart + 1);
  const count = until - from - (skipUntil - skipFrom);
  return count > 0 ? (between(from, until) - between(skipFrom, skipUntil)) / count : 0;
}

/** Callers that vote in one block; more say no more. */
const maxCallers = 300;
/** Cells on either side that belong to a peak, and those that tell its background. */
const apart = 5;
const background = 40;
