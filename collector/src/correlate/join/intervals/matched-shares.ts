import type { CandidateEdges, MatchProblem } from './problem.ts';

const leastUnmatched = 0.0005;
const callersPerBlock = 128;
/** Weight of the overall share within a block, in callers. */
const pull = 8;

/** Which share of callers finds a callee, overall and around each caller: by callee clock and blocks of callers. */
export interface MatchedShares {
  add(edges: CandidateEdges, marginal: Float64Array, fromCaller: number): void;
  fit(): { readonly overall: number; readonly at: (caller: number) => number };
}

export function createMatchedShares({ callers, asks }: MatchProblem): MatchedShares {
  const count = callers.startUs.length;
  // Callers of one lane that follow each other share a block.
  const blockOf = new Int32Array(count);
  const inLane = new Map<number, { seen: number; block: number }>();
  let blocks = 0;
  for (let i = 0; i < count; i++) {
    const key = (asks[i] ?? -1) + 1;
    const lane = inLane.get(key) ?? { seen: 0, block: 0 };
    if (lane.seen % callersPerBlock === 0) lane.block = blocks++;
    lane.seen++;
    inLane.set(key, lane);
    blockOf[i] = lane.block;
  }
  const seen = new Float64Array(blocks);
  const found = new Float64Array(blocks);
  let all = 0;
  let matched = 0;
  return {
    add(edges, marginal, fromCaller) {
      const rows = edges.from.length - 1;
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        for (let e = edges.from[row] ?? 0; e < (edges.from[row + 1] ?? 0); e++) sum += marginal[e] ?? 0;
        const block = blockOf[fromCaller + row] ?? 0;
        seen[block] = (seen[block] ?? 0) + 1;
        found[block] = (found[block] ?? 0) + sum;
        all++;
        matched += sum;
      }
    },
    fit() {
      const overall = clamp((matched + 1) / (all + 2));
      // Where no log covers a block, it says nothing of the others: the usual share is that of a median block.
      const filled = [...found]
        .map((sum, at) => sum / Math.max(1, seen[at] ?? 1))
        .filter((_, at) => (seen[at] ?? 0) > 16);
      const usual = clamp(filled.sort((a, b) => a - b)[filled.length >> 1] ?? overall);
      const shares = Float64Array.from(found, (sum, at) =>
        clamp((sum + pull * usual) / ((seen[at] ?? 0) + pull)),
      );
      return { overall, at: (caller) => shares[blockOf[caller] ?? 0] ?? overall };
    },
  };
}

function clamp(share: number): number {
  return Math.min(1 - leastUnmatched, Math.max(0.01, share));
}
