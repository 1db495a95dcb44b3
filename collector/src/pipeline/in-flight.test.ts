import { describe, expect, it } from 'vitest';
import type { Trouble } from '../contract/loss.ts';
import type { Trace } from '../model/span.ts';
import { createInFlight } from './in-flight.ts';

const mebibyte = 2 ** 20;

/** A trace of one span whose records have so much text. */
function traceOf(startUs: number, text: number): Trace {
  const event = { name: 'e', timeUs: startUs, attributes: { 'log.record.original': 'x'.repeat(text) } };
  return { traceId: `${startUs}`, spans: [{ startUs, events: [event] }] } as unknown as Trace;
}

/** Records are a second apart, each half a mebibyte, and tell a trace each once `advance` is a second past them. */
function setUp(maxMebibytes: number) {
  const held: number[] = [];
  const kept: number[] = [];
  const marks: number[] = [];
  const troubles: Trouble[] = [];
  const stores: PromiseWithResolvers<void>[] = [];
  const teller = {
    advance(untilUs: number) {
      const told = held.filter((us) => us < untilUs - 1e6);
      held.splice(0, told.length);
      return told.map((us) => traceOf(us, mebibyte / 4));
    },
    get neededFromUs() {
      return held[0] ?? Infinity;
    },
    get waitingBytes() {
      return (held.length * mebibyte) / 2;
    },
  };
  const inFlight = createInFlight({
    teller,
    mark: (neededUs) => () => void marks.push(neededUs),
    keep: async (traces) => {
      const store = Promise.withResolvers<void>();
      stores.push(store);
      await store.promise;
      kept.push(...traces.map(({ spans: [root] }) => root.startUs));
    },
    maxBytes: maxMebibytes * mebibyte,
    settleUs: 1e6,
    report: { count: () => {}, lost: () => {}, trouble: (trouble) => void troubles.push(trouble) },
  });
  return { held, kept, marks, troubles, stores, inFlight };
}

/** Whether a promise is pending after everything that can happen at once has happened. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const turn = new Promise((resolve) => setImmediate(resolve, pending));
  return (await Promise.race([promise, turn])) === pending;
}

describe('createInFlight()', () => {
  it('goes on while the store works, and marks as durable only what is stored', async () => {
    const { held, kept, marks, stores, inFlight } = setUp(100);
    held.push(1e6, 2e6, 3e6);
    await inFlight.advance(2.5e6);
    held.push(4e6);
    await inFlight.advance(3.5e6);
    expect({ kept, marks, oldestUs: inFlight.oldestUs }).toEqual({ kept: [], marks: [], oldestUs: 1e6 });
    stores[0]?.resolve();
    await isPending(inFlight.stored());
    expect({ kept, marks, oldestUs: inFlight.oldestUs }).toEqual({
      kept: [1e6],
      marks: [2e6],
      oldestUs: 2e6,
    });
    stores[1]?.resolve();
    await inFlight.stored();
    expect({ kept, marks, oldestUs: inFlight.oldestUs }).toEqual({
      kept: [1e6, 2e6],
      marks: [2e6, 3e6],
      oldestUs: 3e6,
    });
  });

  it('tells a backlog by and by, so that others are answered meanwhile', async () => {
    const { held, inFlight } = setUp(100);
    held.push(0, 60e6, 120e6, 180e6);
    const seen: number[] = [];
    const told = inFlight.advance(200e6);
    while (await isPending(told)) seen.push(held.length);
    expect(held).toEqual([]);
    expect(seen.filter((count) => count > 0)).toEqual([2, 1]);
  });

  it('waits for the store where too much is in flight', async () => {
    const { held, stores, inFlight, troubles } = setUp(2);
    held.push(1e6, 2e6, 3e6);
    await inFlight.advance(4.5e6);
    expect(await isPending(inFlight.room(3e6))).toBe(false);
    held.push(4e6, 5e6);
    const room = inFlight.room(5e6);
    expect(await isPending(room)).toBe(true);
    stores[0]?.resolve();
    await room;
    expect({ held, troubles }).toEqual({ held: [4e6, 5e6], troubles: [] });
  });

  it('tells before company can have come where the records alone are too many, and says so', async () => {
    const { held, kept, stores, inFlight, troubles } = setUp(2);
    held.push(1e6, 2e6, 3e6, 4e6, 5e6);
    const room = inFlight.room(5e6);
    while (await isPending(room)) stores.at(-1)?.resolve();
    expect(held.length).toBeLessThanOrEqual(3);
    expect(kept.length + held.length).toBe(5);
    expect(troubles).toHaveLength(1);
    expect(troubles[0]?.sentence).toContain('tail.inFlightMebibytes (2)');
  });

  it('rejects once traces could not be stored, and marks nothing after them', async () => {
    const { held, marks, stores, inFlight } = setUp(100);
    held.push(1e6, 2e6);
    await inFlight.advance(2.5e6);
    stores[0]?.reject(new Error('disk gone'));
    await expect(inFlight.stored()).rejects.toThrow('disk gone');
    await expect(inFlight.advance(4e6)).rejects.toThrow('disk gone');
    expect(marks).toEqual([]);
  });
});
