import { type ClockTrack, trackOffset } from './clock-track.ts';
import type { HopClocks } from './hop-clocks.ts';
import type { CandidateEdges, MatchProblem } from './problem.ts';

/** Pairs, by weight, that one knot rests on. */
const pairsPerKnot = 60;
const trusted = 0.3;
/** Pairs further from their track than this many times the usual are left out. */
const outlier = 4;

interface Measured {
  readonly timeUs: number[];
  readonly offsetUs: number[];
  readonly weight: number[];
}

/** Collects what likely pairs say of the clocks: half the difference of head and tail gap is the track's error there. */
export interface ClockMeasurements {
  add(edges: CandidateEdges, marginal: Float64Array, fromCaller: number): void;
  /** Moves every measured track to local means of what was collected; steps stay where they are. */
  apply(): void;
}

export function measureClocks(
  problem: MatchProblem,
  clocks: HopClocks,
  calleeClocks: number,
): ClockMeasurements {
  const byPair = new Map<number, Measured>();
  const { callers, callees } = problem;
  return {
    add(edges, marginal, fromCaller) {
      const rows = edges.from.length - 1;
      for (let row = 0; row < rows; row++) {
        const i = fromCaller + row;
        for (let e = edges.from[row] ?? 0; e < (edges.from[row + 1] ?? 0); e++) {
          const p = marginal[e] ?? 0;
          const error = ((edges.head[e] ?? NaN) - (edges.tail[e] ?? NaN)) / 2;
          if (p < trusted || Number.isNaN(error)) continue;
          const caller = callers.clock[i] ?? 0;
          const callee = callees.clock[edges.callee[e] ?? 0] ?? 0;
          const key = caller * calleeClocks + callee;
          const measured = byPair.get(key) ?? { timeUs: [], offsetUs: [], weight: [] };
          byPair.set(key, measured);
          const middle = ((callers.startUs[i] ?? 0) + (callers.endUs[i] ?? 0)) / 2;
          const track = clocks.of(caller, callee);
          measured.timeUs.push(middle);
          measured.offsetUs.push(trackOffset(track, middle) + error);
          measured.weight.push(p);
        }
      }
    },
    apply() {
      for (const [key, measured] of byPair) {
        const caller = Math.floor(key / calleeClocks);
        const callee = key % calleeClocks;
        clocks.set(caller, callee, refit(clocks.of(caller, callee), measured));
      }
    },
  };
}

function refit(track: ClockTrack, { timeUs, offsetUs, weight }: Measured): ClockTrack {
  const order = timeUs.map((_, at) => at).sort((a, b) => (timeUs[a] ?? 0) - (timeUs[b] ?? 0));
  const steps: number[] = [];
  track.stepBefore.forEach((step, at) => {
    if (step === 1) steps.push(track.stepAtUs[at] ?? 0);
  });
  const errors = order
    .map((at) => Math.abs((offsetUs[at] ?? 0) - trackOffset(track, timeUs[at] ?? 0)))
    .sort((a, b) => a - b);
  const usual = (errors[errors.length >> 1] ?? 0) + 1;
  const knots: { at: number; offset: number; step: number }[] = [];
  let begin = 0;
  for (let segment = 0; segment <= steps.length; segment++) {
    const until = steps[segment] ?? Infinity;
    let end = begin;
    while (end < order.length && (timeUs[order[end] ?? 0] ?? 0) < until) end++;
    const inside = order
      .slice(begin, end)
      .filter(
        (at) => Math.abs((offsetUs[at] ?? 0) - trackOffset(track, timeUs[at] ?? 0)) <= outlier * usual + 500,
      );
    const count = Math.max(1, Math.round(inside.length / pairsPerKnot));
    for (let knot = 0; knot < count && inside.length > 0; knot++) {
      const part = inside.slice(
        Math.round((knot * inside.length) / count),
        Math.round(((knot + 1) * inside.length) / count),
      );
      let mass = 0;
      let time = 0;
      let offset = 0;
      for (const at of part) {
        const w = weight[at] ?? 0;
        mass += w;
        time += w * (timeUs[at] ?? 0);
        offset += w * (offsetUs[at] ?? 0);
      }
      if (mass > 0)
        knots.push({
          at: time / mass,
          offset: offset / mass,
          step: knot === 0 && segment > 0 ? (steps[segment - 1] ?? 0) : 0,
        });
    }
    begin = end;
  }
  if (knots.length === 0) return track;
  return {
    atUs: Float64Array.from(knots, ({ at }) => at),
    offsetUs: Float64Array.from(knots, ({ offset }) => offset),
    stepBefore: Uint8Array.from(knots, ({ step }) => (step > 0 ? 1 : 0)),
    stepAtUs: Float64Array.from(knots, ({ step }) => step),
  };
}
