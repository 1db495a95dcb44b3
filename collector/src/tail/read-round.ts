import type { Chunk } from '../contract/chunk.ts';
import type { Listed } from './on-disk.ts';
import type { LogGroup } from './log-group.ts';

export interface RoundOptions {
  /** Between two looks at what is written to meanwhile, milliseconds. */
  readonly pollMs: number;
  readonly stopped: () => boolean;
}

/** Bytes read between two tellings of how far all logs are read. */
const tellEveryBytes = 2 << 20;

/** A log is read on until it is this far ahead of the next one, microseconds. */
const aheadUs = 60e6;

/**
 * Reads every log to its end, and of several that have more than a chunk, the one that is furthest behind in time: what
 * belongs together is met together, so that nobody needs to hold all of a long outage. A log that is about to turn is read
 * first all the same.
 * @returns chunks, and now and then the time before which none of them has records left
 */
export async function* readRound(
  groups: ReadonlyMap<string, LogGroup>,
  listed: ReadonlyMap<string, Listed>,
  { pollMs, stopped }: RoundOptions,
): AsyncGenerator<Chunk | number> {
  const open = new Map<LogGroup, AsyncGenerator<Chunk>>();
  const pressing = new Set<LogGroup>();
  let checkedMs = performance.now();
  let read = 0;

  async function step(group: LogGroup): Promise<Chunk | undefined> {
    const next = await open.get(group)?.next();
    if (next === undefined || next.done === true) {
      open.delete(group);
      pressing.delete(group);
      return undefined;
    }
    read += next.value.bytes.length;
    return next.value;
  }

  /** Logs that may turn before their time comes. */
  async function check(): Promise<void> {
    if (performance.now() - checkedMs < pollMs) return;
    for (const group of groups.values()) {
      if (!(await group.isPressing())) continue;
      pressing.add(group);
      if (!open.has(group)) open.set(group, group.look());
    }
    checkedMs = performance.now();
  }

  try {
    for (const group of groups.values()) {
      if (stopped()) return;
      if (!open.has(group)) open.set(group, group.look(listed));
      const chunk = await step(group);
      if (chunk !== undefined) yield chunk;
      await check();
      for (const urgent of pressing) yield* whole(urgent);
    }
    while (open.size > 0) {
      const { group, untilUs } = furthestBehind(open.keys());
      for (let chunk = await step(group); chunk !== undefined; chunk = await step(group)) {
        yield chunk;
        if (stopped()) return;
        if (group.reachedUs > untilUs) break;
        if (performance.now() - checkedMs >= pollMs) break;
      }
      await check();
      for (const urgent of pressing) yield* whole(urgent);
      if (read < tellEveryBytes || open.size === 0) continue;
      read = 0;
      yield furthestBehind(open.keys()).group.reachedUs;
    }
  } finally {
    for (const look of open.values()) await look.return(undefined);
  }

  async function* whole(group: LogGroup): AsyncGenerator<Chunk> {
    for (let chunk = await step(group); chunk !== undefined; chunk = await step(group)) {
      yield chunk;
      if (stopped()) return;
    }
  }
}

/** @returns with the time up to which it may be read before another one is behind it */
function furthestBehind(groups: Iterable<LogGroup>): { group: LogGroup; untilUs: number } {
  let first: LogGroup | undefined;
  let secondUs = Infinity;
  for (const group of groups) {
    if (first === undefined) first = group;
    else if (group.reachedUs < first.reachedUs) {
      secondUs = first.reachedUs;
      first = group;
    } else secondUs = Math.min(secondUs, group.reachedUs);
  }
  return { group: first as LogGroup, untilUs: secondUs + aheadUs };
}
