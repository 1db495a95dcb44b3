import { anchorTime, type CallModel, featuresOf } from './call-anchors.ts';
import type { ServedCalls } from './served-calls.ts';

/** Neighbours whose calls a served span may have exchanged with its own. */
const maxNeighbours = 24;
/**
 * Log-odds that of two that come to wait at nearly the same moment the first goes first, beyond what gaps say: what holds one
 * up holds up both.
 */
const inTurn = 0.5;
/** Nearly the same moment: apart by less than this share of the typical gap. */
const nearShare = 0.5;
/** A served span whose fit is so far below the median has a call that cannot be its own: anything may help. */
const stuckBelow = 30;

/** How often each call was with each served span. */
export interface SwapCounts {
  /** By slot: call × stride + served row → sweeps. */
  readonly bySlot: readonly Map<number, number>[];
  readonly stride: number;
  readonly sweeps: number;
}

/**
 * A Markov chain over whole assignments of a service: two served spans that overlap exchange the calls of some slots, all that
 * follow one another included, so that a chain of calls can turn round as a whole (Metropolis). `chosen` is the state: the call
 * of each served row by slot. `greedy` takes gains only: the way from a likely whole to the likeliest near it.
 */
export function sampleSwaps(
  calls: ServedCalls,
  model: CallModel,
  chosen: readonly Int32Array[],
  fixed: readonly boolean[],
  sweeps: number,
  seed: number,
  greedy = false,
): SwapCounts {
  const rows = calls.served.startUs.length;
  const pairs = overlapping(calls);
  const free = [...chosen.keys()].filter((slot) => fixed[slot] !== true);
  const order = free.sort((a, b) => meanStart(calls, chosen, a) - meanStart(calls, chosen, b));
  const bySlot = chosen.map(() => new Map<number, number>());
  const counts: SwapCounts = { bySlot, stride: rows, sweeps };
  if (order.length === 0) return counts;
  const random = randomUnit(seed);
  const scratch = new Float64Array(2 * chosen.length + 1);
  const fits = Float64Array.from({ length: rows }, (_, row) => fitOf(calls, model, chosen, row, scratch));
  const stuck = (fits.slice().sort()[rows >> 1] ?? 0) - stuckBelow;
  const since = chosen.map(() => new Int32Array(rows));
  const note = (slot: number, row: number, now: number): void => {
    const call = chosen[slot]?.[row] ?? -1;
    const started = since[slot]?.[row] ?? 0;
    if (call >= 0) {
      const key = call * rows + row;
      bySlot[slot]?.set(key, (bySlot[slot]?.get(key) ?? 0) + now - started);
    }
    const own = since[slot];
    if (own !== undefined) own[row] = now;
  };
  const exchange = (subset: readonly number[], p: number, q: number): void => {
    for (const slot of subset) {
      const own = chosen[slot];
      if (own === undefined) continue;
      const mine = own[p] ?? -1;
      own[p] = own[q] ?? -1;
      own[q] = mine;
    }
  };
  for (let sweep = 1; sweep <= sweeps; sweep++)
    for (let k = 0; k < pairs.length; k += 2) {
      const p = pairs[k] ?? 0;
      const q = pairs[k + 1] ?? 0;
      const subset = drawSubset(order, random);
      const settled = (fits[p] ?? 0) > stuck && (fits[q] ?? 0) > stuck;
      if (settled && !compatible(calls, chosen, subset, p, q)) continue;
      const before = turnsKept(calls, model, chosen, p, q);
      exchange(subset, p, q);
      const kept = turnsKept(calls, model, chosen, p, q) - before;
      const fitP = fitOf(calls, model, chosen, p, scratch);
      const fitQ = fitOf(calls, model, chosen, q, scratch);
      const gain = fitP + fitQ - (fits[p] ?? 0) - (fits[q] ?? 0) + inTurn * kept;
      if (gain <= 0 && (greedy || Math.log(random()) >= gain)) {
        exchange(subset, p, q);
        continue;
      }
      exchange(subset, p, q);
      for (const slot of subset) {
        note(slot, p, sweep);
        note(slot, q, sweep);
      }
      exchange(subset, p, q);
      fits[p] = fitP;
      fits[q] = fitQ;
    }
  for (const slot of chosen.keys()) for (let row = 0; row < rows; row++) note(slot, row, sweeps);
  return counts;
}

