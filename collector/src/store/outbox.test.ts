import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { madeTrace } from '../../../test/support/traces.ts';
import type { Trace } from '../model/span.ts';
import { openStore, type Store } from './index.ts';

let folder: string;
let store: Store;
let nowUs = 1_000;
const clock = { nowUs: () => nowUs };
const wide = { maxTraces: 100, maxSpans: 1000 };

beforeEach(async () => {
  nowUs = 1_000;
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-outbox-'));
  store = await openStore(folder, { clock });
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const made = (from: number, to: number): Trace[] =>
  Array.from({ length: to - from }, (_, i) => madeTrace({ number: from + i }));

async function unread(destination = 'tempo'): Promise<readonly string[]> {
  return (await store.outbox.read(destination, wide))?.traces.map((trace) => trace.traceId) ?? [];
}

describe('outbox.read()', () => {
  test('gives whole traces in the order in which they became durable, until they are confirmed', async () => {
    const traces = made(0, 5).toReversed();
    await store.write(traces);
    const batch = await store.outbox.read('tempo', wide);
    expect(batch?.traces).toEqual(traces);
    expect(await unread()).toEqual(traces.map((trace) => trace.traceId));
    await store.outbox.delivered('tempo', batch?.positions[2] ?? 0);
    expect(await unread()).toEqual(traces.slice(3).map((trace) => trace.traceId));
    await store.outbox.delivered('tempo', batch?.positions[0] ?? 0);
    expect(await unread()).toHaveLength(2);
  });

  test('holds its bounds, and gives one trace even where that is over them', async () => {
    await store.write(made(0, 9));
    expect((await store.outbox.read('tempo', { maxTraces: 4, maxSpans: 1000 }))?.traces).toHaveLength(4);
    expect((await store.outbox.read('tempo', { maxTraces: 100, maxSpans: 7 }))?.traces).toHaveLength(3);
    expect((await store.outbox.read('tempo', { maxTraces: 100, maxSpans: 1 }))?.traces).toHaveLength(1);
  });

  test('keeps a cursor for each destination, over a restart', async () => {
    await store.write(made(0, 3));
    const batch = await store.outbox.read('tempo', wide);
    await store.outbox.delivered('tempo', batch?.positions.at(-1) ?? 0);
    await store.close();
    store = await openStore(folder, { clock });
    expect(await store.outbox.read('tempo', wide)).toBeUndefined();
    expect(await unread('jaeger')).toHaveLength(3);
    await store.write(made(3, 4));
    expect(await unread()).toEqual(made(3, 4).map((trace) => trace.traceId));
  });

  test('gives a replaced trace again, and one written twice alike only once', async () => {
    await store.write(made(0, 2));
    const batch = await store.outbox.read('tempo', wide);
    await store.outbox.delivered('tempo', batch?.positions.at(-1) ?? 0);
    await store.write([madeTrace({ number: 0 }), madeTrace({ number: 1, durationUs: 5 })]);
    expect((await store.outbox.read('tempo', wide))?.traces).toEqual([
      madeTrace({ number: 1, durationUs: 5 }),
    ]);
  });
});

describe('outbox.dead()', () => {
  test('moves the cursor past the batch and keeps the letter', async () => {
    await store.write(made(0, 3));
    const batch = await store.outbox.read('tempo', wide);
    const traceIds = batch?.traces.map((trace) => trace.traceId) ?? [];
    await store.outbox.dead('tempo', batch?.positions.at(-1) ?? 0, {
      atUs: 77,
      reason: '400: "bad" request',
      traceIds,
      spans: 6,
    });
    expect(await store.outbox.read('tempo', wide)).toBeUndefined();
    expect(await store.outbox.deadLetters('tempo', 10)).toEqual([
      { destination: 'tempo', atUs: 77, reason: '400: "bad" request', traceIds, spans: 6 },
    ]);
    expect(await store.outbox.deadLetters('jaeger', 10)).toEqual([]);
    expect((await store.outbox.backlog())[0]).toMatchObject({ traces: 0, deadTraces: 3 });
  });
});

describe('outbox.backlog()', () => {
  test('counts what waits for each destination and since when', async () => {
    await store.outbox.read('tempo', wide);
    await store.write(made(0, 2));
    nowUs = 9_000;
    await store.write(made(2, 4));
    const batch = await store.outbox.read('jaeger', wide);
    await store.outbox.delivered('jaeger', batch?.positions[1] ?? 0);
    expect(await store.outbox.backlog()).toEqual([
      { destination: 'jaeger', traces: 2, spans: 4, oldestUs: 9_000, deadTraces: 0, lostTraces: 0 },
      { destination: 'tempo', traces: 4, spans: 8, oldestUs: 1_000, deadTraces: 0, lostTraces: 0 },
    ]);
  });
});

describe('outbox.changed()', () => {
  test('resolves at a write that changes something, and not at one that does not', async () => {
    await store.write(made(0, 1));
    let changed = 0;
    const waiting = store.outbox.changed(new AbortController().signal).then(() => (changed += 1));
    await store.write(made(0, 1));
    expect(changed).toBe(0);
    await store.write(made(1, 2));
    await waiting;
    expect(changed).toBe(1);
  });

  test('resolves when it is no longer wanted, and when the store closes', async () => {
    const abort = new AbortController();
    const waiting = [store.outbox.changed(abort.signal), store.outbox.changed(new AbortController().signal)];
    abort.abort();
    await expect(waiting[0]).resolves.toBeUndefined();
    await store.close();
    await expect(waiting[1]).resolves.toBeUndefined();
  });
});
