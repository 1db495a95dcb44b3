import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createExporter } from '../../collector/src/export/index.ts';
import type { Trace } from '../../collector/src/model/span.ts';
import { openStore } from '../../collector/src/store/index.ts';
import { type OtlpServer, startOtlpServer, type Treatment } from '../support/otlp-server.ts';
import { createMemoryReport } from '../support/report.ts';
import { madeTrace } from '../support/traces.ts';
import { inFolder, until } from './programs/run.ts';

/* With the real store on disk and a receiver of our own that does as it is told. */

const sender = fileURLToPath(new URL('./programs/sender.ts', import.meta.url));

function made(from: number, to: number): Trace[] {
  return Array.from({ length: to - from }, (_, i) => madeTrace({ number: from + i }));
}

function idsOf(traces: readonly Trace[]): string[] {
  return traces.flatMap((trace) => trace.spans.map((span) => `${span.traceId}/${span.spanId}`)).sort();
}

function start(folder: string, server: OtlpServer): ChildProcess {
  return spawn(process.execPath, [sender, folder, server.url], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('sending that is killed', () => {
  it('30 times, at any moment, still brings every span to the receiver', async () => {
    await inFolder(async (folder) => {
      const traces = made(0, 900);
      const store = await openStore(folder);
      await store.write(traces);
      await store.close();
      const server = await startOtlpServer();
      let inTheMiddle = 0;
      for (let round = 0; round < 30; round++) {
        const child = start(folder, server);
        const before = server.requests.length;
        // The first requests, or a moment of the start before any of them.
        const wanted = round % 6 === 5 ? 0 : 1 + (round % 6);
        await until('requests', () => server.requests.length >= before + wanted || child.exitCode !== null);
        child.kill('SIGKILL');
        await ended(child);
        if (server.spans.size < traces.length * 2) inTheMiddle += 1;
      }
      const last = start(folder, server);
      expect(await ended(last)).toBe(0);
      await server.close();
      expect(inTheMiddle).toBe(30);
      expect([...server.spans.keys()].sort()).toEqual(idsOf(traces));
      const repeats = [...server.spans.values()].reduce((sum, times) => sum + times - 1, 0);
      expect(repeats).toBeLessThan(30 * 20);
    });
  });
});

/** What the receiver does in which second of a simulated hour, `number` counting in each five minutes; virtual time passes while the exporter waits. */
function treatmentAt(second: number, number: number): Treatment {
  if (second < 600) return { kind: 'answer', status: 503 };
  if (second < 1200) return { kind: 'answer', status: 429, headers: { 'retry-after': '20' } };
  if (second < 1800) return { kind: 'reset', taken: number % 2 === 0 };
  if (second < 2400) return { kind: 'hang' };
  if (second < 2700) return number % 4 === 0 ? { kind: 'answer', status: 400 } : { kind: 'take' };
  if (second < 3000) return number % 5 === 0 ? { kind: 'partial', rejected: 2 } : { kind: 'take' };
  return { kind: 'take' };
}

describe('an hour of outages', () => {
  it('loses nothing but what was refused, counts that, and needs no more memory', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(folder);
      const startUs = 1_735_693_200_000_000;
      const time = { us: startUs };
      const second = () => (time.us - startUs) / 1e6;
      const phases = new Map<number, number>();
      const server = await startOtlpServer(() => {
        const phase = Math.floor(second() / 300);
        const number = phases.get(phase) ?? 0;
        phases.set(phase, number + 1);
        return treatmentAt(second(), number);
      });
      const report = createMemoryReport();
      const exporter = await createExporter({
        destinations: [{ name: 'tempo', url: server.url, timeoutMs: 50 }],
        outbox: store.outbox,
        report,
        clock: { nowUs: () => time.us },
        random: () => 0.5,
        wait: async (ms, signal) => {
          time.us += ms * 1000;
          await new Promise((resolve) => setImmediate(resolve));
          signal.throwIfAborted();
        },
        maxSpans: 100,
      });
      exporter.start();
      const heap: number[] = [];
      const traces: Trace[] = [];
      // A minute's traces at a time, as the store writes them; a minute passes even if nobody waits.
      for (let minute = 0; minute < 60; minute++) {
        const more = made(minute * 60, (minute + 1) * 60);
        traces.push(...more);
        await store.write(more);
        time.us = Math.max(time.us, startUs + minute * 60_000_000);
        const before = server.requests.length;
        await until('a request in this minute', () => server.requests.length > before);
        heap.push(heapUsed());
      }
      time.us = Math.max(time.us, startUs + 3_600_000_000);
      await exporter.drained(AbortSignal.timeout(120_000));
      await exporter.stop(1000);
      const [backlog] = await store.outbox.backlog();
      const letters = await store.outbox.deadLetters('tempo', 10_000);
      await store.close();
      await server.close();

      const dead = new Set(letters.flatMap(({ traceIds }) => traceIds));
      const sent = new Set(idsOf(traces));
      const missing = [...sent].filter((id) => !server.spans.has(id));
      const rejected = report.exports.get('tempo rejected') ?? 0;
      const unexplained = missing.filter((id) => !dead.has(id.slice(0, 32)));
      expect(rejected).toBeGreaterThan(0);
      expect(unexplained).toHaveLength(rejected);
      expect([...server.spans.keys()].filter((id) => !sent.has(id))).toEqual([]);
      expect(backlog).toMatchObject({
        destination: 'tempo',
        traces: 0,
        deadTraces: dead.size,
        lostTraces: 0,
      });
      expect(report.losses.get('export_rejected') ?? 0).toBe(
        rejected + letters.reduce((sum, { spans }) => sum + spans, 0),
      );
      // Each trouble was met.
      for (const status of ['503', '429', 'network', 'timeout', '400', '200'])
        expect(report.statuses.get(status)).toBeGreaterThan(0);
      expect(Math.max(...heap.slice(30)) - Math.min(...heap.slice(5, 30))).toBeLessThan(40 << 20);
    });
  });
});

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