/** One slot, all from one on, all up to one, or the lot. */
function drawSubset(order: readonly number[], random: () => number): readonly number[] {
  const at = Math.floor(random() * order.length);
  const kind = random();
  if (order.length === 1 || kind < 0.5) return order.slice(at, at + 1);
  if (kind < 0.75) return order.slice(at);
  return order.slice(0, at + 1);
}

/** A cheap refusal: a call that would lie far outside its new served span. */
function compatible(
  calls: ServedCalls,
  chosen: readonly Int32Array[],
  subset: readonly number[],
  p: number,
  q: number,
): boolean {
  for (const slot of subset) {
    const columns = calls.slots[slot];
    const mine = chosen[slot]?.[p] ?? -1;
    const theirs = chosen[slot]?.[q] ?? -1;
    const slackUs = calls.quantumUs * 2 + 500;
    if (mine >= 0 && (columns?.endUs[mine] ?? 0) > (calls.served.endUs[q] ?? 0) + slackUs) return false;
    if (mine >= 0 && (columns?.startUs[mine] ?? 0) < (calls.served.startUs[q] ?? 0) - slackUs) return false;
    if (theirs >= 0 && (columns?.endUs[theirs] ?? 0) > (calls.served.endUs[p] ?? 0) + slackUs) return false;
    if (theirs >= 0 && (columns?.startUs[theirs] ?? 0) < (calls.served.startUs[p] ?? 0) - slackUs)
      return false;
  }
  return true;
}

/** In how many steps two served spans that came to wait at nearly the same moment went on in the order in which they came. */
function turnsKept(
  calls: ServedCalls,
  { starts, end, medianUs }: CallModel,
  chosen: readonly Int32Array[],
  p: number,
  q: number,
): number {
  let kept = 0;
  for (let step = 0; step <= starts.length; step++) {
    const last = step === starts.length;
    const anchor = last ? end : starts[step];
    if (anchor === undefined) continue;
    const cameP = anchorTime(calls, chosen, p, anchor);
    const cameQ = anchorTime(calls, chosen, q, anchor);
    const times = last ? calls.served.endUs : calls.slots[step]?.startUs;
    const wentP = times?.[last ? p : (chosen[step]?.[p] ?? -1)] ?? NaN;
    const wentQ = times?.[last ? q : (chosen[step]?.[q] ?? -1)] ?? NaN;
    if (!(Math.max(cameP, cameQ) < Math.min(wentP, wentQ))) continue;
    if (Math.abs(cameP - cameQ) >= nearShare * (medianUs[step] ?? 0)) continue;
    // Neither came, or went, before the other.
    if (cameP === cameQ || wentP === wentQ) continue;
    if (cameP < cameQ === wentP < wentQ) kept++;
  }
  return kept;
}

/** Log-likelihood of one served span with its calls; `scratch` holds its features, 2 × slots + 1. */
export function fitOf(
  calls: ServedCalls,
  model: CallModel,
  chosen: readonly Int32Array[],
  row: number,
  scratch: Float64Array,
): number {
  featuresOf(calls, chosen, row, model, scratch);
  return model.kinds.at(scratch);
}

function overlapping({ served }: ServedCalls): Int32Array {
  const pairs: number[] = [];
  for (let p = 0; p < served.startUs.length; p++)
    for (let q = p + 1, seen = 0; q < served.startUs.length && seen < maxNeighbours; q++) {
      if ((served.startUs[q] ?? 0) > (served.endUs[p] ?? 0)) break;
      pairs.push(p, q);
      seen++;
    }
  return Int32Array.from(pairs);
}

function meanStart(calls: ServedCalls, chosen: readonly Int32Array[], slot: number): number {
  let sum = 0;
  let count = 0;
  chosen[slot]?.forEach((call, row) => {
    if (call < 0) return;
    sum += (calls.slots[slot]?.startUs[call] ?? 0) - (calls.served.startUs[row] ?? 0);
    count++;
  });
  return sum / Math.max(1, count);
}

/** xorshift32, in (0, 1). */
function randomUnit(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 4294967296;
  };
}
