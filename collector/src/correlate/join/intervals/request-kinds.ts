import { fitGapDensity, type GapDensity } from './gap-density.ts';
import { type Likeness, learnLikeness, normalScores } from './likeness.ts';

/**
 * The requests of one service are of kinds: one finds its answer at once, another has to go and fetch it. Within a kind each gap
 * and each duration has a density of its own; over kinds they are summed.
 */
export interface RequestKinds {
  /** Log density of the features of one request, each per microsecond. A call without its gap's anchor is next to impossible. */
  at(features: Float64Array): number;
  /** How likely each request is of each kind, by kind and row. */
  readonly shares: readonly Float64Array[];
}

/** Rounds of expectation–maximisation: over scores for a first guess, over densities, and over these where a guess is at hand. */
const guessRounds = 12;
const fitRounds = 8;
const refitRounds = 2;
const componentsOfGap = 3;
const impossible = -60;
/** A kind of fewer requests than this for each feature is no kind. */
const leastForFeature = 4;

interface Kind {
  readonly logShare: number;
  readonly densities: readonly GapDensity[];
  readonly likeness: Likeness;
}

/**
 * Learns kinds from features by row in microseconds: the gap before each call and before the end, then each call's duration; NaN
 * where there is none. `sought` is how many kinds to look for at most, of which BIC takes fewer, or the kinds found for nearly the
 * same features, whose number is kept.
 */
export function learnRequestKinds(
  columns: readonly Float64Array[],
  weight: Float64Array,
  toleranceUs: number,
  sought: RequestKinds | number,
): RequestKinds {
  const learn = (shares: readonly Float64Array[], rounds: number): Learned =>
    maximise(columns, weight, toleranceUs, shares, rounds);
  if (typeof sought !== 'number') return learn(sought.shares, sought.shares.length > 1 ? refitRounds : 1);
  let best = learn([new Float64Array(weight.length).fill(1)], 1);
  const mass = weight.reduce((sum, w) => sum + w, 0);
  for (let count = 2; count <= sought && mass > count * leastForFeature * columns.length; count++) {
    const next = learn(guessShares(columns, weight, count), fitRounds);
    if (next.bic >= best.bic) break;
    best = next;
  }
  return best;
}

interface Learned extends RequestKinds {
  readonly bic: number;
}

function maximise(
  columns: readonly Float64Array[],
  weight: Float64Array,
  toleranceUs: number,
  guess: readonly Float64Array[],
  rounds: number,
): Learned {
  const mass = weight.reduce((sum, w) => sum + w, 0);
  const features = new Float64Array(columns.length);
  let shares = guess;
  for (let round = 1; ; round++) {
    const kinds = shares.map((share): Kind => {
      const own = share.map((s, row) => s * (weight[row] ?? 0));
      const sum = own.reduce((all, w) => all + w, 0);
      return {
        logShare: Math.log(Math.max(1e-9, sum / mass)),
        densities: columns.map((values) => fitGapDensity(values, own, toleranceUs, componentsOfGap)),
        likeness: learnLikeness(columns, own),
      };
    });
    const logs = new Float64Array(kinds.length);
    const next = kinds.map(() => new Float64Array(weight.length));
    let likelihood = 0;
    for (let row = 0; row < weight.length; row++) {
      columns.forEach((values, at) => {
        features[at] = values[row] ?? NaN;
      });
      const all = mixtureAt(kinds, features, logs);
      likelihood += (weight[row] ?? 0) * all;
      next.forEach((share, kind) => {
        share[row] = Math.exp((logs[kind] ?? 0) - all);
      });
    }
    shares = next;
    if (round < rounds) continue;
    return {
      at: (values) => mixtureAt(kinds, values, logs),
      shares,
      bic: -2 * likelihood + parameters(kinds) * Math.log(Math.max(2, mass)),
    };
  }
}

function parameters(kinds: readonly Kind[]): number {
  let count = kinds.length - 1;
  for (const { densities } of kinds) {
    count += (densities.length * (densities.length - 1)) / 2;
    for (const { components } of densities) count += 3 * components;
  }
  return count;
}

