import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSimulation } from '../../collector/src/simulate/index.ts';
import type { HostTruth } from '../../collector/src/simulate/truth.ts';
import { readLogFiles } from '../support/log-files.ts';
import { createTracer, type Tracer } from '../support/trace-of.ts';

/** Stamps are whole milliseconds, and several pairs of them stand between two hosts. */
const roundingMs = 10;
/** Hours are told as a misread zone and never mended: what is left of such a clock is what other clocks are off by. */
const largestMs = 2500;

describe('clock corrections of a fleet whose clocks are off by up to 1.5 s', () => {
  let tracer: Tracer;
  beforeAll(async () => {
    tracer = await createTracer();
  });

  it.each([
    ['102', { hours: 0.3, devices: 60, inFlight: 0.02, failures: 0.3 }],
    ['103', { hours: 0.2, devices: 30, inFlight: 0.02, misreadZones: 0.1 }],
    ['106', { hours: 0.1, devices: 40, inFlight: 0.05, lost: 0.03, collected: 0.8 }],
  ])('are wrong by no more than they say: seed %s, %j', async (seed, options) => {
    const folder = await mkdtemp(join(tmpdir(), 'ccmtrace-clocks-'));
    try {
      await createSimulation({ seed, ...options }).write(join(folder, 'logs'));
      const truth = await readFile(join(folder, 'logs', 'truth.json'), 'utf8');
      const { hosts } = JSON.parse(truth) as { hosts: readonly HostTruth[] };
      const byName = new Map(hosts.map((host) => [host.host, host]));
      const servers = hosts.filter(({ host, misreadZone }) => !host.startsWith('WIN') && !misreadZone);
      const wrong: string[] = [];
      let bounded = 0;
      for (const { spans } of tracer.tracesOf(await readLogFiles(join(folder, 'logs', 'fleet'))))
        for (const { name, resource } of spans) {
          const { host, clockOffsetMs, clockErrorMs } = resource;
          const own = byName.get(host);
          if (own === undefined) throw new Error(`No clock is known of ${host}`);
          const said = `${host}, ${name}: ${clockOffsetMs} ± ${clockErrorMs} ms for ${-own.offsetMs} ms`;
          if (Math.abs(clockOffsetMs) > largestMs) wrong.push(said);
          if (clockErrorMs < 0 || own.misreadZone) continue;
          bounded++;
          // All are corrected to the clock of one server, whichever that is.
          const errors = servers.map(({ offsetMs }) => Math.abs(clockOffsetMs + own.offsetMs - offsetMs));
          if (Math.min(...errors) > clockErrorMs + roundingMs) wrong.push(said);
        }
      expect(wrong).toEqual([]);
      expect(bounded).toBeGreaterThan(500);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
