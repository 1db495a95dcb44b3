import type { CalleeLane } from './candidates.ts';
import { type ClockTrack, flatTrack } from './clock-track.ts';
import { type ClockSample, countVotes, peakOf, type Vote } from './clock-vote.ts';
import type { MatchProblem } from './problem.ts';
import { locateStep } from './step-location.ts';

/** Tracks of every pair of clocks, by caller clock × callee clock. */
export interface HopClocks {
  readonly of: (callerClock: number, calleeClock: number) => ClockTrack;
  readonly set: (callerClock: number, calleeClock: number, track: ClockTrack) => void;
}

export function createHopClocks(calleeClocks: number): HopClocks {
  const tracks: ClockTrack[] = [];
  const same = flatTrack(0);
  return {
    of: (callerClock, calleeClock) => tracks[callerClock * calleeClocks + calleeClock] ?? same,
    set: (callerClock, calleeClock, track) => {
      tracks[callerClock * calleeClocks + calleeClock] = track;
    },
  };
}

/** Clocks are looked for this far apart before a misread zone is thought of. */
const reachUs = 3e6;
const wideReachUs = 60e6;
const halfHourUs = 1800e6;
/** Zones differ from one another by at most 26 hours. */
const maxHalfHours = 52;
const callersPerBlock = 250;
/** Below this a peak may be chance. */
const certain = 4.5;
/** With fewer callers votes say nothing. */
const minCallers = 12;

/** First tracks of a hop's clocks: votes by blocks of callers, steps where neighbouring blocks disagree. */
export function voteTracks(
  problem: MatchProblem,
  lanes: readonly CalleeLane[],
  slackUs: number,
  clocks: HopClocks,
): void {
  const callerClocks = new Set(problem.callers.clock);
  for (const caller of callerClocks)
    for (const lane of lanes) {
      const sample = sampleOf(problem, caller, lane);
      if (sample.callerStartUs.length < minCallers || lane.rows.length < minCallers) continue;
      const track = voteTrack(sample, slackUs);
      if (track !== undefined) clocks.set(caller, lane.clock, track);
    }
}

function sampleOf(problem: MatchProblem, callerClock: number, lane: CalleeLane): ClockSample {
  const { callers, callees, asks } = problem;
  const rows: number[] = [];
  for (let i = 0; i < callers.startUs.length; i++) {
    const asked = asks[i] ?? -1;
    if (callers.clock[i] === callerClock && (asked < 0 || asked === lane.clock) && callers.known[i] === 3)
      rows.push(i);
  }
  const calleeRows = lane.rows.filter((j) => callees.known[j] === 3);
  return {
    callerStartUs: Float64Array.from(rows, (i) => callers.startUs[i] ?? 0),
    callerEndUs: Float64Array.from(rows, (i) => callers.endUs[i] ?? 0),
    calleeStartUs: Float64Array.from(calleeRows, (j) => callees.startUs[j] ?? 0),
    calleeEndUs: Float64Array.from(calleeRows, (j) => callees.endUs[j] ?? 0),
  };
}

function voteTrack(sample: ClockSample, slackUs: number): ClockTrack | undefined {
  const count = sample.callerStartUs.length;
  const blocks = Math.max(1, Math.round(count / callersPerBlock));
  const edge = (block: number): number => Math.round((block * count) / blocks);
  const first = firstVote(sample, edge(1), slackUs);
  const counted = Array.from({ length: blocks }, (_, block) =>
    countVotes(sample, edge(block), edge(block + 1), slackUs, first.offsetUs, reachUs),
  );
  const far = counted.map((votes) => peakOf(votes));
  const votes: Vote[] = [];
  let around = first.offsetUs;
  counted.forEach((counts, block) => {
    const near = peakOf(counts, around - 2 * slackUs, around + 2 * slackUs);
    const kept = near.strength > 3 ? near : { offsetUs: around, strength: 0 };
    const vote = moved(near, far, block, slackUs) ?? kept;
    votes.push(vote);
    around = vote.offsetUs;
  });
  return knotsOf(sample, votes, edge, slackUs, around);
}

/** Knots of the blocks whose vote is sure; a step lies somewhere between the last sure block before and the one after. */
function knotsOf(
  sample: ClockSample,
  votes: readonly Vote[],
  edge: (block: number) => number,
  slackUs: number,
  fallbackUs: number,
): ClockTrack {
  const knots: { block: number; offsetUs: number; stepAtUs: number }[] = [];
  votes.forEach(({ offsetUs, strength }, block) => {
    if (strength === 0) return;
    const last = knots.at(-1);
    const steps = last !== undefined && Math.abs(offsetUs - last.offsetUs) > 1.5 * slackUs;
    const stepAtUs = steps
      ? locateStep(sample, edge(last.block), edge(block + 1), last.offsetUs, offsetUs, slackUs)
      : 0;
    knots.push({ block, offsetUs, stepAtUs });
  });
  if (knots.length === 0) return flatTrack(fallbackUs);
  const timeOf = (block: number): number => {
    const from = sample.callerStartUs[edge(block)] ?? 0;
    return (from + (sample.callerStartUs[Math.max(0, edge(block + 1) - 1)] ?? from)) / 2;
  };
  return {
    atUs: Float64Array.from(knots, ({ block }) => timeOf(block)),
    offsetUs: Float64Array.from(knots, ({ offsetUs }) => offsetUs),
    stepBefore: Uint8Array.from(knots, ({ stepAtUs }) => (stepAtUs > 0 ? 1 : 0)),
    stepAtUs: Float64Array.from(knots, ({ stepAtUs }) => stepAtUs),
  };
}

/** A step is believed only if it explains far more than staying does, and the next block says the same. */
function moved(near: Vote, far: readonly Vote[], block: number, slackUs: number): Vote | undefined {
  const here = far[block];
  const next = far[block + 1];
  if (here === undefined || Math.abs(here.offsetUs - near.offsetUs) <= 2 * slackUs) return undefined;
  if (here.strength < certain || here.strength < 1.2 * near.strength) return undefined;
  const agreed =
    next === undefined
      ? here.strength > 2 * certain
      : Math.abs(next.offsetUs - here.offsetUs) < 1.5 * slackUs;
  return agreed ? here : undefined;
}

/** Near, then within a minute, then around whole and half hours: a log whose zone was misread. */
function firstVote(sample: ClockSample, until: number, slackUs: number): Vote {
  const look = (aroundUs: number, reach: number): Vote =>
    peakOf(countVotes(sample, 0, until, slackUs, aroundUs, reach));
  const near = look(0, reachUs);
  if (near.strength >= certain + 1) return near;
  let best = near;
  const wide = look(0, wideReachUs);
  if (wide.strength > Math.max(certain + 2, 1.5 * best.strength)) best = wide;
  for (let halfHours = -maxHalfHours; halfHours <= maxHalfHours; halfHours++) {
    if (halfHours === 0) continue;
    const vote = look(halfHours * halfHourUs, reachUs);
    if (vote.strength > Math.max(certain + 2, 1.5 * best.strength)) best = vote;
  }
  return best.strength >= 3 ? best : { offsetUs: 0, strength: 0 };
}
