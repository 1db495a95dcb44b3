import type { MatchProblem } from '../../collector/src/correlate/join/intervals/problem.ts';

/** Baselines for one hop: the callee of each caller, −1 for none. Each is told nothing of clocks but what it works out itself. */
export type Baseline = (problem: MatchProblem) => Int32Array;

/** The k-th caller of a server gets the k-th callee. */
export const firstCome: Baseline = (problem) => {
  const found = new Int32Array(problem.asks.length).fill(-1);
  for (const { callers, callees } of byServer(problem))
    callers.forEach((i, at) => {
      found[i] = callees[at] ?? -1;
    });
  return found;
};

/**
 * WAP5-like: each callee picks its caller by an exponential delay whose mean is that of the sorted streams; a caller keeps the
 * likeliest of those who picked it.
 */
export const wap5Like: Baseline = (problem) => {
  const found = new Int32Array(problem.asks.length).fill(-1);
  const best = new Float64Array(problem.asks.length).fill(-Infinity);
  const { startUs } = problem.callers;
  for (const { callers, callees, offsetUs } of byServer(problem)) {
    const delays = callees.map(
      (j, at) => (problem.callees.startUs[j] ?? 0) - offsetUs - (startUs[callers[at] ?? -1] ?? NaN),
    );
    const positive = delays.filter((delay) => delay > 0);
    const mean = positive.reduce((sum, delay) => sum + delay, 0) / Math.max(1, positive.length);
    for (const j of callees) {
      const start = (problem.callees.startUs[j] ?? 0) - offsetUs;
      // Of earlier callers an exponential delay favours the latest.
      const chosen = callers.findLast((i) => (startUs[i] ?? 0) <= start);
      if (chosen === undefined) continue;
      const score = -(start - (startUs[chosen] ?? 0)) / Math.max(1, mean);
      if (score <= (best[chosen] ?? 0)) continue;
      best[chosen] = score;
      found[chosen] = j;
    }
  }
  return found;
};

/** Shortest head gap first among callees that lie within their caller give or take a few milliseconds. */
export const greedyContainment: Baseline = (problem) => {
  const toleranceUs = 3000;
  const found = new Int32Array(problem.asks.length).fill(-1);
  for (const { callers, callees, offsetUs } of byServer(problem)) {
    const pairs: { i: number; j: number; cost: number }[] = [];
    let from = 0;
    for (const i of callers) {
      const start = problem.callers.startUs[i] ?? 0;
      const end = problem.callers.endUs[i] ?? 0;
      while (
        from < callees.length &&
        (problem.callees.startUs[callees[from] ?? 0] ?? 0) - offsetUs < start - toleranceUs
      )
        from++;
      for (let at = from; at < callees.length; at++) {
        const j = callees[at] ?? 0;
        const head = (problem.callees.startUs[j] ?? 0) - offsetUs - start;
        if (head > end - start + toleranceUs) break;
        const tail = end - ((problem.callees.endUs[j] ?? 0) - offsetUs);
        if (tail >= -toleranceUs) pairs.push({ i, j, cost: Math.abs(head) + Math.abs(tail) });
      }
    }
    pairs.sort((a, b) => a.cost - b.cost || a.i - b.i);
    const taken = new Set<number>();
    for (const { i, j } of pairs) {
      if ((found[i] ?? -1) >= 0 || taken.has(j)) continue;
      found[i] = j;
      taken.add(j);
    }
  }
  return found;
};

interface ServerStreams {
  readonly callers: readonly number[];
  readonly callees: readonly number[];
  /** One global offset of the server's clock: the difference of mean midpoints. */
  readonly offsetUs: number;
}

function byServer({ callers, callees, asks }: MatchProblem): ServerStreams[] {
  return [...new Set(callees.clock)].map((clock) => {
    const mine = [...asks.keys()].filter((i) => asks[i] === clock);
    const theirs = [...callees.clock.keys()].filter((j) => callees.clock[j] === clock);
    const middle = (rows: readonly number[], of: MatchProblem['callers']): number => {
      const middles = rows
        .map((row) => ((of.startUs[row] ?? 0) + (of.endUs[row] ?? 0)) / 2)
        .sort((a, b) => a - b);
      const cut = Math.floor(middles.length / 10);
      const kept = middles.slice(cut, middles.length - cut);
      return kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length);
    };
    return { callers: mine, callees: theirs, offsetUs: middle(theirs, callees) - middle(mine, callers) };
  });
}
