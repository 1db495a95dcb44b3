import { fitGapDensity } from './gap-density.ts';
import { learnRequestKinds, type RequestKinds } from './request-kinds.ts';
import type { ServedCalls } from './served-calls.ts';

/** A moment within a served span that the next one follows: its start, or a call's start or end. */
export interface Anchor {
  /** Slot of the call; −1 for the served span's start, −2 for whichever call ends last. */
  readonly slot: number;
  readonly edge: 'start' | 'end';
}

/** What each moment of a served span follows: a tree from its start to its end. */
export interface Anchors {
  /** For each slot, what its start follows. */
  readonly starts: readonly Anchor[];
  /** What the served span's end follows. */
  readonly end: Anchor;
}

/** Anchors, and the gaps from them: how likely they are together, with the calls' durations. */
export interface CallModel extends Anchors {
  readonly kinds: RequestKinds;
  /** Typical gap of each step: each slot's start, then the end. */
  readonly medianUs: Float64Array;
}

export function anchorTime(
  calls: ServedCalls,
  chosen: readonly Int32Array[],
  row: number,
  { slot, edge }: Anchor,
): number {
  if (slot === lastOfAll) return lastEnd(calls, chosen, row);
  if (slot < 0) return calls.served.startUs[row] ?? 0;
  const call = chosen[slot]?.[row] ?? -1;
  if (call < 0) return NaN;
  const columns = calls.slots[slot];
  return (edge === 'start' ? columns?.startUs[call] : columns?.endUs[call]) ?? NaN;
}

const lastOfAll = -2;

function lastEnd(calls: ServedCalls, chosen: readonly Int32Array[], row: number): number {
  let last = NaN;
  for (let slot = 0; slot < chosen.length; slot++) {
    const call = chosen[slot]?.[row] ?? -1;
    const end = call < 0 ? NaN : (calls.slots[slot]?.endUs[call] ?? NaN);
    if (!(end <= last)) last = Number.isNaN(end) ? last : end;
  }
  return last;
}

/**
 * Chooses what each call waits for: of all moments before it the one whose gap is least spread (greatest mean log density); then
 * learns the kinds of requests. `weight` says how sure each served span's calls are; `kinds` how many to look for at most, or those
 * found for nearly these calls.
 */
export function learnCallModel(
  calls: ServedCalls,
  chosen: readonly Int32Array[],
  weight: Float64Array,
  kinds: RequestKinds | number,
): CallModel {
  const order = slotsInOrder(calls, chosen);
  const starts: Anchor[] = [];
  order.forEach((slot, at) => {
    const anchors: Anchor[] = [{ slot: -1, edge: 'start' }];
    for (const earlier of order.slice(0, at))
      anchors.push({ slot: earlier, edge: 'end' }, { slot: earlier, edge: 'start' });
    starts[slot] = tightest(calls, chosen, weight, anchors, (row) =>
      anchorTime(calls, chosen, row, { slot, edge: 'start' }),
    );
  });
  const anchors: Anchor[] = [{ slot: -1, edge: 'start' }];
  for (const slot of order) anchors.push({ slot, edge: 'end' }, { slot, edge: 'start' });
  if (order.length > 1) anchors.push({ slot: lastOfAll, edge: 'end' });
  const end = tightest(calls, chosen, weight, anchors, (row) => calls.served.endUs[row] ?? NaN);
  const columns = featureColumns(calls, chosen, { starts, end });
  return {
    starts,
    end,
    kinds: learnRequestKinds(columns, weight, calls.quantumUs, kinds),
    medianUs: Float64Array.from(columns.slice(0, starts.length + 1), medianOf),
  };
}

/** Features of a served span: the gap before each call, before its end, and each call's duration. */
export function featuresOf(
  calls: ServedCalls,
  chosen: readonly Int32Array[],
  row: number,
  { starts, end }: Anchors,
  out: Float64Array,
): void {
  const slots = chosen.length;
  for (let slot = 0; slot < slots; slot++) {
    const call = chosen[slot]?.[row] ?? -1;
    const columns = calls.slots[slot];
    const anchor = starts[slot];
    const from = call < 0 || anchor === undefined ? NaN : anchorTime(calls, chosen, row, anchor);
    out[slot] = (columns?.startUs[call] ?? NaN) - from;
    out[slots + 1 + slot] = (columns?.endUs[call] ?? NaN) - (columns?.startUs[call] ?? NaN);
  }
  out[slots] = (calls.served.endUs[row] ?? NaN) - anchorTime(calls, chosen, row, end);
}

/** Features by row. */
function featureColumns(calls: ServedCalls, chosen: readonly Int32Array[], anchors: Anchors): Float64Array[] {
  const rows = calls.served.startUs.length;
  const features = new Float64Array(2 * chosen.length + 1);
  const columns = Array.from(features, () => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    featuresOf(calls, chosen, row, anchors, features);
    columns.forEach((column, at) => {
      column[row] = features[at] ?? NaN;
    });
  }
  return columns;
}

function medianOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  return known[known.length >> 1] ?? 0;
}

function slotsInOrder(calls: ServedCalls, chosen: readonly Int32Array[]): number[] {
  const medians = calls.slots.map((columns, slot) => {
    const gaps: number[] = [];
    chosen[slot]?.forEach((call, row) => {
      if (call >= 0) gaps.push((columns.startUs[call] ?? 0) - (calls.served.startUs[row] ?? 0));
    });
    gaps.sort((a, b) => a - b);
    return gaps[gaps.length >> 1] ?? 0;
  });
  return [...medians.keys()].sort((a, b) => (medians[a] ?? 0) - (medians[b] ?? 0) || a - b);
}

function tightest(
  calls: ServedCalls,
  chosen: readonly Int32Array[],
  weight: Float64Array,
  anchors: readonly Anchor[],
  timeOf: (row: number) => number,
): Anchor {
  let best: { readonly anchor: Anchor; readonly likelihood: number } | undefined;
  for (const anchor of anchors) {
    const gaps = new Float64Array(weight.length).fill(NaN);
    for (let row = 0; row < weight.length; row++)
      gaps[row] = timeOf(row) - anchorTime(calls, chosen, row, anchor);
    const density = fitGapDensity(gaps, weight, calls.quantumUs, 3);
    let mass = 0;
    let sum = 0;
    gaps.forEach((gap, row) => {
      if (Number.isNaN(gap)) return;
      mass += weight[row] ?? 0;
      sum += (weight[row] ?? 0) * Math.max(floor, density.at(gap));
    });
    const likelihood = mass > 0 ? sum / mass : -Infinity;
    if (best === undefined || likelihood > best.likelihood) best = { anchor, likelihood };
  }
  if (best === undefined) throw new Error('a call has at least its served span to follow');
  return best.anchor;
}

/** Log density that no single gap falls below when anchors are compared: outliers do not choose. */
const floor = -25;
