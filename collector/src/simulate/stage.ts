import { readClock } from './host-clock.ts';
import { logKinds, type LogKind } from './log-kinds.ts';
import { loggedTime, type WrittenRecord } from './log-lines.ts';
import type { SimulationOptions } from './options.ts';
import { createTimedQueue, type Timed } from './record-queue.ts';
import type { Random } from './random.ts';
import type { CallTruth, Stamp } from './truth.ts';
import type { SimulatedHost, World } from './world.ts';

/** A record on its way to its host's log. */
export interface PlacedRecord extends WrittenRecord {
  readonly host: SimulatedHost;
}

interface Planned extends Timed {
  readonly run: () => void;
}

/** Requests of one gateway since its last counter line. */
export interface GatewayCount {
  requests: number;
  elapsedMs: number;
}

/** What stories play on: they plan records and further events at true times; the stage hands them out in order. */
export interface Stage {
  readonly world: World;
  readonly options: SimulationOptions;
  readonly random: Random;
  /** First true time of the simulation. */
  readonly startUs: number;
  readonly endUs: number;
  readonly gatewayCounts: Map<string, GatewayCount>;
  write(
    host: SimulatedHost,
    log: LogName,
    atUs: number,
    thread: number,
    message: string,
    severity?: Severity,
  ): Stamp | undefined;
  plan(atUs: number, run: () => void): void;
  /** Numbers a call and keeps its truth. */
  record(call: Omit<CallTruth, 'call'>): void;
  /** Runs everything that is due by then. */
  runUntil(untilUs: number): void;
  nextUs(): number;
}

export type LogName = keyof typeof logKinds;
type Severity = WrittenRecord['severity'];

export interface StageSinks {
  readonly put: (record: PlacedRecord) => void;
  readonly call: (truth: CallTruth) => void;
}

export function createStage(
  world: World,
  random: Random,
  options: SimulationOptions,
  startUs: number,
  sinks: StageSinks,
): Stage {
  const queue = createTimedQueue<Planned>();
  const losses = random.fork('losses');
  const quantumUs = options.quantumMs * 1000;
  let calls = 0;
  return {
    world,
    options,
    random: random.fork('stories'),
    startUs,
    endUs: startUs + options.hours * 3600e6,
    gatewayCounts: new Map(),
    write(host, log, atUs, thread, message, severity = 1) {
      const lost = losses.chance(options.lost);
      if (lost || !host.collected) return undefined;
      const kind: LogKind = logKinds[log];
      const exactUs = readClock(host.clock, atUs, startUs);
      const tickUs = Math.floor(exactUs / quantumUs) * quantumUs;
      const bias = host.bias(tickUs);
      // A misread zone: the local time is right, the bias says UTC.
      const readUs = Math.floor((host.misread ? tickUs - bias * 60e6 : tickUs) / 1000) * 1000;
      const biasMinutes = host.misread ? 0 : bias;
      const record: PlacedRecord = { host, kind, readUs, biasMinutes, thread, message, severity };
      queue.push({ atUs, run: () => sinks.put(record) });
      return { host: host.name, log: `${kind.name}.log`, thread, time: loggedTime(readUs, biasMinutes) };
    },
    plan: (atUs, run) => queue.push({ atUs, run }),
    record: (call) => sinks.call({ call: ++calls, ...call }),
    runUntil(untilUs) {
      while (queue.nextUs() <= untilUs) queue.pop()?.run();
    },
    nextUs: () => queue.nextUs(),
  };
}
