import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../collector/src/store/index.ts';
import { databaseFile } from '../../collector/src/store/database.ts';
import { createApi } from '../../collector/src/api/index.ts';
import { type BenchCollector, forget, startCollector, type Took } from './store-collector.ts';
import { deviceName, fillStore, renewal, startUs, weekUs } from './store-fill.ts';

/**
 * Look-ups and fleet views through the API of a running collector, and writing beside them, on a full store.
 *
 *     npm run bench:store                                        1 million spans
 *     CCMTRACE_BENCH_SPANS=20000000 npm run bench:store          what is promised; writes results/store.md
 *     CCMTRACE_BENCH_STORE=folder …                              uses the store that was filled there before, and keeps it
 *
 * Prints one JSON object; ends with 1 where a promise was not kept. Times depend on the machine, ratios do not.
 */
const wanted = Number(process.env['CCMTRACE_BENCH_SPANS'] ?? 1_000_000);
const promised = { spans: 20_000_000, lookUpP95Ms: 200, fleetP95Ms: 1000, writingSlowedBy: 0.2 };
const kept = process.env['CCMTRACE_BENCH_STORE'];
const scratch = mkdtempSync(join(tmpdir(), 'ccmtrace-bench-'));
const folder = kept ?? join(scratch, 'store');
const slotUs = 300_000_000;
const coldStarts = 4;
let nextTrace = 100_000_000;

interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Processor time of one answer, on average. */
  readonly cpu: number;
  readonly asked: number;
}

/** Questions of each kind, none asked twice: a fleet view is given again for a while, blocks of a device are kept. */
type Questions = ReturnType<typeof questions>;

