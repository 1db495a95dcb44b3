import type { LogEvent } from '../model/event.ts';
import type { LogRecord, LogSource } from '../model/record.ts';
import type { Trace } from '../model/span.ts';
import { createZoneShifts } from '../model/zone-shifts.ts';
import { createAssembler } from './assembly/assemble.ts';
import { createGatewayCounters } from './assembly/counters.ts';
import { createDisturbances } from './assembly/disturbances.ts';
import { createJoinBatches } from './assembly/join-batches.ts';
import { type CorrelatorOptions, correlatorDefaults } from './correlator-options.ts';
import { mayCall } from './join/hop-members.ts';
import { joinSegments } from './join/index.ts';
import type { Knowledge, StoryRule } from './knowledge/knowledge.ts';
import { readKnowledge } from './knowledge/read-knowledge.ts';
import type { TimedEvent } from './records/known-events.ts';
import { createPendingRecords } from './records/pending-records.ts';
import { createRecentIds } from './records/recent-ids.ts';
import { createSourceTimes } from './records/source-times.ts';
import type { KnownEvent } from './segment.ts';
import { createHostTeller, type HostTeller, weightOf } from './stories/host-teller.ts';
import { createRolesOf } from './stories/roles-of.ts';
import { createToSegment, type StorySegment } from './stories/story-segment.ts';

/** LogEvents in, in any order across sources; each trace out once, when it is complete and settled. */
export interface Correlator {
  push(events: readonly LogEvent[]): void;
  /**
   * Sources were read until `untilUs` (UTC microseconds). What comes up to the settle time after that gives what one
   * pass gives; records that come later still tell stories of their own, linked. `early`: they were not, but what waits must go;
   * what belongs to a story that has not come then stands for itself.
   */
  advance(untilUs: number, early?: boolean): readonly Trace[];
  /** Nothing more will come: every story ends. */
  finish(): readonly Trace[];
  /** Time as logged of the oldest record that a trace not yet out may be made of; Infinity with none. */
  readonly neededFromUs: number;
  /** Spans that have begun and not ended. */
  readonly openCount: number;
  /** About what the records take in memory that wait to be told, bytes. */
  readonly waitingBytes: number;
}

/**
 * Reads `stories/*.yaml` and `diagnoses.yaml` of mappings folders; a later folder's files stand over an earlier one's.
 * Throws one Failure that lists every problem as file:line.
 */
export function loadKnowledge(mappingsFolders: readonly string[]): Promise<Knowledge> {
  return readKnowledge(mappingsFolders);
}

/** How long what a gateway counted is kept for requests that are still open. */
const countersKeptUs = 3600e6;
/** A gateway writes what it counted at the latest so long after a request. */
const countedEveryUs = 60e6;
/** Everything happens at multiples of this, by the time that records were logged at, however often `advance` is called. */
const stepUs = 5e6;
/** Which generation came first is known for so long after its last record; files turn often. */
const timesKeptUs = 900e6;
/** What is old is forgotten so often. */
const forgetEveryUs = 300e6;

