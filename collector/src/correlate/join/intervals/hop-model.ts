import type { HopModel } from './candidates.ts';
import { fitGapDensity, type GapDensity, guessGapDensity } from './gap-density.ts';
import { createMatchedShares } from './matched-shares.ts';
import type { CandidateEdges, MatchProblem } from './problem.ts';

/** Before anything is learned: gaps share the difference of mean durations, nearly all callers have a callee. */
export function guessHopModel(problem: MatchProblem, slackUs: number): HopModel {
  const gap = guessGapDensity(slackUs / 2, problem.quantumUs);
  return {
    head: gap,
    tail: gap,
    matched: () => 0.9,
    strayRate: 0.1 * calleeRate(problem),
    durationDensity: durationDensity(problem),
  };
}

/** Mean gap in all, before and after: callers last longer than their callees by it, whoever called whom. */
export function guessSlack(problem: MatchProblem): number {
  const callers = trimmedMeanDuration(problem.callers);
  const callees = trimmedMeanDuration(problem.callees);
  return Math.max(2 * problem.quantumUs, callers - callees, 0.02 * callers);
}

function trimmedMeanDuration({ startUs, endUs, known }: MatchProblem['callers']): number {
  const durations: number[] = [];
  for (let i = 0; i < startUs.length; i++)
    if (known[i] === 3) durations.push((endUs[i] ?? 0) - (startUs[i] ?? 0));
  durations.sort((a, b) => a - b);
  const kept = durations.slice(0, Math.ceil(durations.length * 0.97));
  return kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length);
}

function calleeRate({ callees }: MatchProblem): number {
  const { startUs } = callees;
  const span = (startUs[startUs.length - 1] ?? 0) - (startUs[0] ?? 0);
  return Math.max(1, startUs.length) / Math.max(1e6, span);
}

/** Log-normal, widened: it stands for callers of unknown kind. */
function durationDensity({ callers }: MatchProblem): (durationUs: number) => number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < callers.startUs.length; i++) {
    if (callers.known[i] !== 3) continue;
    const x = Math.log(Math.max(500, (callers.endUs[i] ?? 0) - (callers.startUs[i] ?? 0)));
    count++;
    sum += x;
    squares += x * x;
  }
  const mean = count > 0 ? sum / count : Math.log(1e5);
  const deviation = 1.2 * Math.sqrt(Math.max(0.09, count > 0 ? squares / count - mean * mean : 1));
  const constant = -Math.log(deviation) - 0.9189385332046727;
  return (durationUs) => {
    const x = Math.log(Math.max(500, durationUs));
    const z = (x - mean) / deviation;
    return constant - 0.5 * z * z - x;
  };
}

/** Gathers gaps of likely pairs and refits the model from them. */
export interface ModelSamples {
  add(edges: CandidateEdges, marginal: Float64Array, fromCaller: number): void;
  /** `components` limits the mixture of each gap. */
  fit(before: HopModel, components: number): HopModel;
}

export function gatherModelSamples(problem: MatchProblem): ModelSamples {
  const shares = createMatchedShares(problem);
  const heads: number[] = [];
  const headWeights: number[] = [];
  const tails: number[] = [];
  const tailWeights: number[] = [];
  return {
    add(edges, marginal, fromCaller) {
      shares.add(edges, marginal, fromCaller);
      for (let e = 0; e < marginal.length; e++) {
        const p = marginal[e] ?? 0;
        if (p < 0.05) continue;
        const head = edges.head[e] ?? NaN;
        const tail = edges.tail[e] ?? NaN;
        if (!Number.isNaN(head)) {
          heads.push(head);
          headWeights.push(p);
        }
        if (!Number.isNaN(tail)) {
          tails.push(tail);
          tailWeights.push(p);
        }
      }
    },
    fit(before, components) {
      const { quantumUs, callers, callees } = problem;
      const matched = shares.fit();
      const expected = matched.overall * callers.startUs.length;
      const strays = Math.max(1, callees.startUs.length - expected) / Math.max(1, callees.startUs.length);
      const density = (gaps: number[], weights: number[], old: GapDensity): GapDensity =>
        gaps.length < 8
          ? old
          : fitGapDensity(Float64Array.from(gaps), Float64Array.from(weights), quantumUs, components);
      return {
        head: density(heads, headWeights, before.head),
        tail: density(tails, tailWeights, before.tail),
        matched: matched.at,
        strayRate: Math.max(0.002, strays) * calleeRate(problem),
        durationDensity: before.durationDensity,
      };
    },
  };
}
