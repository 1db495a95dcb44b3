import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../collector/src/simulate/random.ts';
import { createSimulation } from '../../collector/src/simulate/index.ts';
import type { LogEvent } from '../../collector/src/model/event.ts';
import type { Trace } from '../../collector/src/model/span.ts';
import { readLogFiles } from '../support/log-files.ts';
import { createTracer, type Tracer } from '../support/trace-of.ts';

const settleSeconds = 60;
const folders: string[] = [];
let tracer: Tracer;
beforeAll(async () => {
  tracer = await createTracer();
});
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

async function fleetOf(seed: string, options: object): Promise<readonly TimedEvent[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ccmtrace-replay-'));
  folders.push(folder);
  await createSimulation({ seed, ...options }).write(join(folder, 'logs'));
  const files = await readLogFiles(join(folder, 'logs', 'fleet'));
  return tracer.eventsOf(files).filter(isTimed);
}

type TimedEvent = LogEvent & { readonly record: { readonly timeUs: number } };

function isTimed(event: LogEvent): event is TimedEvent {
  return event.record.timeUs !== undefined;
}

function inOrder(traces: readonly Trace[]): readonly Trace[] {
  return [...traces].sort((a, b) => (a.traceId < b.traceId ? -1 : 1));
}

/**
 * Records as they come in: each up to `lateSeconds` after it was written, looked at every `stepSeconds`. What a gateway counted is
 * read a minute ahead of the requests it speaks of, so the settle time is all spent on it and it comes at once.
 */
function replay(
  events: readonly TimedEvent[],
  stepSeconds: number,
  lateSeconds: number,
  seed: string,
): readonly Trace[] {
  const random = createRandom(`replay-${seed}`);
  const arriving = events
    .map((event) => {
      const lateUs = random.unit() * lateSeconds * 1e6;
      return { event, atUs: event.record.timeUs + (event.name === 'gateway.requests.counted' ? 0 : lateUs) };
    })
    .sort((a, b) => a.atUs - b.atUs);
  const correlator = tracer.correlator();
  const traces: Trace[] = [];
  let at = 0;
  for (let nowUs = arriving[0]?.atUs ?? 0; at < arriving.length; ) {
    nowUs += stepSeconds * 1e6;
    const batch: LogEvent[] = [];
    for (let next = arriving[at]; next !== undefined && next.atUs < nowUs; next = arriving[++at])
      batch.push(next.event);
    correlator.push(batch);
    traces.push(...correlator.advance(nowUs));
  }
  traces.push(...correlator.finish());
  return inOrder(traces);
}

describe('the logs of a fleet that come as time goes by', () => {
  it.each([
    ['11', 5, 0, {}],
    ['12', 1.7, settleSeconds, { failures: 0.2 }],
    ['13', 30, settleSeconds, { clientClockMs: 3000, driftPpm: 50, steps: 0.3 }],
    ['14', 95, 20, { inFlight: 0.5, hours: 0.01 }],
    ['15', 600, settleSeconds, { lost: 0.03, installs: 0.5, verbose: false }],
  ])(
    'give the traces of one pass: seed %s, every %s s, up to %s s late, %j',
    async (seed, step, late, given) => {
      const events = await fleetOf(seed, { devices: 40, hours: 2, ...given });
      const correlator = tracer.correlator();
      correlator.push(events);
      const whole = inOrder(correlator.finish());
      expect(whole.length).toBeGreaterThan(20);
      expect(
        whole.some(({ spans }) => spans.some(({ attributes }) => attributes['ccm.link.confidence'] !== 1)),
      ).toBe(true);
      expect(replay(events, step, late, seed)).toEqual(whole);
    },
  );
});