export function createCorrelator(
  given: Pick<CorrelatorOptions, 'knowledge' | 'report'> & Partial<CorrelatorOptions>,
): Correlator {
  const options: CorrelatorOptions = { ...correlatorDefaults, ...given };
  const { knowledge, report, settleUs } = options;
  const times = createSourceTimes();
  const counters = createGatewayCounters();
  const counted = createPendingRecords();
  const joins = createJoinBatches({
    join: joinSegments,
    joins: options.joins,
    checked: options.checked,
    quietUs: options.quietUs,
    minSpanUs: options.minWindowUs,
    maxSpanUs: options.windowUs,
    marginUs: options.quietUs,
    history: options.history,
    recent: options.recentHops,
    maxHosts: options.maxClockHosts,
  });
  const disturbances = createDisturbances(knowledge, options.maxDisturbances);
  const zones = createZoneShifts();
  const assembler = createAssembler({
    knowledge,
    joins,
    counters,
    disturbances,
    zones,
    original: options.original,
  });
  const toSegment = createToSegment();
  const tellerOptions = {
    knowledge,
    rolesOf: createRolesOf(knowledge),
    times,
    limits: {
      maxOpen: options.maxOpenPerHost,
      maxEvents: options.maxEventsPerSpan,
      maxSpans: options.maxSpansPerTrace,
    },
    maxAgeUs: options.maxHostAgeUs,
    recent: createRecentIds(options.maxRecentIds),
  };
  const hosts = new Map<string, HostTeller>();
  let roots: StorySegment[] = [];
  /** What began before was told, or is told, without all of its company. */
  let earlyUntilUs = -Infinity;
  let toldUntilUs = -Infinity;
  let forgottenUs = -Infinity;
  let waitingBytes = 0;

  function hostOf(name: string): HostTeller {
    const key = name.toLowerCase();
    let host = hosts.get(key);
    if (host === undefined) {
      host = createHostTeller(name, options.siteOf(name), tellerOptions);
      hosts.set(key, host);
    }
    return host;
  }

  function seen(known: KnownEvent): void {
    disturbances.see(known);
  }

  /** When something is to be done next, on the grid of steps; Infinity where nothing is. */
  function nextStepUs(): number {
    if (joins.waits || roots.length > 0) return toldUntilUs + stepUs;
    let dueUs = Infinity;
    for (const host of hosts.values()) if (host.dueUs < dueUs) dueUs = host.dueUs;
    return Math.max(toldUntilUs + stepUs, (Math.floor(dueUs / stepUs) + 1) * stepUs);
  }

  /** Until when all hops that began are there, but for those that the others wait for no longer. */
  function knownUntil(untilUs: number): number {
    let oldestUs = untilUs;
    for (const { openHops } of hosts.values())
      for (const { rule, startUs } of openHops)
        if (startUs < oldestUs && startUs >= untilUs - patienceUs(rule)) oldestUs = startUs;
    return oldestUs;
  }

  /** One request that never ends must not hold back the traces of all devices; one that falls silent is waited for. */
  function patienceUs({ idleUs, lingerUs }: StoryRule): number {
    return Math.max(options.maxHopWaitUs, idleUs + lingerUs + 2 * stepUs);
  }

  /** The steps up to a time, each with what it gives: one pass takes the same steps as many calls do. */
  function advance(untilUs: number, last: boolean): readonly Trace[] {
    const traces: Trace[] = [];
    let next = nextStepUs();
    for (; next <= untilUs && next < Infinity; next = nextStepUs()) traces.push(...step(next, last));
    if (untilUs === Infinity) traces.push(...step(Infinity, true));
    else toldUntilUs = Math.max(toldUntilUs, Math.floor(untilUs / stepUs) * stepUs);
    report.count('traces', traces.length);
    report.count(
      'spans',
      traces.reduce((sum, { spans }) => sum + spans.length, 0),
    );
    return traces.sort((a, b) => a.spans[0].startUs - b.spans[0].startUs || (a.traceId < b.traceId ? -1 : 1));
  }

  function step(untilUs: number, last: boolean): readonly Trace[] {
    // Steps that were left out would have known as much.
    if (untilUs !== Infinity) joins.decide(knownUntil(untilUs - stepUs));
    toldUntilUs = untilUs;
    // A gateway counts an interval at its end.
    for (const event of counted.takeBefore(untilUs + Math.min(settleUs, countedEveryUs))) counters.see(event);
    let copies = 0;
    let refused = 0;
    for (const host of hosts.values()) {
      if (host.dueUs >= untilUs) continue;
      const told = host.tell(untilUs, last, seen);
      copies += told.copies;
      refused += told.refused;
      waitingBytes -= told.bytes;
      for (const hop of told.hops) joins.add(toSegment(hop, host.facts));
      for (const root of told.roots) roots.push(toSegment(root, host.facts));
    }
    if (copies > 0) report.count('duplicates', copies);
    if (refused > 0) report.lost('story_limit', refused);
    const traces = complete(joins.decide(knownUntil(untilUs)));
    if (untilUs !== Infinity && untilUs >= forgottenUs + forgetEveryUs) forget(untilUs);
    return traces;
  }

  /** Traces of the roots that ended before all was decided that they could be joined with. */
  function complete(decidedUntilUs: number): readonly Trace[] {
    const traces: Trace[] = [];
    const open: StorySegment[] = [];
    const alone = roots.filter((root) => joins.parentOf(root) === undefined);
    for (const root of alone) {
      if (root.endUs >= decidedUntilUs || mayBeCalled(root)) open.push(root);
      else {
        const opening = firstRecord(root);
        const again = opening !== undefined && options.isTold(opening);
        const trace = again ? undefined : assembler.traceOf(root, root.startUs < earlyUntilUs);
        if (trace !== undefined) traces.push(trace);
      }
    }
    roots = open;
    return traces;
  }

  /** A hop without a caller waits while a request of another host is open that began before it: that may have been its caller. */
  function mayBeCalled({ rule, startUs, host }: StorySegment): boolean {
    if (!rule.hop || rule.tier === 'client') return false;
    const latestUs = startUs + options.quietUs;
    for (const { facts, openHops } of hosts.values())
      if (facts.name !== host)
        for (const open of openHops)
          if (open.startUs <= latestUs && mayCall(open.rule.span, rule.span)) return true;
    return false;
  }

  function forget(untilUs: number): void {
    forgottenUs = untilUs;
    const beforeUs = untilUs - options.maxHostAgeUs;
    for (const [key, host] of hosts) if (host.idle && host.lastUs < beforeUs) hosts.delete(key);
    times.forgetBefore(untilUs - timesKeptUs);
    counters.forgetBefore(untilUs - countersKeptUs);
  }

  return {
    push(events) {
      let lost = 0;
      let source: LogSource | undefined;
      let host: HostTeller | undefined;
      for (const event of events) {
        const { record } = event;
        if (record.timeUs === undefined) {
          lost++;
          continue;
        }
        if (host === undefined || record.source !== source) {
          source = record.source;
          host = hostOf(source.host);
        }
        times.see(source, record.timeUs);
        zones.see(event);
        if (event.name === 'gateway.requests.counted') counted.add(event as TimedEvent);
        host.push(event as TimedEvent, toldUntilUs);
        waitingBytes += weightOf(event as TimedEvent);
      }
      if (lost > 0) report.lost('event_without_time', lost);
    },
    advance(untilUs, early = false) {
      if (early) earlyUntilUs = Math.max(earlyUntilUs, untilUs - settleUs);
      return advance(untilUs - settleUs, false);
    },
    finish: () => advance(Infinity, true),
    get neededFromUs() {
      let oldest = Infinity;
      for (const host of hosts.values()) oldest = Math.min(oldest, host.neededFromUs);
      for (const { startUs } of roots) oldest = Math.min(oldest, startUs);
      return oldest;
    },
    get openCount() {
      let count = 0;
      for (const host of hosts.values()) count += host.openCount;
      return count;
    },
    get waitingBytes() {
      return waitingBytes;
    },
  };
}

/** The record that a root's tree begins with. */
function firstRecord(root: StorySegment): LogRecord | undefined {
  let first: KnownEvent | undefined;
  for (const segment of [root, ...root.children])
    for (const known of segment.events) if (first === undefined || known.timeUs < first.timeUs) first = known;
  return first?.event.record;
}
