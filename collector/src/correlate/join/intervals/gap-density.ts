/**
 * Density of a gap between two stamps: a mixture of shifted log-normals (gaps have a least value and a long tail), with
 * a small wide part so that no gap is impossible. Evaluated from a table: no logarithm or exponential for each pair.
 */
export interface GapDensity {
  /** Log of the density per microsecond. */
  at(gapUs: number): number;
  /** Where the density is worth looking at. */
  readonly lowUs: number;
  readonly highUs: number;
  readonly meanUs: number;
  readonly components: number;
}

/** Part of a mixture over the logarithm of the gap in microseconds. */
interface LogNormal {
  readonly share: number;
  readonly mean: number;
  readonly deviation: number;
}

const tableSize = 4096;
/** Few samples deserve a coarse table: 256 cells are some twenty to the octave. */
const leastTableSize = 256;
const cellsPerSample = 2;
/** Below this many samples a third component is noise, and so is which shift suits two. */
const samplesForMany = 400;
const wideShare = 0.002;
const maxSamples = 3000;
const minDeviation = 0.08;

/**
 * Fits to weighted samples. The shift is searched below the samples' low quantile; the number of components, up to
 * `maxComponents`, is the one of least BIC. `toleranceUs` is what stamps may blur a gap by: samples are spread over it.
 */
export function fitGapDensity(
  samples: Float64Array,
  weights: Float64Array,
  toleranceUs: number,
  maxComponents: number,
): GapDensity {
  const { values, shares, total } = thin(samples, weights, toleranceUs);
  if (total < 2) return guessGapDensity(values[0] ?? 0, toleranceUs);
  const low = quantile(values, shares, total, 0.002);
  const middle = quantile(values, shares, total, 0.5);
  const spread = Math.max(toleranceUs, middle - low);
  const logs = new Float64Array(values.length);
  const fits: Fit[] = [];
  const tryFit = (shift: number, parts: number): void => {
    let jacobian = 0;
    for (let i = 0; i < logs.length; i++) {
      const log = Math.log(Math.max(toleranceUs * 0.05 + 1e-3, (values[i] ?? 0) - shift));
      logs[i] = log;
      jacobian += (shares[i] ?? 0) * log;
    }
    const fit = fitNormals(logs, shares, parts);
    const bic = -2 * (fit.likelihood - jacobian) + 3 * parts * Math.log(Math.max(2, total));
    fits.push({ bic, shift, parts: fit.parts });
  };
  for (const back of [0.05, 0.15, 0.35, 0.7, 1.4, 3]) tryFit(low - back * spread, 1);
  fits.sort((a, b) => a.bic - b.bic);
  // More components are tried with the shifts that served one best, and close to the least gap: modes may lie there.
  const near = low - 0.02 * spread;
  const shifts = [...new Set([...fits.slice(0, 2).map(({ shift }) => shift), low - 0.15 * spread, near])];
  const few = total < samplesForMany;
  if (few) shifts.length = 1;
  const mostParts = few ? Math.min(2, maxComponents) : maxComponents;
  for (let parts = 2; parts <= mostParts; parts++) {
    const before = fits[0];
    for (const shift of shifts) tryFit(shift, parts);
    fits.sort((a, b) => a.bic - b.bic);
    if (fits[0] === before) break;
  }
  const best = fits[0];
  return best === undefined
    ? guessGapDensity(middle, toleranceUs)
    : tabulate(best.shift, best.parts, toleranceUs, values.length);
}

interface Fit {
  readonly bic: number;
  readonly shift: number;
  readonly parts: readonly LogNormal[];
}

/** Before anything was learned: a log-normal around a mean, wide. */
export function guessGapDensity(meanUs: number, toleranceUs: number): GapDensity {
  const mean = Math.max(meanUs, toleranceUs, 1);
  const deviation = 0.9;
  return tabulate(
    -Math.max(toleranceUs, mean * 0.25),
    [{ share: 1, mean: Math.log(mean * 1.25 + toleranceUs) - deviation ** 2 / 2, deviation }],
    toleranceUs,
    0,
  );
}

function thin(
  samples: Float64Array,
  weights: Float64Array,
  toleranceUs: number,
): { values: Float64Array; shares: Float64Array; total: number } {
  const step = Math.max(1, Math.ceil(samples.length / maxSamples));
  const order: number[] = [];
  for (let i = 0; i < samples.length; i += step)
    if ((weights[i] ?? 0) > 0.01 && !Number.isNaN(samples[i])) order.push(i);
  const spread = (i: number): number =>
    (samples[i] ?? 0) + (((i * 0.6180339887498949) % 1) - 0.5) * toleranceUs;
  order.sort((a, b) => spread(a) - spread(b));
  const values = Float64Array.from(order, spread);
  const shares = Float64Array.from(order, (i) => weights[i] ?? 0);
  return { values, shares, total: shares.reduce((sum, share) => sum + share, 0) };
}

