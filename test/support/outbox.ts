import type { Backlog, DeadLetter, Outbox } from '../../collector/src/contract/outbox.ts';
import type { Trace } from '../../collector/src/model/span.ts';

/** The store's outbox, in memory. */
export interface MemoryOutbox extends Outbox {
  append(traces: readonly Trace[]): void;
  readonly letters: readonly DeadLetter[];
  /** Makes the next so many calls of `read` fail, as a sick disk does. */
  failReads(times: number): void;
}

export function createMemoryOutbox(): MemoryOutbox {
  const traces: Trace[] = [];
  const cursors = new Map<string, number>();
  const letters: DeadLetter[] = [];
  let failing = 0;
  let wake: (() => void)[] = [];
  const move = (destination: string, position: number) =>
    cursors.set(destination, Math.max(position, cursors.get(destination) ?? 0));
  return {
    letters,
    append: (more) => {
      traces.push(...more);
      for (const resolve of wake.splice(0)) resolve();
    },
    failReads: (times) => {
      failing = times;
    },
    read: async (destination, { maxTraces, maxSpans }) => {
      if (failing > 0) {
        failing -= 1;
        throw new Error('disk full');
      }
      const cursor = cursors.get(destination) ?? 0;
      cursors.set(destination, cursor);
      let spans = 0;
      const batch = traces.slice(cursor, cursor + maxTraces).filter((trace, i) => {
        spans += trace.spans.length;
        return i === 0 || spans <= maxSpans;
      });
      if (batch.length === 0) return undefined;
      return { traces: batch, positions: batch.map((_, i) => cursor + i + 1) };
    },
    delivered: async (destination, position) => {
      move(destination, position);
    },
    dead: async (destination, position, letter) => {
      move(destination, position);
      letters.push({ destination, ...letter });
    },
    deadLetters: async (destination, limit) =>
      letters
        .filter((letter) => letter.destination === destination)
        .reverse()
        .slice(0, limit),
    backlog: async () =>
      [...cursors].map(
        ([destination, cursor]): Backlog => ({
          destination,
          traces: traces.length - cursor,
          spans: traces.slice(cursor).reduce((sum, trace) => sum + trace.spans.length, 0),
          oldestUs: traces[cursor]?.spans[0].startUs ?? 0,
          deadTraces: letters.reduce((sum, letter) => sum + letter.traceIds.length, 0),
          lostTraces: 0,
        }),
      ),
    changed: async (signal) => {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      wake = wake.filter((other) => other !== resolve);
    },
  };
}
