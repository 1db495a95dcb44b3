import type { LogEvent } from './event.ts';

/** A host that writes local time as if it were another zone's. */
export interface ZoneShift {
  readonly host: string;
  /** What its times are ahead of its peers', a whole number of quarter hours. */
  readonly minutes: number;
  /** Calls that share an id and say so. */
  readonly votes: number;
}

/** Finds hosts whose clock differs from their peers' by whole quarter hours, by ids that both name within seconds of one another but for that. */
export interface ZoneShifts {
  see(event: LogEvent): void;
  found(): readonly ZoneShift[];
}

/** Ids that one call takes across hosts; who they belong to does not matter. */
const idNames = ['ccm.message.id', 'ccm.client.guid', 'ccm.entra.device.id', 'ccm.entra.user.id'] as const;
const quarterUs = 900e6;
/** Zones differ by at most 26 hours. */
const maxQuarters = 104;
/** One call is over, and its clocks agree, within this. */
const nearUs = 15e6;
/** Calls that must say the same: one in thirty does so by chance. */
const leastVotes = 3;
/** Ids and times of each host that are kept; the oldest go first. */
const maxIds = 50_000;
const maxTimes = 8;
/** Calls of a pair of hosts that are counted for one difference. */
const maxVotes = 16;
/** Pairs of hosts that are kept; the oldest go first. */
const maxPairs = 50_000;

/** Times, by the first host's clock, of calls that say by how many quarters the second host of a pair is ahead. */
type Votes = Map<number, number[]>;

export function createZoneShifts(): ZoneShifts {
  const seen = new Map<string, Map<string, number[]>>();
  /** By pair of hosts, the earlier name first. */
  const pairs = new Map<string, Votes>();
  const servers = new Set<string>();
  let known: readonly ZoneShift[] | undefined;

  function vote(pair: string, quarters: number, timeUs: number): void {
    const votes: Votes = pairs.get(pair) ?? new Map<number, number[]>();
    pairs.set(pair, votes);
    if (pairs.size > maxPairs) for (const oldest of pairs.keys()) if (pairs.delete(oldest)) break;
    const times = votes.get(quarters) ?? [];
    // A call that shares several ids says it once.
    if (times.length >= maxVotes || times.some((before) => Math.abs(before - timeUs) < 2 * nearUs)) return;
    votes.set(quarters, [...times, timeUs]);
    known = undefined;
  }

  function note(id: string, host: string, timeUs: number): void {
    const byHost = seen.get(id) ?? new Map<string, number[]>();
    seen.delete(id);
    seen.set(id, byHost);
    if (seen.size > maxIds) for (const oldest of seen.keys()) if (seen.delete(oldest)) break;
    const own = byHost.get(host) ?? [];
    if (own.some((before) => Math.abs(before - timeUs) < nearUs)) return;
    byHost.set(host, [...own.slice(1 - maxTimes), timeUs]);
    for (const [other, times] of byHost)
      if (other !== host)
        for (const time of times) {
          const quarters = Math.round((timeUs - time) / quarterUs);
          if (Math.abs(quarters) > maxQuarters) continue;
          if (Math.abs(timeUs - time - quarters * quarterUs) > nearUs) continue;
          if (other < host) vote(`${other}\0${host}`, quarters, time);
          else vote(`${host}\0${other}`, quarters === 0 ? 0 : -quarters, timeUs);
        }
  }

  return {
    see({ tier, attributes, record: { source, timeUs } }) {
      if (timeUs === undefined) return;
      if (tier !== 'client') servers.add(source.host);
      for (const name of idNames) {
        const id = attributes[name];
        if (typeof id === 'string' && !/^[0{}-]*$/.test(id)) note(id.toLowerCase(), source.host, timeUs);
      }
    },
    found: () => (known ??= blame(pairs, servers)),
  };
}

/**
 * Hosts that differ from their peers, the one that most calls speak against first: then its peers are not blamed for it. Of a client and
 * a server that only differ from each other it is the client.
 */
function blame(pairs: ReadonlyMap<string, Votes>, servers: ReadonlySet<string>): readonly ZoneShift[] {
  const rank = ({ host }: ZoneShift): number => (servers.has(host) ? 1 : 0);
  const found = new Map<string, ZoneShift>();
  for (;;) {
    const worst = [...opinionsOf(pairs, found)]
      .flatMap(([host, quarters]) => verdictOn(host, quarters))
      .sort((a, b) => b.votes - a.votes || rank(a) - rank(b) || (a.host < b.host ? -1 : 1))[0];
    if (worst === undefined) return [...found.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
    found.set(worst.host, worst);
  }
}

/** By host, how many calls say that it is so many quarters ahead of peers that are not blamed. */
function opinionsOf(
  pairs: ReadonlyMap<string, Votes>,
  blamed: ReadonlyMap<string, ZoneShift>,
): ReadonlyMap<string, Map<number, number>> {
  const opinions = new Map<string, Map<number, number>>();
  for (const [pair, votes] of pairs) {
    const [first = '', second = ''] = pair.split('\0');
    if (blamed.has(first) || blamed.has(second)) continue;
    for (const [host, sign] of [
      [first, -1],
      [second, 1],
    ] as const) {
      const own = opinions.get(host) ?? new Map<number, number>();
      opinions.set(host, own);
      for (const [ahead, { length }] of votes) {
        const quarters = ahead === 0 ? 0 : sign * ahead;
        own.set(quarters, (own.get(quarters) ?? 0) + length);
      }
    }
  }
  return opinions;
}

function verdictOn(host: string, opinions: ReadonlyMap<number, number>): readonly ZoneShift[] {
  const [best, next] = [...opinions].sort(([a, x], [b, y]) => y - x || Math.abs(a) - Math.abs(b));
  if (best === undefined || best[0] === 0 || best[1] < leastVotes || best[1] <= 2 * (next?.[1] ?? 0))
    return [];
  return [{ host, minutes: 15 * best[0], votes: best[1] }];
}
