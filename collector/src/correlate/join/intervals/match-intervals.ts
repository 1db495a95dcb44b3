import { assignBest } from './assignment.ts';
import { beliefMarginals } from './belief.ts';
import {
  type CalleeLane,
  createEdgeBuffer,
  type EdgeBuffer,
  findCandidates,
  type HopModel,
} from './candidates.ts';
import { chainMarginals } from './chain-marginals.ts';
import { measureClocks } from './clock-refinement.ts';
import { exactMarginals } from './exact-marginals.ts';
import { createHopClocks, type HopClocks, voteTracks } from './hop-clocks.ts';
import { gatherModelSamples, guessHopModel, guessSlack } from './hop-model.ts';
import { type CandidateEdges, countIntervals, type MatchProblem } from './problem.ts';
import { stateConfidence } from './stated-confidence.ts';
import { cutWindow, splitIndependent } from './windows.ts';

/** Who called whom, and how sure that is. */
export interface Matching {
  /** Callee row of each caller, −1 for none. */
  readonly callee: Int32Array;
  /** How sure that is, calibrated: of those at or above 0.95 at most 1 in 1,000 is wrong. */
  readonly confidence: Float64Array;
  /** Every pair worth a mention with its probability, in compressed rows. */
  readonly alternatives: {
    readonly from: Int32Array;
    readonly callee: Int32Array;
    readonly probability: Float64Array;
  };
  readonly clocks: HopClocks;
  readonly model: HopModel;
}

/** Gaps of a hop as they were found in an earlier set of the same hop: learning goes on from them. */
export type LearnedGaps = Pick<HopModel, 'head' | 'tail'>;

/** Callers handled at once, and those on either side that only lend their competition. */
const callersPerChunk = 4096;
const marginCallers = 64;
/** A window's hard limit; a longer run of overlapping calls is cut here, with margins. */
const maxWindow = 192;
const windowMargin = 40;
/** Callers that the model is learned from, and how often. */
const learnChunks = 8;
const learnCallers = 2000;
const learnRounds = 6;
/** Where gaps are known from before, only these rounds are left. */
const refineFrom = learnRounds - 2;
const maxComponents = 3;
const mentioned = 0.005;
/** A group larger than this is assigned in parts. */
const maxAssignment = 4000;

/**
 * Joins callers and callees that share no id: clocks by votes, gaps learned from the data, exact or sampled posterior of
 * every pair in windows that share no candidate, and the assignment that is expected to get most pairs right.
 * Pure and deterministic; columns are sorted by start. `keepGaps` takes the gaps from `before` as they are.
 */
export function matchIntervals(problem: MatchProblem, before?: LearnedGaps, keepGaps = false): Matching {
  const lanes = lanesOf(problem);
  const calleeClocks = 1 + Math.max(0, ...lanes.map((lane) => lane.clock));
  const clocks = createHopClocks(calleeClocks);
  const slackUs = guessSlack(problem);
  if (!problem.sameClock) voteTracks(problem, lanes, Math.max(slackUs, 2 * problem.quantumUs), clocks);
  const buffer = createEdgeBuffer(4 * callersPerChunk);
  const guess = guessHopModel(problem, slackUs);
  const model =
    before === undefined
      ? learn(problem, lanes, clocks, calleeClocks, guess, buffer, 0)
      : learn(problem, lanes, clocks, calleeClocks, { ...guess, ...before }, buffer, refineFrom, keepGaps);
  return settle(problem, lanes, clocks, model, buffer);
}

/** The same where gaps and clocks are known: what an oracle would say. */
export function matchKnown(problem: MatchProblem, model: HopModel, clocks: HopClocks): Matching {
  return settle(problem, lanesOf(problem), clocks, model, createEdgeBuffer(4 * callersPerChunk));
}

function lanesOf({ callees }: MatchProblem): CalleeLane[] {
  const rows = new Map<number, number[]>();
  for (let j = 0; j < callees.startUs.length; j++) {
    const clock = callees.clock[j] ?? 0;
    const list = rows.get(clock);
    if (list === undefined) rows.set(clock, [j]);
    else list.push(j);
  }
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([clock, list]) => ({
      clock,
      rows: Int32Array.from(list),
      startUs: Float64Array.from(list, (j) => callees.startUs[j] ?? 0),
    }));
}

