import type { GapDensity } from '../../collector/src/correlate/join/intervals/gap-density.ts';
import type { IntervalColumns, MatchProblem } from '../../collector/src/correlate/join/intervals/problem.ts';
import { createRandom, type Random } from '../../collector/src/simulate/random.ts';

/** An interval-level fleet with the parameters of the accuracy table: one connection point, two management points. */
export interface FleetParameters {
  readonly seed: number;
  /** Requests in flight at each management point. */
  readonly inFlight: number;
  /** Requests at each management point. */
  readonly requests: number;
  readonly serverClockMs: number;
  readonly driftPpm: number;
  /** Each management point's clock steps by this much half-way. */
  readonly stepMs: number;
  readonly quantumMs: number;
  /** Share of intervals on either side that no log holds. */
  readonly lost: number;
  /** Share of the time at the end for which the management points' logs have not come yet. */
  readonly late: number;
}

export const plainFleet: FleetParameters = {
  seed: 1,
  inFlight: 1,
  requests: 4000,
  serverClockMs: 150,
  driftPpm: 0,
  stepMs: 0,
  quantumMs: 1,
  lost: 0,
  late: 0,
};

export const stsMedianUs = 25_000;
export const stsSigma = 0.9;
export const gapMedianUs = 4000;
export const gapSigma = 0.6;
const managementPoints = 2;

export interface Fleet {
  readonly problem: MatchProblem;
  /** Callee row of each caller; −1 where its callee is in no log. */
  readonly truth: Int32Array;
  /** True callee clock minus caller clock, without drift and step. */
  readonly offsetsUs: readonly number[];
}

interface Row {
  readonly startUs: number;
  readonly endUs: number;
  readonly clock: number;
  readonly asks: number;
  readonly call: number;
}

export function simulateFleet(parameters: FleetParameters): Fleet {
  const random = createRandom(`fleet-${parameters.seed}-${parameters.inFlight}`);
  const meanUs = stsMedianUs * Math.exp(stsSigma ** 2 / 2);
  const betweenUs = meanUs / parameters.inFlight;
  const lengthUs = betweenUs * parameters.requests;
  const clock = (): ((trueUs: number) => number) => drawClock(random, parameters, lengthUs);
  const callerClock = clock();
  const callers: Row[] = [];
  const callees: Row[] = [];
  const offsetsUs: number[] = [];
  let call = 0;
  for (let point = 0; point < managementPoints; point++) {
    const calleeClock = clock();
    offsetsUs.push(calleeClock(0) - callerClock(0));
    let atUs = 1e6;
    for (let k = 0; k < parameters.requests; k++) {
      atUs += random.exponential(betweenUs);
      const startUs = atUs + random.logNormal(gapMedianUs, gapSigma);
      const endUs = startUs + random.logNormal(stsMedianUs, stsSigma);
      const doneUs = endUs + random.logNormal(gapMedianUs, gapSigma);
      const step = parameters.stepMs !== 0 ? lengthUs / 2 : Infinity;
      const read = (us: number): number => calleeClock(us) + (us > step ? parameters.stepMs * 1000 : 0);
      if (!random.chance(parameters.lost))
        callers.push({
          startUs: stamp(callerClock(atUs), parameters),
          endUs: stamp(callerClock(doneUs), parameters),
          clock: 0,
          asks: point,
          call,
        });
      const arrived = parameters.late === 0 || startUs < 1e6 + lengthUs * (1 - parameters.late);
      if (!random.chance(parameters.lost) && arrived)
        callees.push({
          startUs: stamp(read(startUs), parameters),
          endUs: stamp(read(endUs), parameters),
          clock: point,
          asks: -1,
          call,
        });
      call++;
    }
  }
  callers.sort((a, b) => a.startUs - b.startUs || a.endUs - b.endUs);
  callees.sort((a, b) => a.startUs - b.startUs || a.endUs - b.endUs);
  const rowOf = new Map(callees.map((row, at) => [row.call, at]));
  return {
    problem: {
      callers: columnsOf(callers),
      callees: columnsOf(callees),
      asks: Int32Array.from(callers, ({ asks }) => asks),
      fields: undefined,
      sameClock: false,
      quantumUs: parameters.quantumMs * 1000,
    },
    truth: Int32Array.from(callers, (row) => rowOf.get(row.call) ?? -1),
    offsetsUs,
  };
}

function drawClock(
  random: Random,
  { serverClockMs, driftPpm }: FleetParameters,
  _lengthUs: number,
): (trueUs: number) => number {
  const offset = (random.unit() * 2 - 1) * serverClockMs * 1000;
  const drift = ((random.unit() * 2 - 1) * driftPpm) / 1e6;
  return (trueUs) => trueUs + offset + drift * trueUs;
}

function stamp(us: number, { quantumMs }: FleetParameters): number {
  const quantum = quantumMs * 1000;
  // A tick of 15.625 ms is written in whole milliseconds.
  return Math.floor((Math.floor(us / quantum) * quantum) / 1000) * 1000;
}

function columnsOf(rows: readonly Row[]): IntervalColumns {
  return {
    startUs: Float64Array.from(rows, ({ startUs }) => startUs),
    endUs: Float64Array.from(rows, ({ endUs }) => endUs),
    clock: Int32Array.from(rows, ({ clock }) => clock),
    known: new Uint8Array(rows.length).fill(3),
  };
}

/** The true density of a gap as stamps show it: log-normal, blurred by the difference of two roundings. */
export function trueGapDensity(quantumMs: number, medianUs = gapMedianUs, sigma = gapSigma): GapDensity {
  const quantum = quantumMs * 1000;
  const lowUs = -quantum;
  const highUs = 20 * medianUs;
  const cellUs = 50;
  const cells = Math.ceil((highUs - lowUs) / cellUs);
  const log = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    let sum = 0;
    const at = lowUs + (cell + 0.5) * cellUs;
    const parts = 40;
    for (let part = 0; part < parts; part++) {
      const shift = ((part + 0.5) / parts) * 2 - 1;
      const gap = at + shift * quantum;
      if (gap <= 0) continue;
      const z = Math.log(gap / medianUs) / sigma;
      sum += ((1 - Math.abs(shift)) * Math.exp(-0.5 * z * z)) / (gap * sigma * Math.sqrt(2 * Math.PI));
    }
    log[cell] = Math.log((sum * 2) / parts + 1e-14);
  }
  return {
    lowUs,
    highUs,
    meanUs: medianUs * Math.exp(sigma ** 2 / 2),
    components: 1,
    at: (gapUs) => log[Math.floor((gapUs - lowUs) / cellUs)] ?? -32,
  };
}
