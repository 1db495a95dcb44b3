import type { Report } from '../contract/loss.ts';
import type { LogEvent } from '../model/event.ts';
import type { Trace } from '../model/span.ts';
import { assemble } from './assembly/assemble.ts';
import { createGatewayCounters } from './assembly/counters.ts';
import type { Original } from './assembly/evidence.ts';
import { type JoinOptions, joinSegments } from './join/index.ts';
import type { Knowledge } from './knowledge/knowledge.ts';
import { readKnowledge } from './knowledge/read-knowledge.ts';
import { createSourceTimes } from './records/source-times.ts';
import { orderEvents, type TimedEvent } from './records/known-events.ts';
import { createHostIdentities, type HostIdentities } from './stories/host-identities.ts';
import { HostStories } from './stories/host-stories.ts';
import { createRolesOf } from './stories/roles-of.ts';
import { type StorySegment, toSegment } from './stories/story-segment.ts';

export interface CorrelatorOptions {
  readonly knowledge: Knowledge;
  readonly report: Report;
  /** Site code of a host; empty where neither configured nor learned. */
  readonly siteOf: (host: string) => string;
  /** What span events keep of the record. Default full. */
  readonly original: Original;
  /** How long an ended story waits for late records of other tiers, event time. Default 60 s. */
  readonly settleUs: number;
  readonly joins: Partial<JoinOptions>;
  /** Spans open at once on one host. Default 10,000. */
  readonly maxOpenPerHost: number;
  /** Records kept as evidence of one span. Default 2,000. */
  readonly maxEventsPerSpan: number;
  /** Spans of one trace on one host. Default 10,000. */
  readonly maxSpansPerTrace: number;
}

/** LogEvents in, in any order across sources; each trace out once, when it is complete and settled. */
export interface Correlator {
  push(events: readonly LogEvent[]): void;
  /** No record before `untilUs` (UTC microseconds) is expected any more. */
  advance(untilUs: number): readonly Trace[];
  /** Nothing more will come: every story ends. */
  finish(): readonly Trace[];
}

/** Reads `stories/*.yaml` and `diagnoses.yaml` of mappings folders; a later folder's files stand over an earlier one's. Throws one Failure that lists every problem as file:line. */
export function loadKnowledge(mappingsFolders: readonly string[]): Promise<Knowledge> {
  return readKnowledge(mappingsFolders);
}

interface Host {
  readonly name: string;
  readonly stories: HostStories;
  readonly identities: HostIdentities;
  pending: TimedEvent[];
}

const defaults = {
  siteOf: () => '',
  original: 'full',
  settleUs: 60e6,
  joins: {},
  maxOpenPerHost: 10_000,
  maxEventsPerSpan: 2_000,
  maxSpansPerTrace: 10_000,
} as const;

export function createCorrelator(
  given: Pick<CorrelatorOptions, 'knowledge' | 'report'> & Partial<CorrelatorOptions>,
): Correlator {
  const options: CorrelatorOptions = { ...defaults, ...given };
  const { knowledge, report } = options;
  const limits = {
    maxOpen: options.maxOpenPerHost,
    maxEvents: options.maxEventsPerSpan,
    maxSpans: options.maxSpansPerTrace,
  };
  const rolesOf = createRolesOf(knowledge);
  const times = createSourceTimes();
  const counters = createGatewayCounters();
  const hosts = new Map<string, Host>();
  let settled: StorySegment[] = [];

  function hostOf(name: string): Host {
    const key = name.toLowerCase();
    let host = hosts.get(key);
    if (host === undefined) {
      host = {
        name,
        stories: new HostStories(knowledge, rolesOf, limits),
        identities: createHostIdentities(),
        pending: [],
      };
      hosts.set(key, host);
    }
    return host;
  }

  function push(events: readonly LogEvent[]): void {
    let lost = 0;
    for (const event of events) {
      const { timeUs, source } = event.record;
      if (timeUs === undefined) {
        lost++;
        continue;
      }
      times.see(source, timeUs);
      hostOf(source.host).pending.push(event as TimedEvent);
    }
    if (lost > 0) report.lost('event_without_time', lost);
  }

  function tell(host: Host, untilUs: number): void {
    const due =
      untilUs === Infinity ? host.pending : host.pending.filter(({ record }) => record.timeUs < untilUs);
    host.pending = untilUs === Infinity ? [] : host.pending.filter(({ record }) => record.timeUs >= untilUs);
    const copies = orderEvents(due, times, (known) => {
      if (known.event.name === 'gateway.requests.counted') counters.see(known);
      if (known.event.tier === 'client') host.identities.learn(known);
      host.stories.take(known);
    });
    if (copies > 0) report.count('duplicates', copies);
    host.stories.expire(untilUs);
    for (const root of host.stories.release(untilUs))
      settled.push(
        toSegment(root, host.name, options.siteOf(host.name), host.identities, root.endUs + options.settleUs),
      );
  }

  return {
    push,
    advance: () => [],
    finish() {
      for (const host of hosts.values()) tell(host, Infinity);
      const roots = settled;
      settled = [];
      const traces = assemble(roots, joinSegments(roots, options.joins), {
        knowledge,
        counters,
        original: options.original,
      });
      report.count('traces', traces.length);
      report.count(
        'spans',
        traces.reduce((sum, { spans }) => sum + spans.length, 0),
      );
      return traces;
    },
  };
}