function learn(
  problem: MatchProblem,
  lanes: readonly CalleeLane[],
  clocks: HopClocks,
  calleeClocks: number,
  guess: HopModel,
  buffer: EdgeBuffer,
  firstRound: number,
  keepGaps = false,
): HopModel {
  const count = countIntervals(problem.callers);
  let model = guess;
  let marginal = new Float64Array(4 * learnCallers);
  const pass = (
    from: number,
    until: number,
    use: (edges: CandidateEdges, marginal: Float64Array) => void,
  ): void => {
    const edges = findCandidates(problem, lanes, clocks.of, model, from, until, buffer);
    if (marginal.length < edges.callee.length) marginal = new Float64Array(2 * edges.callee.length);
    beliefMarginals(edges, marginal);
    use(edges, marginal.subarray(0, edges.callee.length));
  };
  for (let round = firstRound; round < learnRounds; round++) {
    const samples = gatherModelSamples(problem);
    const chunks = count <= learnChunks * learnCallers ? Math.ceil(count / learnCallers) : learnChunks;
    // Clocks need the whole time, gaps a part of it.
    const whole = !problem.sameClock && (round === 1 || round === refineFrom);
    const measured = measureClocks(problem, clocks, calleeClocks);
    if (whole) {
      for (let from = 0; from < count; from += callersPerChunk)
        pass(from, Math.min(count, from + callersPerChunk), (edges, p) => {
          measured.add(edges, p, from);
          samples.add(edges, p, from);
        });
      measured.apply();
    } else
      for (let chunk = 0; chunk < chunks; chunk++) {
        const from = Math.round((chunk * Math.max(0, count - learnCallers)) / Math.max(1, chunks - 1));
        pass(from, Math.min(count, from + learnCallers), (edges, p) => samples.add(edges, p, from));
      }
    const next = samples.fit(model, round < refineFrom ? 1 : maxComponents);
    model = keepGaps ? { ...next, head: model.head, tail: model.tail } : next;
  }
  return model;
}

function settle(
  problem: MatchProblem,
  lanes: readonly CalleeLane[],
  clocks: HopClocks,
  model: HopModel,
  buffer: EdgeBuffer,
): Matching {
  const count = countIntervals(problem.callers);
  const from = new Int32Array(count + 1);
  const kept = { callee: new Int32Array(2 * count + 16), probability: new Float64Array(2 * count + 16) };
  let size = 0;
  let marginal = new Float64Array(4 * callersPerChunk);
  for (let begin = 0; begin < count; begin += callersPerChunk) {
    const end = Math.min(count, begin + callersPerChunk);
    const first = Math.max(0, begin - marginCallers);
    const edges = findCandidates(
      problem,
      lanes,
      clocks.of,
      model,
      first,
      Math.min(count, end + marginCallers),
      buffer,
    );
    if (marginal.length < edges.callee.length) marginal = new Float64Array(2 * edges.callee.length);
    windowMarginals(edges, marginal, begin - first, end - first);
    for (let i = begin; i < end; i++) {
      for (let e = edges.from[i - first] ?? 0; e < (edges.from[i - first + 1] ?? 0); e++) {
        const p = marginal[e] ?? 0;
        if (p < mentioned) continue;
        if (size >= kept.callee.length) {
          const wider = { callee: new Int32Array(2 * size), probability: new Float64Array(2 * size) };
          wider.callee.set(kept.callee);
          wider.probability.set(kept.probability);
          Object.assign(kept, wider);
        }
        kept.callee[size] = edges.callee[e] ?? 0;
        kept.probability[size++] = p;
      }
      from[i + 1] = size;
    }
  }
  const alternatives = {
    from,
    callee: kept.callee.subarray(0, size),
    probability: kept.probability.subarray(0, size),
  };
  const { callee, confidence } = assignLikeliest(alternatives);
  stateConfidence(confidence);
  return { callee, confidence, alternatives, clocks, model };
}

