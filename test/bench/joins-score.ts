/** How well stated joins agree with the truth. */
export interface JoinScore {
  /** Callers whose callee is in the logs. */
  readonly pairs: number;
  /** Best assignment right, as a share of pairs. */
  readonly right: number;
  /** Joins at 0.8 or more as a share of pairs, and the share of these that is right. */
  readonly joined: number;
  readonly joinedRight: number;
  /** Joins at 0.95 or more, and how many of these are wrong. */
  readonly certain: number;
  readonly certainWrong: number;
}

/** Counts of stated confidence against what was right, in bins of 0.05. */
export interface Reliability {
  readonly count: Float64Array;
  readonly stated: Float64Array;
  readonly right: Float64Array;
}

export const bins = 20;

export function createReliability(): Reliability {
  return { count: new Float64Array(bins), stated: new Float64Array(bins), right: new Float64Array(bins) };
}

/** Scores one run and adds it to the sums. `callee` holds −1 for none; `confidence` of the chosen callee. */
export function createScorer(): {
  add(callee: Int32Array, confidence: Float64Array, truth: Int32Array, reliability?: Reliability): void;
  score(): JoinScore;
} {
  let pairs = 0;
  let right = 0;
  let joined = 0;
  let joinedRight = 0;
  let certain = 0;
  let certainWrong = 0;
  return {
    add(callee, confidence, truth, reliability) {
      truth.forEach((wanted, i) => {
        if (wanted >= 0) pairs++;
        const found = callee[i] ?? -1;
        if (found < 0) return;
        const isRight = found === wanted;
        const stated = confidence[i] ?? 0;
        if (isRight) right++;
        if (stated >= 0.8) {
          joined++;
          if (isRight) joinedRight++;
        }
        if (stated >= 0.95) {
          certain++;
          if (!isRight) certainWrong++;
        }
        if (reliability === undefined) return;
        const bin = Math.min(bins - 1, Math.floor(stated * bins));
        reliability.count[bin] = (reliability.count[bin] ?? 0) + 1;
        reliability.stated[bin] = (reliability.stated[bin] ?? 0) + stated;
        if (isRight) reliability.right[bin] = (reliability.right[bin] ?? 0) + 1;
      });
    },
    score: () => ({
      pairs,
      right: right / pairs,
      joined: joined / pairs,
      joinedRight: joined > 0 ? joinedRight / joined : 1,
      certain,
      certainWrong,
    }),
  };
}
