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

/**
 * The offset that most callees would fit their callers with: each pair whose durations allow containment votes for the
 * difference of their midpoints; true pairs agree within the gaps, others spread evenly. Offsets looked at lie within `reachUs` of `aroundUs`.
 */
export function voteOffset(
  sample: ClockSample,
  fromCaller: number,
  untilCaller: number,
  slackUs: number,
  aroundUs: number,
  reachUs: number,
): Vote {
  const cellUs = Math.max(slackUs / 4, 250);
  const cells = Math.max(3, Math.ceil((2 * reachUs) / cellUs));
  const votes = new Float64Array(cells);
  const longest = 6 * slackUs;
  const step = Math.max(1, Math.floor((untilCaller - fromCaller) / maxCallers));
  let all = 0;
  for (let i = fromCaller; i < untilCaller; i += step) {
    const start = sample.callerStartUs[i] ?? 0;
    const duration = (sample.callerEndUs[i] ?? 0) - start;
    const middle = start + duration / 2;
    const until = start + aroundUs + reachUs + longest;
    for (
      let j = firstAtOrAfter(sample.calleeStartUs, start + aroundUs - reachUs);
      j < sample.calleeStartUs.length;
      j++
    ) {
      const from = sample.calleeStartUs[j] ?? 0;
      if (from > until) break;
      const end = sample.calleeEndUs[j] ?? 0;
      const slack = duration - (end - from);
      if (slack < -slackUs * 0.25 || slack > longest) continue;
      const cell = Math.floor(((from + end) / 2 - middle - aroundUs + reachUs) / cellUs);
      if (cell < 0 || cell >= cells) continue;
      // Tight pairs say more.
      votes[cell] = (votes[cell] ?? 0) + 1 / (1 + Math.max(0, slack) / (2 * slackUs));
      all++;
    }
  }
  if (all === 0) return { offsetUs: aroundUs, strength: 0 };
  let best = 1;
  let sum = 0;
  const smooth = (cell: number): number =>
    0.5 * (votes[cell - 1] ?? 0) + (votes[cell] ?? 0) + 0.5 * (votes[cell + 1] ?? 0);
  for (let cell = 0; cell < cells; cell++) {
    sum += votes[cell] ?? 0;
    if (smooth(cell) > smooth(best)) best = cell;
  }
  const chance = (2 * sum) / cells;
  const strength = (smooth(best) - chance) / Math.sqrt(chance + 1);
  let mass = 0;
  let place = 0;
  for (let cell = best - 1; cell <= best + 1; cell++) {
    const above = Math.max(0, (votes[cell] ?? 0) - chance / 2);
    mass += above;
    place += above * (cell + 0.5);
  }
  const centre = mass > 0 ? place / mass : best + 0.5;
  return { offsetUs: aroundUs - reachUs + centre * cellUs, strength };
}

/** Callers that vote in one block; more say no more. */
const maxCallers = 300;