/** Marginals of all edges of rows [begin, end), by independent groups. */
function windowMarginals(edges: CandidateEdges, out: Float64Array, begin: number, end: number): void {
  const base = firstCallee(edges);
  const { rows, begins } = splitIndependent(edges, base.first, base.count);
  const numberOf = new Int32Array(base.count).fill(-1);
  const local = new Float64Array(Math.max(64, edges.callee.length));
  for (let group = 0; group + 1 < begins.length; group++) {
    const members = rows.subarray(begins[group] ?? 0, begins[group + 1] ?? 0);
    if (members.length === 1) {
      const row = members[0] ?? 0;
      loneMarginals(edges, row, out);
      continue;
    }
    const step = members.length <= maxWindow ? members.length : maxWindow - 2 * windowMargin;
    for (let at = 0; at < members.length; at += step) {
      const until = Math.min(members.length, at + step);
      if ((members[until - 1] ?? 0) < begin || (members[at] ?? 0) >= end) continue;
      const lead = step === members.length ? 0 : windowMargin;
      const inner = members.subarray(Math.max(0, at - lead), Math.min(members.length, until + lead));
      const window = cutWindow(edges, inner, base.first, numberOf);
      if (!exactMarginals(window, local)) chainMarginals(window, local);
      const skip = at - Math.max(0, at - lead);
      for (let k = skip; k < skip + until - at; k++)
        for (let e = window.from[k] ?? 0; e < (window.from[k + 1] ?? 0); e++)
          out[window.edge[e] ?? 0] = local[e] ?? 0;
    }
  }
}

function firstCallee({ callee }: CandidateEdges): { readonly first: number; readonly count: number } {
  let first = Infinity;
  let last = -1;
  for (const j of callee) {
    if (j < first) first = j;
    if (j > last) last = j;
  }
  return last < 0 ? { first: 0, count: 0 } : { first, count: last - first + 1 };
}

/** A caller that shares no candidate with another one. */
function loneMarginals({ from, weight }: CandidateEdges, row: number, out: Float64Array): void {
  const first = from[row] ?? 0;
  const last = from[row + 1] ?? 0;
  let total = 1;
  for (let e = first; e < last; e++) total += Math.exp(Math.min(80, weight[e] ?? 0));
  for (let e = first; e < last; e++) out[e] = Math.exp(Math.min(80, weight[e] ?? 0)) / total;
}

/** The matching that is expected to get most pairs right: greatest sum of probabilities. */
function assignLikeliest({ from, callee, probability }: Matching['alternatives']): {
  readonly callee: Int32Array;
  readonly confidence: Float64Array;
} {
  const count = from.length - 1;
  const chosen = new Int32Array(count).fill(-1);
  const confidence = new Float64Array(count);
  const edges: CandidateEdges = { from, callee, weight: probability, head: probability, tail: probability };
  const { first, count: callees } = firstCallee(edges);
  const { rows, begins } = splitIndependent(edges, first, callees);
  const numberOf = new Int32Array(callees).fill(-1);
  const used = new Uint8Array(callees);
  const take = (row: number, e: number): void => {
    chosen[row] = callee[e] ?? -1;
    used[(callee[e] ?? 0) - first] = 1;
    confidence[row] = probability[e] ?? 0;
  };
  for (let group = 0; group + 1 < begins.length; group++) {
    const members = rows.subarray(begins[group] ?? 0, begins[group + 1] ?? 0);
    const only = members[0] ?? 0;
    if (members.length === 1 && (from[only + 1] ?? 0) - (from[only] ?? 0) <= 1) {
      if ((from[only + 1] ?? 0) > (from[only] ?? 0)) take(only, from[only] ?? 0);
      continue;
    }
    for (let at = 0; at < members.length; at += maxAssignment) {
      const window = cutWindow(edges, members.subarray(at, at + maxAssignment), first, numberOf);
      const best = new Int32Array(window.callers.length);
      if (at > 0)
        window.edge.forEach((e, local) => {
          if (used[(callee[e] ?? 0) - first] === 1) window.weight[local] = 0;
        });
      const problem = {
        rows: window.callers.length,
        columns: window.callees,
        from: window.from,
        column: window.callee,
        gain: window.weight,
      };
      assignBest(problem, best);
      best.forEach((e, k) => {
        if (e >= 0) take(window.callers[k] ?? 0, window.edge[e] ?? 0);
      });
    }
  }
  return { callee: chosen, confidence };
}
