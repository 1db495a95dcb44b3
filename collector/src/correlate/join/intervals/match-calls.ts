import { assignBest } from './assignment.ts';
import { learnCallModel } from './call-anchors.ts';
import { turnEvidence } from './first-come.ts';
import { matchIntervals } from './match-intervals.ts';
import type { MatchProblem } from './problem.ts';
import type { RequestKinds } from './request-kinds.ts';
import type { ServedCalls, TimeColumns } from './served-calls.ts';
import { fitOf, sampleSwaps, type SwapCounts } from './swap-sampler.ts';

/** Which served span made each call, by slot. */
export interface MatchedCalls {
  /** Served row of each call of each slot; −1 for none. */
  readonly servedOf: readonly Int32Array[];
  /** Slots whose calls leave in the order of arrival. */
  readonly firstCome: readonly boolean[];
}

const learnRounds = 6;
const learnSweeps = 80;
const finalSweeps = 800;
const greedySweeps = 150;
/** Calls below which nothing can be said of order. */
const minCalls = 20;
/** Kinds of requests of one service that are looked for. */
const mostKinds = 3;

/**
 * Joins the calls of a service to what caused them where a served span makes several: each slot alone by the interval
 * matcher, then all together, since one call waits for another; first come, first served where that explains the data better.
 */
export function matchCalls(calls: ServedCalls): MatchedCalls {
  const alone = calls.slots.map((slot) => matchIntervals(problemOf(calls, slot)));
  const byTime = alone.map((matching, k) => fillUp(calls, matching.callee, k));
  const none = calls.slots.map(() => false);
  const free = refine(calls, byTime, none);
  const countable = calls.slots.map(({ startUs }) => startUs.length === calls.served.startUs.length);
  // A service that works one thing at a time keeps the order of all it calls.
  const whole = isFirstCome(calls, free, countable);
  const firstCome = countable.map(
    (can, k) => can && (whole || isFirstCome(calls, free, only(k, countable.length))),
  );
  if (!firstCome.includes(true)) return { servedOf: free, firstCome };
  const ordered = free.map((own, k) =>
    firstCome[k] === true ? inOrder(own.length) : rowsToCalls(calls, own),
  );
  return { servedOf: refine(calls, ordered, firstCome), firstCome };
}

/** Learns gaps and samples whole assignments in turn; slots that are fixed keep what they have. */
function refine(
  calls: ServedCalls,
  chosen: readonly Int32Array[],
  fixed: readonly boolean[],
): readonly Int32Array[] {
  let weight = new Float64Array(calls.served.startUs.length).fill(1);
  let likely: readonly Int32Array[] = chosen;
  let kinds: RequestKinds | number = mostKinds;
  for (let round = 0; ; round++) {
    const last = round === learnRounds;
    const model = learnCallModel(calls, likely, weight, kinds);
    kinds = model.kinds;
    const counts = sampleSwaps(calls, model, chosen, fixed, last ? finalSweeps : learnSweeps, round + 1);
    const settled = chosen.map((own, k) => settleSlot(calls, own, fixed[k] === true ? undefined : counts, k));
    if (last) {
      // A request is right when all its calls are: the likeliest whole, not the likeliest parts.
      const state = settled.map((own) => rowsToCalls(calls, own));
      sampleSwaps(calls, model, state, fixed, greedySweeps, round + 2, true);
      return state.map((own, k) => settleSlot(calls, own, undefined, k));
    }
    // The likeliest whole is learned from, and what is in doubt counts less.
    likely = settled.map((own) => rowsToCalls(calls, own));
    weight = certainties(likely, counts, fixed);
  }
}

/** How sure all calls of each served span are together. */
function certainties(
  likely: readonly Int32Array[],
  { bySlot, stride, sweeps }: SwapCounts,
  fixed: readonly boolean[],
): Float64Array<ArrayBuffer> {
  const weight = new Float64Array(stride).fill(1);
  likely.forEach((own, k) => {
    if (fixed[k] === true) return;
    own.forEach((call, row) => {
      if (call >= 0)
        weight[row] = ((weight[row] ?? 1) * (bySlot[k]?.get(call * stride + row) ?? sweeps)) / sweeps;
    });
  });
  return weight;
}

