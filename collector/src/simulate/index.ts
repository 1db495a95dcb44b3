import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { createFleetWriter, type FleetWriter } from './fleet-writer.ts';
import { defaultSimulationOptions, type SimulationOptions, simulationProblems } from './options.ts';
import { createRandom } from './random.ts';
import { scheduleFleet } from './schedule.ts';
import { createStage, type Stage } from './stage.ts';
import type { CallTruth, HostTruth } from './truth.ts';
import { createWorld, type SimulatedHost, type World } from './world.ts';

export interface SimulationSummary {
  readonly hosts: number;
  readonly records: number;
  readonly bytes: number;
  readonly calls: number;
  readonly failures: number;
}

/** A fleet's logs with the truth about them; the same options give the same bytes. */
export interface Simulation {
  /**
   * Writes `fleet/<host>/…` (and `late/<host>/…`) and truth.json into an empty or new folder.
   * Throws before the first byte where the folder holds anything.
   */
  write(folder: string): Promise<SimulationSummary>;
  /** The same in real time from now on, until the signal or the end; late hosts' logs appear when their time has come. */
  live(folder: string, clock: Clock, signal: AbortSignal): Promise<SimulationSummary>;
}

const flushAtBytes = 8 << 20;
const liveTickMs = 200;

/** Throws one error that lists every problem in the options. */
export function createSimulation(given: Partial<SimulationOptions> = {}): Simulation {
  const options: SimulationOptions = { ...defaultSimulationOptions, ...given };
  const problems = simulationProblems(options);
  if (problems.length > 0) throw new Error(`Cannot simulate a fleet: ${problems.join('; ')}.`);
  return {
    write: (folder) => play(folder, options, writeAtOnce),
    live: (folder, clock, signal) =>
      play(folder, { ...options, startUs: clock.nowUs() }, (stage, writers) =>
        writeLive(stage, writers, clock, signal),
      ),
  };
}

interface Writers {
  readonly punctual: FleetWriter;
  readonly late: FleetWriter;
}

type Pace = (stage: Stage, writers: Writers) => Promise<void>;

async function play(folder: string, options: SimulationOptions, pace: Pace): Promise<SimulationSummary> {
  await mkdir(folder, { recursive: true });
  const found = await readdir(folder);
  if (found.length > 0)
    throw new Error(
      `Cannot simulate into ${folder}: it holds ${found.length} entries. Give an empty or new folder.`,
    );
  const random = createRandom(options.seed);
  const world = createWorld(random.fork('world'), options);
  const writers: Writers = {
    punctual: createFleetWriter(folder, options.rollBytes),
    late: createFleetWriter(folder, options.rollBytes),
  };
  const truth = createWriteStream(join(folder, 'truth.json'));
  truth.write(
    `{"options":${JSON.stringify(options)},\n"hosts":${JSON.stringify(hostTruths(world))},\n"calls":[`,
  );
  let calls = 0;
  let failures = 0;
  const call = (told: CallTruth): void => {
    truth.write(`${calls === 0 ? '' : ','}\n${JSON.stringify(told)}`);
    calls++;
    if (told.outcome === 'error') failures++;
  };
  const stage = createStage(world, random, options, options.startUs, {
    put: (record) => (record.host.late ? writers.late : writers.punctual).put(record),
    call,
  });
  scheduleFleet(stage);
  await pace(stage, writers);
  await close(truth);
  const records = writers.punctual.records + writers.late.records;
  const bytes = writers.punctual.bytes + writers.late.bytes;
  return { hosts: hostsOf(world).length, records, bytes, calls, failures };
}

async function writeAtOnce(stage: Stage, { punctual, late }: Writers): Promise<void> {
  while (Number.isFinite(stage.nextUs())) {
    stage.runUntil(stage.nextUs() + 1e6);
    if (punctual.pendingBytes + late.pendingBytes < flushAtBytes) continue;
    await punctual.flush();
    await late.flush();
  }
  await punctual.flush();
  await late.flush();
}

async function writeLive(
  stage: Stage,
  { punctual, late }: Writers,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const lateUs = stage.options.lateMinutes * 60e6;
  let flushLateAtUs = stage.startUs + lateUs;
  while (!signal.aborted && Number.isFinite(stage.nextUs())) {
    const nowUs = clock.nowUs();
    stage.runUntil(nowUs);
    await punctual.flush();
    if (nowUs >= flushLateAtUs) {
      await late.flush();
      flushLateAtUs = nowUs + lateUs;
    }
    await wait(liveTickMs, undefined, { signal }).catch((problem: unknown) => {
      if (!signal.aborted) throw problem;
    });
  }
  await late.flush();
}

async function close(stream: WriteStream): Promise<void> {
  stream.end('\n]}\n');
  await once(stream, 'close');
}

function hostsOf(world: World): readonly SimulatedHost[] {
  const servers = world.sites.flatMap((site) => [
    site.gateway,
    ...site.connectionPoints,
    ...site.managementPoints,
  ]);
  return [...servers, ...world.devices];
}

function hostTruths(world: World): readonly HostTruth[] {
  return hostsOf(world).map((host) => ({
    host: host.name,
    zone: host.zone,
    misreadZone: host.misread,
    offsetMs: host.clock.offsetUs / 1000,
    driftPpm: host.clock.driftPpm,
    stepAt: Number.isFinite(host.clock.stepAtUs) ? new Date(host.clock.stepAtUs / 1000).toISOString() : '',
    stepMs: Number.isFinite(host.clock.stepAtUs) ? host.clock.stepUs / 1000 : 0,
    collected: host.collected,
    late: host.late,
  }));
}
