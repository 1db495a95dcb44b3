import { firstAtOrAfter } from '../sorted-search.ts';
import { type ClockTrack, trackOffset } from './clock-track.ts';
import type { GapDensity } from './gap-density.ts';
import { createPairDensity } from './pair-density.ts';
import { type CandidateEdges, endKnown, type MatchProblem, startKnown } from './problem.ts';

/** What a hop was found to be like. */
export interface HopModel {
  readonly head: GapDensity;
  readonly tail: GapDensity;
  /** Share of callers that have a callee in the logs, around a caller: logs begin, end and come late. */
  readonly matched: (caller: number) => number;
  /** Callees without a caller in the logs, by microsecond. */
  readonly strayRate: number;
  /** Log of the density of callers' durations, by microsecond. */
  readonly durationDensity: (durationUs: number) => number;
}

/** Callees of one clock, as the problem's row numbers in ascending start. */
export interface CalleeLane {
  readonly clock: number;
  readonly rows: Int32Array;
  readonly startUs: Float64Array;
}

/** The track for a caller's and a callee's clock. */
export type TrackOf = (callerClock: number, calleeClock: number) => ClockTrack;

/** Edges this far below a caller's best can carry no probability worth stating. */
const prunedLogOdds = 12;
const maxPerCaller = 512;
/** Callees are looked for so many standard deviations of a caller's clock further out. */
const reachOfSpread = 3;

/** Grows without an allocation for each pair. */
export interface EdgeBuffer {
  callee: Int32Array;
  weight: Float64Array;
  head: Float64Array;
  tail: Float64Array;
}

export function createEdgeBuffer(size: number): EdgeBuffer {
  return {
    callee: new Int32Array(size),
    weight: new Float64Array(size),
    head: new Float64Array(size),
    tail: new Float64Array(size),
  };
}

function grow(buffer: EdgeBuffer, size: number): void {
  const wider = createEdgeBuffer(size);
  wider.callee.set(buffer.callee);
  wider.weight.set(buffer.weight);
  wider.head.set(buffer.head);
  wider.tail.set(buffer.tail);
  Object.assign(buffer, wider);
}

/** Candidate callees of callers [fromCaller, untilCaller), each with its log-odds, in rows counted from `fromCaller`. */
export function findCandidates(
  problem: MatchProblem,
  lanes: readonly CalleeLane[],
  tracks: TrackOf,
  model: HopModel,
  fromCaller: number,
  untilCaller: number,
  buffer: EdgeBuffer,
): CandidateEdges {
  const { callers, callees, asks, fields, spreadUs } = problem;
  const { head, tail } = model;
  const both = createPairDensity(head, tail, problem.quantumUs);
  const from = new Int32Array(untilCaller - fromCaller + 1);
  const stray = Math.log(model.strayRate);
  let count = 0;
  for (let i = fromCaller; i < untilCaller; i++) {
    const first = count;
    const start = callers.startUs[i] ?? 0;
    const end = callers.endUs[i] ?? 0;
    const known = callers.known[i] ?? 0;
    const asked = asks[i] ?? -1;
    const matched = model.matched(i);
    const prior = Math.log(matched) - Math.log(1 - matched) - stray;
    const alone = prior - ((known & 3) === 3 ? model.durationDensity(end - start) : 0);
    const spread = spreadUs?.[i] ?? 0;
    const reach = reachOfSpread * spread;
    let best = -Infinity;
    for (const lane of lanes) {
      if (asked >= 0 && lane.clock !== asked) continue;
      const track = tracks(callers.clock[i] ?? 0, lane.clock);
      const atStart = start + trackOffset(track, start);
      const atEnd = end + trackOffset(track, end);
      const until = atStart + head.highUs + reach;
      const { startUs, rows } = lane;
      for (let at = firstAtOrAfter(startUs, atStart + head.lowUs - reach); at < startUs.length; at++) {
        const begun = startUs[at] ?? 0;
        if (begun > until) break;
        const j = rows[at] ?? 0;
        const stamps = known & (callees.known[j] ?? 0);
        let weight = prior;
        let headUs = NaN;
        let tailUs = NaN;
        if ((stamps & startKnown) !== 0) {
          headUs = begun - atStart;
          weight = alone + head.at(headUs);
        }
        if ((stamps & endKnown) !== 0) {
          tailUs = atEnd - (callees.endUs[j] ?? 0);
          if (tailUs < tail.lowUs - reach || tailUs > tail.highUs + reach) continue;
          weight =
            spread > 0 && !Number.isNaN(headUs)
              ? alone + both(headUs, tailUs, spread)
              : weight + tail.at(tailUs);
        } else if ((known & 3) === 3) weight += model.durationDensity(end - start);
        if (fields !== undefined) weight += fields(i, j);
        if (weight < best - prunedLogOdds || weight < -8) continue;
        if (weight > best) best = weight;
        if (count - first >= maxPerCaller) break;
        if (count >= buffer.callee.length) grow(buffer, 2 * count + 16);
        buffer.callee[count] = j;
        buffer.weight[count] = weight;
        buffer.head[count] = headUs;
        buffer.tail[count] = tailUs;
        count++;
      }
    }
    // Those seen before the best was known.
    let kept = first;
    for (let e = first; e < count; e++) {
      if ((buffer.weight[e] ?? 0) < best - prunedLogOdds) continue;
      buffer.callee[kept] = buffer.callee[e] ?? 0;
      buffer.weight[kept] = buffer.weight[e] ?? 0;
      buffer.head[kept] = buffer.head[e] ?? 0;
      buffer.tail[kept] = buffer.tail[e] ?? 0;
      kept++;
    }
    count = kept;
    from[i - fromCaller + 1] = count;
  }
  return {
    from,
    callee: buffer.callee.subarray(0, count),
    weight: buffer.weight.subarray(0, count),
    head: buffer.head.subarray(0, count),
    tail: buffer.tail.subarray(0, count),
  };
}