/**
 * Order explains some slots better if their gaps in order are nearly as likely as those found by time, although independent
 * gaps would have turned many pairs round.
 */
function isFirstCome(calls: ServedCalls, settled: readonly Int32Array[], slots: readonly boolean[]): boolean {
  const rows = calls.served.startUs.length;
  if (rows < minCalls || !slots.includes(true)) return false;
  const byTime = settled.map((own) => rowsToCalls(calls, own));
  const byOrder = byTime.map((own, k) => (slots[k] === true ? inOrder(rows) : own));
  let evidence = 0;
  calls.slots.forEach((slot, k) => {
    if (slots[k] === true) evidence += turnEvidence(calls.served, slot, inOrder(rows));
  });
  return likelihood(calls, byOrder) + evidence > likelihood(calls, byTime);
}

function only(k: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, at) => at === k);
}

function likelihood(calls: ServedCalls, chosen: readonly Int32Array[]): number {
  const rows = calls.served.startUs.length;
  const model = learnCallModel(calls, chosen, new Float64Array(rows).fill(1), 1);
  const scratch = new Float64Array(2 * chosen.length + 1);
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += fitOf(calls, model, chosen, row, scratch);
  return sum;
}

function inOrder(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, at) => at);
}

function rowsToCalls({ served }: ServedCalls, servedOf: Int32Array): Int32Array {
  const calls = new Int32Array(served.startUs.length).fill(-1);
  servedOf.forEach((row, call) => {
    if (row >= 0) calls[row] = call;
  });
  return calls;
}

function problemOf({ served, quantumUs }: ServedCalls, slot: TimeColumns): MatchProblem {
  const known = ({ startUs, endUs }: TimeColumns): MatchProblem['callers'] => ({
    startUs,
    endUs,
    clock: new Int32Array(startUs.length),
    known: new Uint8Array(startUs.length).fill(3),
  });
  return {
    callers: known(served),
    callees: known(slot),
    asks: new Int32Array(served.startUs.length).fill(-1),
    fields: undefined,
    sameClock: true,
    quantumUs,
  };
}

/** Calls and served spans that were left alone are paired in order where their numbers say that each has one. */
function fillUp({ served, slots }: ServedCalls, callee: Int32Array, slot: number): Int32Array {
  const chosen = Int32Array.from(callee);
  const count = slots[slot]?.startUs.length ?? 0;
  if (count !== served.startUs.length) return chosen;
  const used = new Uint8Array(count);
  for (const call of chosen) if (call >= 0) used[call] = 1;
  let next = 0;
  chosen.forEach((call, row) => {
    if (call >= 0) return;
    while (next < count && used[next] === 1) next++;
    if (next < count) chosen[row] = next++;
  });
  return chosen;
}

/** The assignment of one slot that was most often seen. */
function settleSlot(
  { served, slots }: ServedCalls,
  chosen: Int32Array,
  counts: SwapCounts | undefined,
  k: number,
): Int32Array {
  const count = slots[k]?.startUs.length ?? 0;
  const result = new Int32Array(count).fill(-1);
  const seen = counts?.bySlot[k] ?? new Map<number, number>();
  if (counts === undefined || seen.size === 0) {
    chosen.forEach((call, row) => {
      if (call >= 0) result[call] = row;
    });
    return result;
  }
  const rows = served.startUs.length;
  const entries = [...seen].map(([key, sweeps]) => ({
    call: Math.floor(key / counts.stride),
    row: key % counts.stride,
    sweeps,
  }));
  entries.sort((a, b) => a.row - b.row || a.call - b.call);
  const from = new Int32Array(rows + 1);
  for (const { row } of entries) from[row + 1] = (from[row + 1] ?? 0) + 1;
  for (let row = 0; row < rows; row++) from[row + 1] = (from[row + 1] ?? 0) + (from[row] ?? 0);
  const best = new Int32Array(rows);
  const column = Int32Array.from(entries, ({ call }) => call);
  assignBest(
    {
      rows,
      columns: count,
      from,
      column,
      gain: Float64Array.from(entries, ({ sweeps }) => sweeps / counts.sweeps),
    },
    best,
  );
  best.forEach((e, row) => {
    if (e >= 0) result[column[e] ?? 0] = row;
  });
  return result;
}
