import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../collector/src/store/index.ts';
import { databaseFile } from '../../collector/src/store/database.ts';
import { deviceName, fillStore, renewal, startUs, weekUs } from './store-fill.ts';

/**
 * Look-ups, the fleet summary and writing beside them, on a full store.
 *
 *     node test/bench/store.ts                                   1 million spans
 *     CCMTRACE_BENCH_SPANS=20000000 node test/bench/store.ts     what is promised
 *     CCMTRACE_BENCH_STORE=folder …                              keeps the store, and uses it again
 *
 * Prints one JSON object; ends with 1 where a promise was not kept. Times depend on the machine, ratios do not.
 */
const wanted = Number(process.env['CCMTRACE_BENCH_SPANS'] ?? 1_000_000);
const promises = { lookUpP95Ms: 200, fleetP95Ms: 1000, writingSlowedBy: 0.2 };
/** A folder that was filled before is used again, and kept. */
const kept = process.env['CCMTRACE_BENCH_STORE'];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'ccmtrace-bench-'));
let next = 100_000_000;

try {
  const filled =
    kept !== undefined && existsSync(join(kept, databaseFile))
      ? { spans: wanted, spansPerSecond: 0 }
      : await fillStore(folder, wanted);
  const bytes = statSync(join(folder, databaseFile)).size;
  const store = await openStore(folder);
  const ids = await someTraces(store);
  const result = {
    spans: filled.spans,
    writtenSpansPerSecond: filled.spansPerSecond,
    mebibytesPerMillionSpans: round(bytes / 2 ** 20 / (filled.spans / 1e6)),
    device: await quantiles(60, async (i) => await lookUp(store, i)),
    trace: await quantiles(60, async (i) => await store.get(ids[i % ids.length] ?? '')),
    message: await quantiles(
      20,
      async () => await store.list({ identity: messageOf(ids[0] ?? ''), limit: 10 }),
    ),
    list: await quantiles(20, async () => await store.list({ outcome: 'error', limit: 100 })),
    fleet: await quantiles(15, async () => await fleet(store)),
    overdue: await quantiles(5, async () => await store.tokensOverdue(startUs + weekUs)),
    writing: await writing(store, ids),
  };
  await store.close();
  const broken = [
    ...(result.device.p95 > promises.lookUpP95Ms ? ['device'] : []),
    ...(result.trace.p95 > promises.lookUpP95Ms ? ['trace'] : []),
    ...(result.fleet.p95 > promises.fleetP95Ms ? ['fleet'] : []),
    ...(result.writing.slowedBy > promises.writingSlowedBy ? ['writing'] : []),
  ];
  process.stdout.write(`${JSON.stringify({ ...result, promises, broken }, null, 1)}\n`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}

async function lookUp(store: Store, i: number): Promise<void> {
  const found = await store.device(deviceName((i * 37) % 5000, 0), 200, startUs + weekUs);
  if (found === undefined || found.attemptCount === 0) throw new Error('the device was not found');
}

async function fleet(store: Store): Promise<void> {
  const view = await store.fleet({
    sinceUs: startUs,
    untilUs: startUs + weekUs,
    bucketUs: 3_600_000_000,
    top: 10,
    nowUs: startUs + weekUs,
  });
  if (view.totals.traces === 0) throw new Error('the fleet is empty');
}

/** MessageID of a trace that was written through the store. */
function messageOf(traceId: string): string {
  return `${traceId.slice(0, 8)}-${traceId.slice(8, 12)}-4000-8000-${traceId.slice(12, 24)}`;
}

/** Ids from all over the store. */
async function someTraces(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for (let day = 0; day < 7; day += 0.25) {
    const { rows } = await store.list({ untilUs: startUs + (day + 0.25) * (weekUs / 7), limit: 3 });
    ids.push(...rows.map((row) => row.traceId));
  }
  return ids;
}

/** As much as it can, alone and beside a person's questions: five look-ups a second and a fleet view now and then. */
async function writing(
  store: Store,
  ids: readonly string[],
): Promise<{ aloneSpansPerSecond: number; besideSpansPerSecond: number; slowedBy: number; asked: number }> {
  const rounds = 4;
  const times = { alone: 0, beside: 0 };
  let asked = 0;
  await writeFor(store, 3000);
  // In turns, so that what else the machine does falls on both alike.
  for (let round = 0; round < rounds; round += 1) {
    times.alone += await writeFor(store, 5000);
    const asking = { on: true };
    const asker = (async () => {
      for (let i = 0; asking.on; i += 1) {
        await (i % 2 === 0 ? lookUp(store, i) : store.get(ids[i % ids.length] ?? ''));
        if (i === 12) await fleet(store);
        asked += 1;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    })();
    times.beside += await writeFor(store, 5000);
    asking.on = false;
    await asker;
  }
  return {
    aloneSpansPerSecond: Math.round(times.alone / rounds),
    besideSpansPerSecond: Math.round(times.beside / rounds),
    slowedBy: round(1 - times.beside / times.alone),
    asked,
  };
}

/** Spans per second. */
async function writeFor(store: Store, ms: number): Promise<number> {
  const began = performance.now();
  let spans = 0;
  while (performance.now() - began < ms) {
    const first = next;
    next += 500;
    const traces = Array.from({ length: 500 }, (_, i) =>
      renewal(first + i, startUs + weekUs + (first - 100_000_000) * 100, deviceName((first + i) % 5000, 0)),
    );
    await store.write(traces);
    spans += traces.reduce((sum, trace) => sum + trace.spans.length, 0);
  }
  return (spans / (performance.now() - began)) * 1000;
}

/** Milliseconds; `cpu` is what all cores worked in the middle of the runs, whatever else the machine did. */
async function quantiles(
  times: number,
  work: (i: number) => Promise<unknown>,
): Promise<{ p50: number; p95: number; max: number; cpu: number }> {
  await work(0);
  const taken: number[] = [];
  const worked: number[] = [];
  for (let i = 1; i <= times; i += 1) {
    const began = performance.now();
    const before = process.cpuUsage();
    await work(i);
    const { user, system } = process.cpuUsage(before);
    taken.push(performance.now() - began);
    worked.push((user + system) / 1000);
  }
  taken.sort((a, b) => a - b);
  worked.sort((a, b) => a - b);
  const at = (share: number): number =>
    round(taken[Math.min(taken.length - 1, Math.floor(share * taken.length))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), max: at(1), cpu: round(worked[worked.length >> 1] ?? 0) };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
