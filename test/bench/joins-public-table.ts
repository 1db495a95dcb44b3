import { matchCalls } from '../../collector/src/correlate/join/intervals/match-calls.ts';
import { matchIntervals } from '../../collector/src/correlate/join/intervals/match-intervals.ts';
import type { MatchProblem } from '../../collector/src/correlate/join/intervals/problem.ts';
import { greedyContainment, wap5Like } from './joins-baselines.ts';
import { percent } from './joins-fleet-tables.ts';
import { type CallSlot, endToEnd, publicSets, readPublicSet, type ServiceCalls } from './joins-public.ts';

/** As published, end-to-end accuracy in %: WAP5, first come, vPath, TraceWeaver, its top five. */
const published: Readonly<Record<(typeof publicSets)[number], string>> = {
  hotel_load75: '41.2 | 64.8 | 83.8 | 99.4 | 99.9',
  hotel_load125: '25.1 | 54.8 | 73.2 | 98.1 | 99.8',
  media_load50: '76.1 | 82.6 | 61.6 | 91.2 | 98.4',
  node_load75: '76–83 | 100.0 | 64–67 | 98.2 | 99.5',
};

/** Share of 1,000 traces with every call right, without ids. */
export function publicTable(): string {
  const lines = [
    '| data | WAP5 (published) | first come (published) | vPath (published) | TraceWeaver (published) | its top-5 (published) | first come | WAP5-like | greedy | each endpoint alone | **this matcher** |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const set of publicSets) {
    const tasks = readPublicSet(set);
    const quantumUs = stampQuantum(tasks);
    const alone = (find: (problem: MatchProblem) => Int32Array): string =>
      percent(
        endToEnd(
          tasks,
          tasks.map((task) =>
            task.slots.map((slot) => servedOf(slot, find(problemOf(task, slot, quantumUs)))),
          ),
        ),
      );
    const joint = tasks.map((task) => matchCalls(servedCalls(task, quantumUs)).servedOf);
    const cells = [
      published[set],
      alone(({ asks }) => Int32Array.from(asks.keys())),
      alone(wap5Like),
      alone(greedyContainment),
      alone((problem) => matchIntervals(problem).callee),
      `**${percent(endToEnd(tasks, joint))}**`,
    ];
    lines.push(`| ${set.replace('_load', ' ')} | ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

function servedCalls(task: ServiceCalls, quantumUs: number): Parameters<typeof matchCalls>[0] {
  return { served: { startUs: task.servedStartUs, endUs: task.servedEndUs }, slots: task.slots, quantumUs };
}

/** Whole milliseconds in all stamps are the quantum; else microseconds. */
function stampQuantum(tasks: readonly ServiceCalls[]): number {
  const whole = tasks.every(({ servedStartUs }) => servedStartUs.every((us) => us % 1000 === 0));
  return whole ? 1000 : 1;
}

function problemOf(task: ServiceCalls, slot: CallSlot, quantumUs: number): MatchProblem {
  const columns = (startUs: Float64Array, endUs: Float64Array): MatchProblem['callers'] => ({
    startUs,
    endUs,
    clock: new Int32Array(startUs.length),
    known: new Uint8Array(startUs.length).fill(3),
  });
  return {
    callers: columns(task.servedStartUs, task.servedEndUs),
    callees: columns(slot.startUs, slot.endUs),
    asks: new Int32Array(task.servedStartUs.length),
    fields: undefined,
    sameClock: true,
    quantumUs,
  };
}

function servedOf(slot: CallSlot, callee: Int32Array): Int32Array {
  const rows = new Int32Array(slot.startUs.length).fill(-1);
  callee.forEach((call, row) => {
    if (call >= 0) rows[call] = row;
  });
  return rows;
}
