import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulation } from '../../collector/src/simulate/index.ts';
import type { CallTruth, Stamp } from '../../collector/src/simulate/truth.ts';
import { type FileSpan, readOtlpLines } from '../support/otlp-lines.ts';
import { runCli } from '../support/run-cli.ts';

export type SimulatedFleet = NonNullable<Parameters<typeof createSimulation>[0]>;

/** What became of the spans of one hop in the traces of a whole fleet. */
export interface HopTally {
  /** Spans of the callee whose caller is in the logs too. */
  calls: number;
  /** Under a caller of another host, and under the right one. */
  placed: number;
  right: number;
  /** Joins that say 0.95 or more. */
  certain: number;
  certainWrong: number;
}

export const hops = [
  'client → connection point',
  'client → gateway',
  'client → STS',
  'gateway → connection point',
  'connection point → STS',
  'client → registration',
] as const;
export type Hop = (typeof hops)[number];

/** By hop; `wrong` names each join that is wrong although it says 0.95 or more. */
export interface FleetScore {
  readonly hops: ReadonlyMap<Hop, HopTally>;
  readonly wrong: readonly string[];
}

/** Simulates a fleet, has `ccmtrace ingest` read it whole, and holds its traces against truth.json. */
export async function scoreFleet(fleet: SimulatedFleet): Promise<FleetScore> {
  const folder = await mkdtemp(join(tmpdir(), 'ccmtrace-joins-'));
  try {
    const logs = join(folder, 'logs');
    await createSimulation({ noise: 0.2, ...fleet }).write(logs);
    const file = join(folder, 'traces.otlp');
    const { code, stderr } = await runCli(['ingest', join(logs, 'fleet'), '--otlp-file', file]);
    if (code !== 0) throw new Error(`Cannot read the simulated fleet: ${stderr}`);
    const { calls } = JSON.parse(await readFile(join(logs, 'truth.json'), 'utf8')) as { calls: CallTruth[] };
    return scoreTraces(calls, await readOtlpLines(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Server spans that a caller on another host may stand over. */
const callees = new Set(['gateway forward', 'connection point forward', 'issue token', 'register client']);

type Part = 'client' | 'gateway' | 'forward' | 'sts' | 'register';
const parts: readonly Part[] = ['client', 'gateway', 'forward', 'sts', 'register'];

interface Owner {
  readonly call: CallTruth;
  readonly part: Part;
}

function scoreTraces(calls: readonly CallTruth[], spans: readonly FileSpan[]): FleetScore {
  const owners = new Map<string, Owner>();
  /** Coarse stamps: two calls whose records cannot be told apart by their stamps. */
  const alike = new Set<string>();
  for (const call of calls)
    for (const part of parts) {
      const stamp = call[part];
      if (stamp === undefined) continue;
      const byId = part === 'forward' || (part === 'gateway' && call.messageId !== '');
      const key = byId ? `${part}/${call.messageId}` : keyOf(stamp);
      if (owners.has(key)) alike.add(key);
      owners.set(key, { call, part });
    }
  const ownerOf = (span: FileSpan): Owner | undefined => {
    const id = span.attributes['ccm.message.id'];
    if (typeof id === 'string')
      return owners.get(`${span.name === 'gateway forward' ? 'gateway' : 'forward'}/${id}`);
    const keys = span.events.map((event) => keyOfEvent(event.attributes));
    const key = keys.find((known) => owners.has(known));
    return key === undefined || alike.has(key) ? undefined : owners.get(key);
  };
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const told = new Set<string>();
  for (const span of spans) {
    const owner = ownerOf(span);
    if (owner !== undefined) told.add(`${owner.part}${owner.call.call}`);
  }
  const tallies = new Map<Hop, HopTally>();
  const wrong: string[] = [];
  for (const span of spans) {
    if (!callees.has(span.name)) continue;
    const owner = ownerOf(span);
    const parent = byId.get(span.parentSpanId);
    const inferred = parent !== undefined && parent.service !== span.service;
    if (owner === undefined || owner.part === 'client') continue;
    const caller = inferred ? ownerOf(parent) : undefined;
    // A caller whose telling record is lost: nobody can say whether it is the right one.
    if (inferred && caller === undefined) continue;
    const callerPart = caller?.part ?? callerOf(owner, told);
    const hop = hopOf(callerPart, owner.part);
    if (hop === undefined) continue;
    const tally = tallies.get(hop) ?? { calls: 0, placed: 0, right: 0, certain: 0, certainWrong: 0 };
    tallies.set(hop, tally);
    tally.calls++;
    if (!inferred) continue;
    const right = caller?.call === owner.call;
    const confidence = Number(span.attributes['ccm.link.confidence']);
    tally.placed++;
    if (right) tally.right++;
    if (confidence < 0.95) continue;
    tally.certain++;
    if (right) continue;
    tally.certainWrong++;
    wrong.push(
      `${hop}: call ${owner.call.call} (${owner.call.failure || 'ok'}, ${owner.call.device}) under call ${caller?.call.call} (${caller?.call.failure || 'ok'}, ${caller?.call.device}), ${String(span.attributes['ccm.link.method'])} ${confidence}`,
    );
  }
  return { hops: tallies, wrong };
}

/** What called it, of what the logs tell; undefined where nothing does. */
function callerOf({ call, part }: Owner, told: ReadonlySet<string>): Part | undefined {
  const chain: readonly Part[] = part === 'register' ? ['client'] : ['forward', 'gateway', 'client'];
  const outer = part === 'forward' ? chain.slice(1) : part === 'gateway' ? chain.slice(2) : chain;
  return outer.find((above) => told.has(`${above}${call.call}`));
}

const names: Readonly<Record<Part, string>> = {
  client: 'client',
  gateway: 'gateway',
  forward: 'connection point',
  sts: 'STS',
  register: 'registration',
};

function hopOf(caller: Part | undefined, callee: Part): Hop | undefined {
  if (caller === undefined) return undefined;
  const hop = `${names[caller]} → ${names[callee]}`;
  return hops.find((known) => known === hop);
}

function keyOf({ host, thread, time }: Stamp): string {
  return `${host}/${thread}/${time}`;
}

function keyOfEvent(attributes: Readonly<Record<string, unknown>>): string {
  const path = String(attributes['log.file.path']);
  const host = /[\\/]fleet[\\/]([^\\/]+)/.exec(path)?.[1] ?? '';
  return `${host}/${String(attributes['thread.id'])}/${String(attributes['ccm.log.time'])}`;
}
