import type { HopModel } from './candidates.ts';
import { fitGapDensity, guessGapDensity } from './gap-density.ts';
import type { CandidateEdges, MatchProblem } from './problem.ts';

const leastUnmatched = 0.0005;

/** Before anything is learned: gaps share the difference of mean durations, nearly all callers have a callee. */
export function guessHopModel(problem: MatchProblem, slackUs: number): HopModel {
  const gap = guessGapDensity(slackUs / 2, problem.quantumUs);
  return {
    head: gap,
    tail: gap,
    matched: 0.9,
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
  add(edges: CandidateEdges, marginal: Float64Array): void;
  fit(problem: MatchProblem, before: HopModel): HopModel;
}

export function gatherModelSamples(): ModelSamples {
  const heads: number[] = [];
  const headWeights: number[] = [];
  const tails: number[] = [];
  const tailWeights: number[] = [];
  let callers = 0;
  let matched = 0;
  return {
    add(edges, marginal) {
      callers += edges.from.length - 1;
      for (let e = 0; e < marginal.length; e++) {
        const p = marginal[e] ?? 0;
        matched += p;
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
    fit(problem, before) {
      const share = Math.min(1 - leastUnmatched, Math.max(0.02, (matched + 1) / (callers + 2)));
      const rate = calleeRate(problem);
      const expected = share * problem.callers.startUs.length;
      const strays = Math.max(1, problem.callees.startUs.length - expected);
      return {
        head:
          heads.length < 8
            ? before.head
            : fitGapDensity(Float64Array.from(heads), Float64Array.from(headWeights), problem.quantumUs),
        tail:
          tails.length < 8
            ? before.tail
            : fitGapDensity(Float64Array.from(tails), Float64Array.from(tailWeights), problem.quantumUs),
        matched: share,
        strayRate: Math.max(0.002, strays / Math.max(1, problem.callees.startUs.length)) * rate,
        durationDensity: before.durationDensity,
      };
    },
  };
}
