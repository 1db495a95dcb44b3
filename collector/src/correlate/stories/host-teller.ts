import { orderEvents, type TimedEvent } from '../records/known-events.ts';
import { createPendingRecords } from '../records/pending-records.ts';
import type { RecentIds } from '../records/recent-ids.ts';
import type { SourceTimes } from '../records/source-times.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { KnownEvent } from '../segment.ts';
import { createHostIdentities } from './host-identities.ts';
import { type HostLimits, HostStories, type OpenHop } from './host-stories.ts';
import type { OpenSegment } from './open-segment.ts';
import type { RolesOf } from './roles-of.ts';
import type { HostFacts } from './story-segment.ts';

export interface TellerOptions {
  readonly knowledge: Knowledge;
  readonly rolesOf: RolesOf;
  readonly times: SourceTimes;
  readonly limits: HostLimits;
  /** A host without a record for this long begins anew: what its lines said of it is forgotten. */
  readonly maxAgeUs: number;
  /** Identities of records told of late, of all hosts, to know copies that come late. */
  readonly recent: RecentIds;
}

/** What came of telling a host's records. */
export interface Told {
  readonly roots: readonly OpenSegment[];
  readonly hops: readonly OpenSegment[];
  readonly copies: number;
  readonly refused: number;
  /** About what the records told took in memory while they waited, bytes. */
  readonly bytes: number;
}

/** Keeps one host's records until no earlier ones are expected, then tells them to its stories in order. */
export interface HostTeller {
  readonly facts: HostFacts;
  /** `toldUntilUs`: until when all hosts were told. */
  push(event: TimedEvent, toldUntilUs: number): void;
  /** Records before `untilUs`; `seen` hears of every record once. `last`: nothing more will come. */
  tell(untilUs: number, last: boolean, seen: (known: KnownEvent) => void): Told;
  /** Nothing of it is open or waiting. */
  readonly idle: boolean;
  readonly openCount: number;
  /** Telling it until a time at or before this changes nothing; Infinity where nothing waits. */
  readonly dueUs: number;
  /** As of the last telling. */
  readonly openHops: readonly OpenHop[];
  /** Time of the oldest record that is not told, or that a span not released is made of; Infinity with none. */
  readonly neededFromUs: number;
  /** Time of its last record. */
  readonly lastUs: number;
}

/** About what a record takes in memory while it waits to be told, bytes: its text in two forms, and what is known of it. */
export function weightOf({ record }: TimedEvent): number {
  return 2 * record.message.length + 1000;
}

export function createHostTeller(name: string, site: string, options: TellerOptions): HostTeller {
  const { knowledge, rolesOf, times, limits } = options;
  let stories = new HostStories(knowledge, rolesOf, limits);
  let identities = createHostIdentities();
  const pending = createPendingRecords();
  let late: TimedEvent[] = [];
  let told = false;
  let lastUs = -Infinity;
  let lastToldUs = -Infinity;
  let mayComeAgain = false;
  let refused = 0;
  let openHops: readonly OpenHop[] = [];

  function tellTo(to: HostStories, events: TimedEvent[], seen: (known: KnownEvent) => void): number {
    let copies = 0;
    const ordered = orderEvents(events, times, (known) => {
      if (mayComeAgain && !options.recent.add(known.id)) {
        copies++;
        return;
      }
      seen(known);
      if (known.event.tier === 'client') identities.learn(known);
      to.take(known);
    });
    return copies + ordered;
  }

  return {
    get facts() {
      return { name, site, identities };
    },
    get idle() {
      return pending.size === 0 && late.length === 0 && stories.openCount === 0 && stories.waitingCount === 0;
    },
    get openCount() {
      return stories.openCount;
    },
    get dueUs() {
      return late.length > 0 ? -Infinity : Math.min(pending.oldestUs, stories.dueUs);
    },
    get openHops() {
      return openHops;
    },
    get neededFromUs() {
      let oldest = Math.min(stories.oldestUs, pending.oldestUs);
      for (const { record } of late) if (record.timeUs < oldest) oldest = record.timeUs;
      return oldest;
    },
    get lastUs() {
      return lastUs;
    },
    push(event, toldUntilUs) {
      const { timeUs } = event.record;
      if (timeUs > lastUs) lastUs = timeUs;
      if (told && timeUs < toldUntilUs) late.push(event);
      else pending.add(event);
    },
    tell(untilUs, last, seen) {
      // Copies can come late only where records are told before all have come.
      if (!last) mayComeAgain = true;
      told = true;
      const due = pending.takeBefore(untilUs);
      let bytes = 0;
      for (const event of due) bytes += weightOf(event);
      for (const event of late) bytes += weightOf(event);
      const [first] = due;
      if (first !== undefined) {
        const begun = stories.openCount > 0 || stories.waitingCount > 0;
        if (!begun && first.record.timeUs > lastToldUs + options.maxAgeUs) {
          stories = new HostStories(knowledge, rolesOf, limits);
          identities = createHostIdentities();
        }
        lastToldUs = due.at(-1)?.record.timeUs ?? lastToldUs;
      }
      let copies = tellTo(stories, due, seen);
      stories.expire(untilUs);
      const { roots, hops } = stories.release(untilUs);
      let lateParts: Pick<Told, 'roots' | 'hops'> = { roots: [], hops: [] };
      if (late.length > 0) {
        // What came too late for the stories it was part of tells a story of its own.
        const own = new HostStories(knowledge, rolesOf, limits);
        copies += tellTo(own, late, seen);
        late = [];
        own.expire(Infinity);
        lateParts = own.release(Infinity);
        refused += own.refused;
      }
      const lost = refused + stories.refused;
      refused = 0;
      stories.refused = 0;
      openHops = stories.openHops;
      return {
        roots: [...roots, ...lateParts.roots],
        hops: [...hops, ...lateParts.hops],
        copies,
        refused: lost,
        bytes,
      };
    },
  };
}
