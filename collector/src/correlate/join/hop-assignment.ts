import type { LinkMethod } from '../../model/span.ts';
import type { Segment } from '../segment.ts';
import { agreementOf } from './agreement.ts';
import type { HostClocks } from './clock-graph.ts';
import { firstAtOrAfter } from './sorted-search.ts';

/** One side of a hop: the segment that bounds it in time, and what is known of identities under it. */
export interface HopSide {
  readonly segment: Segment;
  readonly identities: Segment['identities'];
  /** How sure it is that those identities are its own. */
  readonly certainty: number;
}

export interface HopPair {
  readonly caller: Segment;
  readonly callee: Segment;
  readonly method: LinkMethod;
  readonly confidence: number;
  /** False for a rival that may be linked and never placed. */
  readonly chosen: boolean;
}

export interface HopOptions {
  /** How far outside its caller a callee may be logged before the fit falls off. */
  readonly toleranceUs: number;
  readonly clocks: HostClocks;
}

interface Candidate {
  readonly caller: number;
  readonly callee: number;
  readonly weight: number;
  readonly method: LinkMethod;
}

/** Log-odds of a callee that lies within its caller and has no rival. */
const contained = 3.5;
/** Candidates looked at for one caller; the ones nearest in time are kept. */
const maxCandidates = 256;

/** Best pairs by log-odds, each side used once; the confidence weighs every rival of either side and "none of these". */
export function assignHop(
  callers: readonly Segment[],
  callees: readonly HopSide[],
  options: HopOptions,
): HopPair[] {
  const candidates = findCandidates(callers, callees, options);
  const rows = new Float64Array(callers.length).fill(1);
  const columns = new Float64Array(callees.length).fill(1);
  for (const { caller, callee, weight } of candidates) {
    rows[caller] = (rows[caller] ?? 0) + Math.exp(weight);
    columns[callee] = (columns[callee] ?? 0) + Math.exp(weight);
  }
  candidates.sort((a, b) => b.weight - a.weight || a.caller - b.caller || a.callee - b.callee);
  const takenCallers = new Uint8Array(callers.length);
  const takenCallees = new Uint8Array(callees.length);
  const pairs: HopPair[] = [];
  for (const { caller, callee, weight, method } of candidates) {
    if (weight <= 0 || takenCallers[caller] === 1 || takenCallees[callee] === 1) continue;
    const from = callers[caller];
    const to = callees[callee]?.segment;
    if (from === undefined || to === undefined) continue;
    takenCallers[caller] = 1;
    takenCallees[callee] = 1;
    const odds = Math.exp(weight);
    const share = odds / Math.max(1, (rows[caller] ?? 0) + (columns[callee] ?? 0) - odds - 1);
    const confidence = method === 'time' ? share : share * (callees[callee]?.certainty ?? 1);
    pairs.push({ caller: from, callee: to, method, confidence, chosen: true });
  }
  return pairs;
}

function findCandidates(
  callers: readonly Segment[],
  callees: readonly HopSide[],
  { toleranceUs, clocks }: HopOptions,
): Candidate[] {
  const shift = (segment: Segment, us = segment.startUs): number => clocks.offsetUs(segment.host, us);
  const order = callees
    .map((side, index) => ({ index, startUs: side.segment.startUs + shift(side.segment) }))
    .sort((a, b) => a.startUs - b.startUs || a.index - b.index);
  const starts = Float64Array.from(order, ({ startUs }) => startUs);
  const reach = 4 * toleranceUs;
  const candidates: Candidate[] = [];
  callers.forEach((caller, row) => {
    const startUs = caller.startUs + shift(caller);
    const endUs = caller.endUs + shift(caller, caller.endUs);
    const until = (caller.endKnown ? endUs : startUs + 60e6) + reach;
    let seen = 0;
    for (let at = firstAtOrAfter(starts, startUs - reach); at < order.length && seen < maxCandidates; at++) {
      const entry = order[at];
      const side = entry && callees[entry.index];
      if (entry === undefined || side === undefined || entry.startUs > until) break;
      seen++;
      const { logOdds, method } = agreementOf(caller, side.segment, side.identities);
      const calleeEndUs = side.segment.endUs + shift(side.segment, side.segment.endUs);
      const before = caller.startKnown && side.segment.startKnown ? Math.max(0, startUs - entry.startUs) : 0;
      const after = caller.endKnown && side.segment.endKnown ? Math.max(0, calleeEndUs - endUs) : 0;
      const outside = (before + after) / toleranceUs;
      const room = Math.abs(entry.startUs - startUs) / (toleranceUs + 1e6);
      const weight = contained - outside * outside - Math.min(3, 0.5 * room) + logOdds;
      if (weight > -12) candidates.push({ caller: row, callee: entry.index, weight, method });
    }
  });
  return candidates;
}
