import { fitGapDensity, type GapDensity } from './gap-density.ts';
import { type Likeness, learnLikeness } from './likeness.ts';
import type { ServedCalls } from './served-calls.ts';

/** A moment within a served span that the next one follows: its start, or a call's start or end. */
export interface Anchor {
  /** Slot of the call; −1 for the served span's start, −2 for whichever call ends last. */
  readonly slot: number;
  readonly edge: 'start' | 'end';
}

/** What each moment of a served span follows, and the gaps between them: a tree from its start to its end. */
export interface CallModel {
  /** For each slot, what its start follows. */
  readonly starts: readonly AnchoredGap[];
  /** What the served span's end follows. */
  readonly end: AnchoredGap;
  /** How gaps and durations of one served span go together. */
  readonly likeness: Likeness;
}

export interface AnchoredGap {
  readonly anchor: Anchor;
  readonly density: GapDensity;
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
 * Chooses what each call waits for: of all moments before it the one whose gap is least spread (greatest mean log density), and
 * fits that gap. `weight` says how sure each served span's calls are.
 */
export function learnCallModel(
  calls: ServedCalls,
  chosen: readonly Int32Array[],
  weight: Float64Array,
): CallModel {
  const order = slotsInOrder(calls, chosen);
  const starts: AnchoredGap[] = [];
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
  return { starts, end, likeness: learnTogether(calls, chosen, weight, starts, end) };
}

/** Features of a served span: the gap before each call, before its end, and each call's duration. */
export function featuresOf(
  calls: ServedCalls,
  chosen: readonly Int32Array[],
  row: number,
  { starts, end }: Pick<CallModel, 'starts' | 'end'>,
  out: Float64Array,
): void {
  const slots = chosen.length;
  for (let slot = 0; slot < slots; slot++) {
    const call = chosen[slot]?.[row] ?? -1;
    const columns = calls.slots[slot];
    const anchor = starts[slot]?.anchor;
    const from = call < 0 || anchor === undefined ? NaN : anchorTime(calls, chosen, row, anchor);
    out[slot] = (columns?.startUs[call] ?? NaN) - from;
    out[slots + 1 + slot] = (columns?.endUs[call] ?? NaN) - (columns?.startUs[call] ?? NaN);
  }
  out[slots] = (calls.served.endUs[row] ?? NaN) - anchorTime(calls, chosen, row, end.anchor);
}

function learnTogether(
  calls: ServedCalls,
  chosen: readonly Int32Array[],
  weight: Float64Array,
  starts: readonly AnchoredGap[],
  end: AnchoredGap,
): Likeness {
  const size = 2 * chosen.length + 1;
  const columns = Array.from({ length: size }, () => new Float64Array(weight.length));
  const features = new Float64Array(size);
  for (let row = 0; row < weight.length; row++) {
    featuresOf(calls, chosen, row, { starts, end }, features);
    columns.forEach((column, at) => {
      column[row] = features[at] ?? NaN;
    });
  }
  return learnLikeness(columns, weight);
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
): AnchoredGap {
  let best: (AnchoredGap & { readonly likelihood: number }) | undefined;
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
    if (best === undefined || likelihood > best.likelihood) best = { anchor, density, likelihood };
  }
  if (best === undefined) throw new Error('a call has at least its served span to follow');
  return best;
}

/** Log density that no single gap falls below when anchors are compared: outliers do not choose. */
const floor = -25;
