import { orderEvents, type TimedEvent } from '../records/known-events.ts';
import { createRecentIds, type RecentIds } from '../records/recent-ids.ts';
import type { SourceTimes } from '../records/source-times.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { KnownEvent } from '../segment.ts';
import { createHostIdentities } from './host-identities.ts';
import { type HostLimits, HostStories } from './host-stories.ts';
import type { OpenSegment } from './open-segment.ts';
import type { RolesOf } from './roles-of.ts';
import type { HostFacts } from './story-segment.ts';

export interface TellerOptions {
  readonly knowledge: Knowledge;
  readonly rolesOf: RolesOf;
  readonly times: SourceTimes;
  readonly limits: HostLimits;
  /** Records that come this much late are still told to the stories that they are part of. */
  readonly lateUs: number;
  /** Identities of told records kept for each host, to know copies that come late. */
  readonly maxRecentIds: number;
}

/** What came of telling a host's records. */
export interface Told {
  readonly roots: readonly OpenSegment[];
  readonly hops: readonly OpenSegment[];
  readonly copies: number;
  readonly refused: number;
}

/** Keeps one host's records until no earlier ones are expected, then tells them to its stories in order. */
export interface HostTeller {
  readonly facts: HostFacts;
  push(event: TimedEvent): void;
  /** `seen` hears of every record once. `last`: nothing more will come. */
  tell(untilUs: number, seen: (known: KnownEvent) => void): Told;
  /** Nothing of it is open or waiting. */
  readonly idle: boolean;
  readonly openCount: number;
  readonly oldestHopUs: number;
  /** Time of the oldest record that is not told, or that a span not released is made of; Infinity with none. */
  readonly neededFromUs: number;
  /** Time of its last record. */
  readonly lastUs: number;
}

export function createHostTeller(name: string, site: string, options: TellerOptions): HostTeller {
  const { knowledge, rolesOf, times, limits } = options;
  const stories = new HostStories(knowledge, rolesOf, limits);
  const identities = createHostIdentities();
  let pending: TimedEvent[] = [];
  let late: TimedEvent[] = [];
  let toldUntilUs = -Infinity;
  let lastUs = -Infinity;
  let recent: RecentIds | undefined;
  let refused = 0;

  function tellTo(to: HostStories, events: TimedEvent[], seen: (known: KnownEvent) => void): number {
    let copies = 0;
    const ordered = orderEvents(events, times, (known) => {
      if (recent?.add(known.id) === false) {
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
    facts: { name, site, identities },
    get idle() {
      return (
        pending.length === 0 && late.length === 0 && stories.openCount === 0 && stories.waitingCount === 0
      );
    },
    get openCount() {
      return stories.openCount;
    },
    get oldestHopUs() {
      return stories.oldestHopUs;
    },
    get neededFromUs() {
      let oldest = stories.oldestUs;
      for (const { record } of pending) if (record.timeUs < oldest) oldest = record.timeUs;
      for (const { record } of late) if (record.timeUs < oldest) oldest = record.timeUs;
      return oldest;
    },
    get lastUs() {
      return lastUs;
    },
    push(event) {
      const { timeUs } = event.record;
      if (timeUs > lastUs) lastUs = timeUs;
      if (timeUs < toldUntilUs - options.lateUs) late.push(event);
      else pending.push(event);
    },
    tell(untilUs, seen) {
      // Copies can come late only where records are told before all have come.
      if (untilUs !== Infinity) recent ??= createRecentIds(options.maxRecentIds);
      let due = pending;
      if (untilUs === Infinity) pending = [];
      else {
        due = [];
        const rest: TimedEvent[] = [];
        for (const event of pending) (event.record.timeUs < untilUs ? due : rest).push(event);
        pending = rest;
      }
      let copies = tellTo(stories, due, seen);
      stories.expire(untilUs);
      const { roots, hops } = stories.release(untilUs);
      toldUntilUs = Math.max(toldUntilUs, untilUs);
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
      return {
        roots: [...roots, ...lateParts.roots],
        hops: [...hops, ...lateParts.hops],
        copies,
        refused: lost,
      };
    },
  };
}