function quantile(values: Float64Array, shares: Float64Array, total: number, at: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += shares[i] ?? 0;
    if (sum >= at * total) return values[i] ?? 0;
  }
  return values[values.length - 1] ?? 0;
}

/** Weighted EM for a mixture of normals over `logs` (ascending); starts from equal slices. */
function fitNormals(
  logs: Float64Array,
  shares: Float64Array,
  count: number,
): { parts: LogNormal[]; likelihood: number } {
  const n = logs.length;
  const parts: LogNormal[] = Array.from({ length: count }, (_, k) =>
    slice(logs, shares, Math.floor((k * n) / count), Math.floor(((k + 1) * n) / count)),
  );
  const total = shares.reduce((sum, share) => sum + share, 0);
  let likelihood = -Infinity;
  const rounds = count === 1 ? 1 : 25;
  const sums = new Float64Array(3 * count);
  const densities = new Float64Array(count);
  for (let round = 0; round < rounds; round++) {
    sums.fill(0);
    let next = 0;
    for (let i = 0; i < n; i++) {
      const x = logs[i] ?? 0;
      let all = 0;
      for (let k = 0; k < count; k++) {
        const { share, mean, deviation } = parts[k] as LogNormal;
        const z = (x - mean) / deviation;
        const density = (share / deviation) * Math.exp(-0.5 * z * z);
        densities[k] = density;
        all += density;
      }
      const weight = shares[i] ?? 0;
      next += weight * (Math.log(all + 1e-300) - 0.9189385332046727);
      for (let k = 0; k < count; k++) {
        const part = (weight * (densities[k] ?? 0)) / (all + 1e-300);
        sums[3 * k] = (sums[3 * k] ?? 0) + part;
        sums[3 * k + 1] = (sums[3 * k + 1] ?? 0) + part * x;
        sums[3 * k + 2] = (sums[3 * k + 2] ?? 0) + part * x * x;
      }
    }
    if (count > 1) {
      for (let k = 0; k < count; k++) {
        const mass = Math.max(1e-9, sums[3 * k] ?? 0);
        const mean = (sums[3 * k + 1] ?? 0) / mass;
        const variance = (sums[3 * k + 2] ?? 0) / mass - mean * mean;
        parts[k] = { share: mass / total, mean, deviation: Math.sqrt(Math.max(minDeviation ** 2, variance)) };
      }
    }
    const gained = next - likelihood;
    likelihood = next;
    if (gained < 1e-4 * total) break;
  }
  return { parts, likelihood };
}

function slice(logs: Float64Array, shares: Float64Array, from: number, until: number): LogNormal {
  let mass = 0;
  let sum = 0;
  let squares = 0;
  let total = 0;
  for (let i = 0; i < logs.length; i++) {
    const weight = shares[i] ?? 0;
    total += weight;
    if (i < from || i >= until) continue;
    const x = logs[i] ?? 0;
    mass += weight;
    sum += weight * x;
    squares += weight * x * x;
  }
  const mean = sum / Math.max(1e-9, mass);
  const variance = squares / Math.max(1e-9, mass) - mean * mean;
  return {
    share: mass / Math.max(1e-9, total),
    mean,
    deviation: Math.sqrt(Math.max(minDeviation ** 2, variance)),
  };
}

/** Density of a mixture found from so many samples. */
function tabulate(
  shift: number,
  parts: readonly LogNormal[],
  toleranceUs: number,
  samples: number,
): GapDensity {
  const size = Math.min(tableSize, Math.max(leastTableSize, cellsPerSample * samples));
  let high = shift;
  let mean = shift;
  for (const part of parts) {
    if (part.share > 1e-3) high = Math.max(high, shift + Math.exp(part.mean + 4.2 * part.deviation));
    mean += part.share * Math.exp(part.mean + part.deviation ** 2 / 2);
  }
  const lowUs = shift - 2 * toleranceUs;
  const highUs = Math.max(high, lowUs + 8 * toleranceUs);
  // Cells grow with the distance from the least gap, as log-normals do: a narrow mode beside a long tail keeps its shape.
  const unit = Math.max(1e-3, toleranceUs / 4);
  const perOctave = (size - 1) / Math.log2(1 + (highUs - lowUs) / unit);
  const wide = Math.log(wideShare / (highUs - lowUs));
  const table = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const above = lowUs + unit * (2 ** ((i + 0.5) / perOctave) - 1) - shift;
    let sum = 0;
    if (above > 0) {
      const x = Math.log(above);
      for (const { share, mean: at, deviation } of parts) {
        const z = (x - at) / deviation;
        sum += ((share * 0.3989422804014327) / (deviation * above)) * Math.exp(-0.5 * z * z);
      }
    }
    table[i] = Math.log((1 - wideShare) * sum + Math.exp(wide));
  }
  return {
    lowUs,
    highUs,
    meanUs: mean,
    components: parts.length,
    at(gapUs) {
      if (!(gapUs >= lowUs && gapUs <= highUs)) return wide - 6;
      return table[(Math.log2(1 + (gapUs - lowUs) / unit) * perOctave) | 0] ?? wide;
    },
  };
}