/** Log density over all kinds; `logs` takes that of each. */
function mixtureAt(kinds: readonly Kind[], features: Float64Array, logs: Float64Array): number {
  let most = -Infinity;
  for (let kind = 0; kind < kinds.length; kind++) {
    const log = kindAt(kinds[kind] as Kind, features);
    logs[kind] = log;
    if (log > most) most = log;
  }
  if (kinds.length === 1) return most;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  return most + Math.log(sum);
}

function kindAt({ logShare, densities, likeness }: Kind, features: Float64Array): number {
  const gaps = (features.length + 1) / 2;
  let sum = logShare;
  for (let at = 0; at < features.length; at++) {
    const value = features[at] ?? NaN;
    if (!Number.isNaN(value)) sum += Math.max(impossible, densities[at]?.at(value) ?? impossible);
    else if (at === gaps - 1 || (at < gaps && !Number.isNaN(features[gaps + at] ?? NaN)))
      sum += impossible / 2;
  }
  return sum + likeness.at(features);
}

/** Shares of kinds from a mixture of normals with a variance for each feature, over the features' scores: the likeliest of several starts. */
function guessShares(columns: readonly Float64Array[], weight: Float64Array, count: number): Float64Array[] {
  const scores = columns.map((values) => normalScores(values, weight));
  let best: { readonly shares: Float64Array[]; readonly likelihood: number } | undefined;
  for (const first of scores) {
    const found = splitScores(scores, weight, first, count);
    if (best === undefined || found.likelihood > best.likelihood) best = found;
  }
  return best?.shares ?? [];
}

/** Begins with equal parts of one feature's scores. */
function splitScores(
  scores: readonly Float64Array[],
  weight: Float64Array,
  first: Float64Array,
  count: number,
): { shares: Float64Array[]; likelihood: number } {
  const sorted = Float64Array.from(first).sort();
  const cuts = Array.from(
    { length: count - 1 },
    (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / count)] ?? 0,
  );
  const shares = Array.from({ length: count }, (_, kind) =>
    first.map((score) => (cuts.filter((cut) => score >= cut).length === kind ? 0.8 : 0.2 / (count - 1))),
  );
  let likelihood = -Infinity;
  for (let round = 0; round < guessRounds; round++) {
    const kinds = shares.map((share) => momentsOf(scores, weight, share));
    likelihood = 0;
    for (let row = 0; row < weight.length; row++) {
      const logs = kinds.map(({ mass, mean, variance }) => {
        let sum = Math.log(mass + 1e-9);
        scores.forEach((score, at) => {
          const spread = variance[at] ?? 1;
          const off = (score[row] ?? 0) - (mean[at] ?? 0);
          sum -= 0.5 * (Math.log(spread) + (off * off) / spread);
        });
        return sum;
      });
      const most = Math.max(...logs);
      const all = most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
      likelihood += (weight[row] ?? 0) * all;
      shares.forEach((share, kind) => {
        share[row] = Math.exp((logs[kind] ?? 0) - all);
      });
    }
  }
  return { shares, likelihood };
}

/** Below this a score's variance is chance. */
const leastVariance = 0.02;

function momentsOf(
  scores: readonly Float64Array[],
  weight: Float64Array,
  share: Float64Array,
): { readonly mass: number; readonly mean: Float64Array; readonly variance: Float64Array } {
  const mean = new Float64Array(scores.length);
  const variance = new Float64Array(scores.length);
  let mass = 1e-9;
  for (let row = 0; row < weight.length; row++) mass += (weight[row] ?? 0) * (share[row] ?? 0);
  scores.forEach((score, at) => {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < weight.length; row++) {
      const w = (weight[row] ?? 0) * (share[row] ?? 0);
      const x = score[row] ?? 0;
      sum += w * x;
      squares += w * x * x;
    }
    mean[at] = sum / mass;
    variance[at] = Math.max(leastVariance, squares / mass - (sum / mass) ** 2);
  });
  return { mass, mean, variance };
}
