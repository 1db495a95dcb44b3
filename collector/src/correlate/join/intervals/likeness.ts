/**
 * How alike the parts of one request are: requests that ask for much are slow in all their parts. A Gaussian copula: every
 * feature is taken to its normal score by its own ranks, and the scores' correlations say what goes together.
 */
export interface Likeness {
  /** Log density of these features together against their being independent; NaN features say nothing. */
  at(features: Float64Array): number;
}

const knots = 128;
/** Scores are cut here: ranks know no more. */
const maxScore = 3;
/** Rows that weigh less say nothing. */
const leastWeight = 0.01;
/** Correlations are pulled towards none as if so many pairs of requests had shown none, for each feature. */
const pull = 6;

/**
 * Correlations are those of the differences between neighbours in time: what holds up all at a moment (load, a pause of the
 * process) goes together in every request then, and says nothing of which call is whose. `columns` holds each feature's
 * values by row, ascending by time; `weight` how sure each row is.
 */
export function learnLikeness(columns: readonly Float64Array[], weight: Float64Array): Likeness {
  const size = columns.length;
  const tables = columns.map((values) => quantiles(values, weight));
  const score = (feature: number, value: number): number => {
    const table = tables[feature];
    if (table === undefined || Number.isNaN(value)) return 0;
    return normalScore(table, value);
  };
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  const scored = columns.map((values, feature) => values.map((value) => score(feature, value)));
  const { both, mass } = differences(scored, weight);
  for (let a = 0; a < size; a++)
    for (let b = 0; b <= a; b++) {
      const spread = Math.sqrt((both[a]?.[a] ?? 0) * (both[b]?.[b] ?? 0)) + 1e-9;
      const correlation = a === b ? 1 : ((both[a]?.[b] ?? 0) / spread) * (mass / (mass + pull * size));
      (matrix[a] as Float64Array)[b] = correlation;
      (matrix[b] as Float64Array)[a] = correlation;
    }
  const { inverse, logDeterminant } = invert(matrix);
  const scores = new Float64Array(size);
  return {
    at(features) {
      for (let a = 0; a < size; a++) scores[a] = score(a, features[a] ?? NaN);
      let form = 0;
      for (let a = 0; a < size; a++) {
        const x = scores[a] ?? 0;
        const row = inverse[a];
        if (x === 0 || row === undefined) continue;
        form += ((row[a] ?? 1) - 1) * x * x;
        for (let b = 0; b < a; b++) form += 2 * (row[b] ?? 0) * x * (scores[b] ?? 0);
      }
      return -0.5 * (form + logDeterminant);
    },
  };
}

/** Sums of products of the features' differences between each request and the next. */
function differences(
  scored: readonly Float64Array[],
  weight: Float64Array,
): { readonly both: readonly Float64Array[]; readonly mass: number } {
  const both = scored.map(() => new Float64Array(scored.length));
  const apart = new Float64Array(scored.length);
  let mass = 0;
  for (let row = 0; row + 1 < weight.length; row++) {
    const own = (weight[row] ?? 0) * (weight[row + 1] ?? 0);
    if (own === 0) continue;
    mass += own;
    scored.forEach((scores, at) => {
      apart[at] = (scores[row] ?? 0) - (scores[row + 1] ?? 0);
    });
    for (let a = 0; a < scored.length; a++) {
      const sums = both[a] as Float64Array;
      for (let b = 0; b <= a; b++) sums[b] = (sums[b] ?? 0) + own * (apart[a] ?? 0) * (apart[b] ?? 0);
    }
  }
  return { both, mass };
}

/** Knots at equal steps of the weight of what lies below. */
function quantiles(values: Float64Array, weight: Float64Array): Float64Array {
  const order: number[] = [];
  let mass = 0;
  values.forEach((value, row) => {
    const own = weight[row] ?? 0;
    if (Number.isNaN(value) || own < leastWeight) return;
    order.push(row);
    mass += own;
  });
  order.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const table = new Float64Array(knots);
  let knot = 0;
  let below = 0;
  for (const row of order) {
    below += weight[row] ?? 0;
    while (knot < knots && below >= ((knot + 0.5) / knots) * mass) table[knot++] = values[row] ?? 0;
  }
  return table.fill(values[order[order.length - 1] ?? 0] ?? 0, knot);
}

/** The normal score of each value's rank among all; 0 for none. */
export function normalScores(values: Float64Array, weight: Float64Array): Float64Array {
  const table = quantiles(values, weight);
  return values.map((value) => (Number.isNaN(value) ? 0 : normalScore(table, value)));
}

/** Normal score of a value's rank: midway between the ranks of what lies below and of what lies at or below it. */
function normalScore(table: Float64Array, value: number): number {
  let low = 0;
  let high = knots;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((table[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  let place = low;
  const left = table[low - 1];
  const right = table[low];
  if (left !== undefined && right !== undefined && right > left)
    place = low - 0.5 + (value - left) / (right - left);
  return probit(Math.min(knots - 0.5, Math.max(0.5, place)) / knots);
}

/** Inverse of the normal distribution function, by its logistic-like approximation (error below 0.005 in the range used). */
function probit(share: number): number {
  const z = 4.91 * (share ** 0.14 - (1 - share) ** 0.14);
  return Math.max(-maxScore, Math.min(maxScore, z));
}

/** Gauss–Jordan of a symmetric positive matrix. */
function invert(matrix: readonly Float64Array[]): {
  readonly inverse: readonly Float64Array[];
  readonly logDeterminant: number;
} {
  const size = matrix.length;
  const left = matrix.map((row, at) => {
    const copy = Float64Array.from(row);
    copy[at] = (copy[at] ?? 0) + 0.02;
    return copy;
  });
  const inverse = matrix.map((_, at) => Float64Array.from({ length: size }, (__, b) => (at === b ? 1 : 0)));
  let logDeterminant = 0;
  for (let pivot = 0; pivot < size; pivot++) {
    const row = left[pivot] as Float64Array;
    const other = inverse[pivot] as Float64Array;
    const head = Math.max(1e-9, row[pivot] ?? 0);
    logDeterminant += Math.log(head);
    for (let b = 0; b < size; b++) {
      row[b] = (row[b] ?? 0) / head;
      other[b] = (other[b] ?? 0) / head;
    }
    for (let a = 0; a < size; a++) {
      if (a === pivot) continue;
      const target = left[a] as Float64Array;
      const second = inverse[a] as Float64Array;
      const factor = target[pivot] ?? 0;
      for (let b = 0; b < size; b++) {
        target[b] = (target[b] ?? 0) - factor * (row[b] ?? 0);
        second[b] = (second[b] ?? 0) - factor * (other[b] ?? 0);
      }
    }
  }
  return { inverse, logDeterminant };
}
