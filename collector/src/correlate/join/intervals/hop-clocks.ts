import type { CalleeLane } from './candidates.ts';
import { type ClockTrack, flatTrack } from './clock-track.ts';
import { type ClockSample, type Vote, voteOffset } from './clock-vote.ts';
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
const certain = 6;
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

export function sampleOf(problem: MatchProblem, callerClock: number, lane: CalleeLane): ClockSample {
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
  const votes: Vote[] = [];
  let around = firstVote(sample, edge(1), slackUs).offsetUs;
  for (let block = 0; block < blocks; block++) {
    const near = voteOffset(sample, edge(block), edge(block + 1), slackUs, around, 4 * slackUs);
    const far = voteOffset(sample, edge(block), edge(block + 1), slackUs, around, reachUs);
    // A step is believed only if it explains far more than staying does.
    const moved =
      Math.abs(far.offsetUs - near.offsetUs) > 2 * slackUs &&
      far.strength > certain &&
      far.strength > 1.2 * near.strength;
    const vote = moved ? far : near.strength > 2 ? near : { offsetUs: around, strength: 0 };
    votes.push(vote);
    around = vote.offsetUs;
  }
  const atUs = new Float64Array(blocks);
  const offsetUs = new Float64Array(blocks);
  const stepBefore = new Uint8Array(blocks);
  const stepAtUs = new Float64Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const from = sample.callerStartUs[edge(block)] ?? 0;
    const until = sample.callerStartUs[Math.max(0, edge(block + 1) - 1)] ?? from;
    atUs[block] = (from + until) / 2;
    offsetUs[block] = votes[block]?.offsetUs ?? 0;
    const left = offsetUs[block - 1] ?? 0;
    const right = offsetUs[block] ?? 0;
    if (block === 0 || Math.abs(right - left) <= 1.5 * slackUs) continue;
    stepBefore[block] = 1;
    stepAtUs[block] = locateStep(sample, edge(block - 1), edge(block + 1), left, right, slackUs);
  }
  return { atUs, offsetUs, stepBefore, stepAtUs };
}

/** Near, then within a minute, then around whole and half hours: a log whose zone was misread. */
function firstVote(sample: ClockSample, until: number, slackUs: number): Vote {
  const near = voteOffset(sample, 0, until, slackUs, 0, reachUs);
  if (near.strength >= certain) return near;
  let best = near;
  const wide = voteOffset(sample, 0, until, slackUs, 0, wideReachUs);
  if (wide.strength > Math.max(certain + 1, 1.5 * best.strength)) best = wide;
  for (let halfHours = -maxHalfHours; halfHours <= maxHalfHours; halfHours++) {
    if (halfHours === 0) continue;
    const vote = voteOffset(sample, 0, until, slackUs, halfHours * halfHourUs, reachUs);
    if (vote.strength > Math.max(certain + 1, 1.5 * best.strength)) best = vote;
  }
  return best.strength >= 3 ? best : { offsetUs: 0, strength: 0 };
}