try {
  const filled =
    kept !== undefined && existsSync(join(kept, databaseFile))
      ? { spans: wanted, spansPerSecond: 0 }
      : await fillStore(folder, wanted);
  const bytes = statSync(join(folder, databaseFile)).size;
  const store = await openStore(folder);
  const asked = questions(await someTraces(store));
  await store.close();
  const warm = await askWarm(asked);
  const cold = await askCold(asked);
  const writing = await writeBeside(asked);
  const result = {
    spans: filled.spans,
    writtenSpansPerSecond: filled.spansPerSecond,
    mebibytesPerMillionSpans: round(bytes / 2 ** 20 / (filled.spans / 1e6)),
    warm,
    cold,
    writing,
  };
  const broken = [
    ...Object.entries({ warm, cold }).flatMap(([name, { device, trace, fleet, fleetPast }]) => [
      ...(device.p95 > promised.lookUpP95Ms ? [`${name} device`] : []),
      ...(trace.p95 > promised.lookUpP95Ms ? [`${name} trace`] : []),
      ...(Math.max(fleet.p95, fleetPast.p95) > promised.fleetP95Ms ? [`${name} fleet`] : []),
    ]),
    ...(writing.slowedBy > promised.writingSlowedBy ? ['writing'] : []),
  ];
  process.stdout.write(`${JSON.stringify({ ...result, promised, broken }, null, 1)}\n`);
  if (wanted >= promised.spans)
    writeFileSync(new URL('results/store.md', import.meta.url), report(result, broken));
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Ids from all over the store. */
async function someTraces(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for (let day = 0; day < 7; day += 0.05) {
    const { rows } = await store.list({ untilUs: startUs + (day + 0.05) * (weekUs / 7), limit: 3 });
    ids.push(...rows.map((row) => row.traceId));
  }
  return ids;
}

function questions(ids: readonly string[]) {
  const turns = { device: 0, trace: 0, fleet: 0, fleetPast: 0, list: 0 };
  const time = (us: number): string => new Date(us / 1000).toISOString();
  const fleet = (untilUs: number): string =>
    `api/v1/fleet?since=${time(untilUs - weekUs)}&until=${time(untilUs)}`;
  return {
    device: async (collector: Pick<BenchCollector, 'ask'>) => {
      const i = (turns.device += 1);
      const name = deviceName((i * 37) % 5000, wanted < 2_000_000 ? 0 : i % 20);
      return await collector.ask(`api/v1/devices/${name}`, (text) => text.includes('"attemptCount":'));
    },
    trace: async (collector: Pick<BenchCollector, 'ask'>) => {
      const id = ids[((turns.trace += 1) * 11) % ids.length] ?? '';
      return await collector.ask(`api/v1/traces/${id}`, (text) => text.includes('"resourceSpans":[{'));
    },
    /** The seven days up to now. */
    fleet: async (collector: Pick<BenchCollector, 'ask'>) =>
      await collector.ask(fleet(startUs + weekUs + (turns.fleet += 1) * slotUs), fleetIsThere),
    /** Seven days up to a time in the past: devices were seen after it, so their number cannot be read off their newest traces. */
    fleetPast: async (collector: Pick<BenchCollector, 'ask'>) =>
      await collector.ask(fleet(startUs + weekUs - (turns.fleetPast += 1) * 12 * slotUs), fleetIsThere),
    list: async (collector: Pick<BenchCollector, 'ask'>) => {
      const until = time(startUs + weekUs - (turns.list += 1) * slotUs);
      return await collector.ask(`api/v1/traces?outcome=error&until=${until}`, (text) =>
        text.includes('"outcome":"error"'),
      );
    },
  };
}

function fleetIsThere(text: string): boolean {
  return /"totals":\{"failed":\d+,"traces":[1-9]\d*,"devices":[1-9]/.test(text);
}

/** A collector that has been asked before. */
async function askWarm(asked: Questions) {
  const collector = await startCollector(folder, scratch);
  try {
    for (const question of Object.values(asked)) await question(collector);
    return {
      device: await quantiles(100, async () => await asked.device(collector)),
      trace: await quantiles(100, async () => await asked.trace(collector)),
      fleet: await quantiles(40, async () => await asked.fleet(collector)),
      fleetPast: await quantiles(40, async () => await asked.fleetPast(collector)),
      list: await quantiles(20, async () => await asked.list(collector)),
    };
  } finally {
    await collector.stop();
  }
}

/** The first question after the start of a collector, with nothing of the file in memory; each kind is first once per round. */
async function askCold(asked: Questions) {
  const first = async (question: (collector: BenchCollector) => Promise<Took>): Promise<Quantiles> =>
    await quantiles(coldStarts, async () => {
      const collector = await startCollector(folder, scratch);
      try {
        forget(folder);
        return await question(collector);
      } finally {
        await collector.stop();
      }
    });
  return {
    device: await first(asked.device),
    trace: await first(asked.trace),
    fleet: await first(asked.fleet),
    fleetPast: await first(asked.fleetPast),
  };
}

/**
 * Writing as fast as it goes, alone and beside a person's questions (five a second, every eighth a fleet view) that are
 * asked over HTTP in the same process, which makes the questions dearer than in life.
 */
async function writeBeside(asked: Questions) {
  const store = await openStore(folder);
  const plain = { status: 200, contentType: 'text/plain', body: '' };
  const api = await createApi({
    reader: store,
    listen: '127.0.0.1',
    port: 0,
    diagnoses: [],
    metrics: async () => plain,
    healthz: () => plain,
    readyz: () => plain,
    audit: () => undefined,
    failed: (cause) => process.stderr.write(`${String(cause)}\n`),
  });
  const collector = {
    ask: async (path: string, right: (answer: string) => boolean): Promise<Took> => {
      const began = performance.now();
      const text = await (await fetch(new URL(path, api.url))).text();
      if (!right(text)) throw new Error(`${path}: ${text.slice(0, 200)}`);
      return { ms: performance.now() - began, cpuMs: 0 };
    },
  };
  const order = [
    asked.device,
    asked.trace,
    asked.device,
    asked.trace,
    asked.device,
    asked.trace,
    asked.device,
  ];
  const turns = [...order, asked.fleet];
  const rounds = 6;
  const rates = { alone: [] as number[], beside: [] as number[] };
  const took: Took[] = [];
  await writeFor(store, 3000);
  // In turns, so that what else the machine does falls on both alike.
  for (let round = 0; round < rounds; round += 1) {
    rates.alone.push(await writeFor(store, 5000));
    const asking = { on: true };
    const asker = (async () => {
      for (let i = 0; asking.on; i += 1) {
        const question = turns[i % turns.length];
        if (question !== undefined) took.push(await question(collector));
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    })();
    rates.beside.push(await writeFor(store, 5000));
    asking.on = false;
    await asker;
  }
  await api.close();
  await store.close();
  const mean = (rates: readonly number[]): number =>
    rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return {
    aloneSpansPerSecond: Math.round(mean(rates.alone)),
    besideSpansPerSecond: Math.round(mean(rates.beside)),
    slowedBy: round(1 - mean(rates.beside) / mean(rates.alone)),
    answered: summed(took),
  };
}

/** Spans per second. */
async function writeFor(store: Store, ms: number): Promise<number> {
  const began = performance.now();
  let spans = 0;
  while (performance.now() - began < ms) {
    const first = nextTrace;
    nextTrace += 500;
    const traces = Array.from({ length: 500 }, (_, i) =>
      renewal(first + i, startUs + weekUs + (first - 100_000_000) * 100, deviceName((first + i) % 5000, 0)),
    );
    await store.write(traces);
    spans += traces.reduce((sum, trace) => sum + trace.spans.length, 0);
  }
  return (spans / (performance.now() - began)) * 1000;
}

async function quantiles(times: number, work: () => Promise<Took>): Promise<Quantiles> {
  const taken: Took[] = [];
  for (let i = 0; i < times; i += 1) taken.push(await work());
  return summed(taken);
}

/** Milliseconds; of few values the 95th percentile is the greatest. */
function summed(taken: readonly Took[]): Quantiles {
  const sorted = taken.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const cpu = taken.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / taken.length;
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { p50: at(0.5), p95: at(0.95), max: at(1), cpu: Math.round(cpu), asked: sorted.length };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

interface Result {
  readonly spans: number;
  readonly mebibytesPerMillionSpans: number;
  readonly warm: Readonly<Record<string, Quantiles>>;
  readonly cold: Readonly<Record<string, Quantiles>>;
  readonly writing: Awaited<ReturnType<typeof writeBeside>>;
}

function report(
  { spans, mebibytesPerMillionSpans, warm, cold, writing }: Result,
  broken: readonly string[],
): string {
  const names: Readonly<Record<string, string>> = {
    device: 'a device with its attempts',
    trace: 'a trace, whole',
    fleet: 'the fleet, seven days up to now',
    fleetPast: 'the fleet, seven days up to a time before',
    list: 'a hundred failed traces, newest first',
  };
  const rows = Object.entries(names).map(([kind, name]) => {
    const cells = [warm[kind], cold[kind]].flatMap((one) =>
      one === undefined ? ['–', '–', '–', '–'] : [one.p50, one.p95, one.max, one.cpu].map(String),
    );
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return `# A store of ${(spans / 1e6).toFixed(0)} million spans

Written by \`npm run bench:store\` (${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node.js ${process.version}): simulated renewals
of 100,000 devices over seven days, four spans and ten records each, asked over HTTP of a running \`ccmtrace run\`. No question is asked
twice. While it was measured ${loadavg()[1]?.toFixed(1)} processes waited for those cores on average, this one's own among them: times of the clock are
longer than on a machine of its own, processor time is not. Cold: the first question after a start, with nothing of the file in memory, ${coldStarts} starts each.

| milliseconds | warm: median | p95 | most | of processor | cold: median | p95 | most | of processor |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

Promised: devices and traces within ${promised.lookUpP95Ms} ms, the fleet within ${promised.fleetP95Ms} ms (p95). ${broken.length === 0 ? 'All kept.' : `Not kept: ${broken.join(', ')}.`}

Writing as fast as it goes: ${writing.aloneSpansPerSecond} spans a second alone, ${writing.besideSpansPerSecond} beside ${writing.answered.asked} questions in 30 s
(${(writing.slowedBy * 100).toFixed(1)} % slower; in turns of five seconds, asker included). The questions then took ${writing.answered.p50} ms (median) and ${writing.answered.p95} ms (p95).

The file: ${Math.round(mebibytesPerMillionSpans)} MiB a million spans.
`;
}
