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
/** Correlations are pulled towards none as if so many requests had shown none, for each feature. */
const pull = 6;

/** `columns` holds each feature's values by row; `weight` how sure each row is. */
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
  let mass = 0;
  for (const w of weight) mass += w;
  for (let a = 0; a < size; a++)
    for (let b = 0; b <= a; b++) {
      let both = 0;
      let left = 1e-9;
      let right = 1e-9;
      for (let row = 0; row < weight.length; row++) {
        const x = scored[a]?.[row] ?? 0;
        const y = scored[b]?.[row] ?? 0;
        const w = weight[row] ?? 0;
        both += w * x * y;
        left += w * x * x;
        right += w * y * y;
      }
      const correlation = a === b ? 1 : (both / Math.sqrt(left * right)) * (mass / (mass + pull * size));
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

function quantiles(values: Float64Array, weight: Float64Array): Float64Array {
  const sure = values.filter((value, row) => !Number.isNaN(value) && (weight[row] ?? 0) > 0.3).sort();
  return Float64Array.from(
    { length: knots },
    (_, k) => sure[Math.floor(((k + 0.5) / knots) * sure.length)] ?? 0,
  );
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
