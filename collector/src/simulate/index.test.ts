import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { createSimulation } from './index.ts';
import type { SimulationOptions } from './options.ts';
import type { CallTruth, HostTruth } from './truth.ts';

interface Truth {
  readonly hosts: readonly HostTruth[];
  readonly calls: readonly CallTruth[];
}

const folders: string[] = [];

async function simulate(
  given: Partial<SimulationOptions>,
): Promise<{ folder: string; truth: Truth; text: Map<string, string> }> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  folders.push(folder);
  await createSimulation(given).write(folder);
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth;
  const text = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, name);
    if (statSync(path).isFile() && name !== 'truth.json')
      text.set(name.replaceAll('\\', '/'), readFileSync(path, 'utf8'));
  }
  return { folder, truth, text };
}

function size(files: ReadonlyMap<string, string>): number {
  return [...files.values()].reduce((sum, part) => sum + part.length, 0);
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('createSimulation()', () => {
  it('writes the same bytes for the same seed, others for another', async () => {
    const [one, two, other] = [
      await simulate({ seed: 'a' }),
      await simulate({ seed: 'a' }),
      await simulate({ seed: 'b' }),
    ];
    expect([...two.text]).toEqual([...one.text]);
    expect([...other.text]).not.toEqual([...one.text]);
  });

  it('tells of each call which records it wrote', async () => {
    const { truth, text } = await simulate({ devices: 30, installs: 0.5, failures: 0.3 });
    expect(truth.calls.length).toBeGreaterThan(30);
    const connector = text.get('fleet/CP01/Logs/SMS_CLOUD_PROXYCONNECTOR.log') ?? '';
    const sent = truth.calls.filter(({ forward }) => forward !== undefined);
    expect(sent.filter(({ messageId }) => !connector.includes(`MessageID: ${messageId} `))).toEqual([]);
    const stamps = truth.calls.flatMap(({ sts }) => sts ?? []);
    expect(stamps.length).toBeGreaterThan(20);
    const untold = stamps.filter(({ host, log, time, thread }) => {
      const lines = text.get(`fleet/${host}/SMS_CCM/Logs/${log}`)?.split('\n') ?? [];
      const clock = `time="${time.slice(11, 23)}`;
      return !lines.some(
        (line) =>
          line.includes('ProcessRequest - Start') &&
          line.includes(clock) &&
          line.includes(`thread="${thread}"`),
      );
    });
    expect(untold).toEqual([]);
  });

  it('names every failure kind when many calls fail', async () => {
    const { truth } = await simulate({ devices: 400, collected: 0, failures: 0.6 });
    const kinds = new Set(truth.calls.map(({ failure }) => failure));
    expect(kinds.size).toBeGreaterThanOrEqual(11);
  });

  it('writes local time with the bias of the day, across the change to summer time', async () => {
    const { text } = await simulate({ devices: 60, hours: 12, zones: ['Europe/Berlin'], clientClockMs: 1 });
    const all = [...text].filter(([name]) => name.includes('WIN-')).map(([, content]) => content);
    const biases = new Set(
      all
        .join('')
        .match(/time="[\d:.]+([+-]\d+)"/g)
        ?.map((found) => found.slice(18, -1)),
    );
    expect([...biases].sort()).toEqual(['-060', '-120']);
  });

  it('rolls logs and keeps every record', async () => {
    const { text } = await simulate({ devices: 80, rollBytes: 8_000 });
    const whole = await simulate({ devices: 80, rollBytes: 0 });
    const names = [...text.keys()];
    expect(names.filter((name) => /CCM_STS-\d{8}-\d{6}\.log$/.test(name)).length).toBeGreaterThan(1);
    expect(names).toContain('fleet/CP01/Logs/SMS_CLOUD_PROXYCONNECTOR.lo_');
    expect(size(text)).toBe(size(whole.text));
  });

  it('leaves out lost records and clients that nobody collects, and sets late ones apart', async () => {
    const { truth, text } = await simulate({ devices: 100, lost: 0.1, collected: 0.5, late: 0.5 });
    expect(truth.calls.some(({ client }) => client === undefined)).toBe(true);
    expect(truth.calls.some(({ messageId, sts }) => messageId !== '' && sts === undefined)).toBe(true);
    const late = truth.hosts.filter((host) => host.late).map(({ host }) => host);
    expect(late.length).toBeGreaterThan(5);
    const punctual = [...text.keys()]
      .filter((name) => name.startsWith('fleet/WIN'))
      .map((name) => name.split('/')[1] ?? '');
    expect(punctual.filter((host) => late.includes(host))).toEqual([]);
  });

  it('keeps the asked number of requests in flight at each management point', async () => {
    const { truth } = await simulate({
      devices: 800,
      inFlight: 1,
      hours: 0.006,
      collected: 0,
      failures: 0,
      installs: 0,
    });
    const perSecond = truth.calls.length / 21.6;
    const meanSeconds = 0.025 * Math.exp(0.81 / 2);
    expect((perSecond * meanSeconds) / 2).toBeGreaterThan(0.8);
    expect((perSecond * meanSeconds) / 2).toBeLessThan(1.2);
  });

  it('refuses a folder that holds anything, and wrong options, before the first byte', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
    folders.push(folder);
    writeFileSync(join(folder, 'keep'), '');
    await expect(createSimulation().write(folder)).rejects.toThrow(/holds 1 entries/);
    expect(() => createSimulation({ lost: 2, devices: 0 })).toThrow(
      /lost is a share.*devices is a whole number/,
    );
  });

  it('writes in real time until stopped', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'fleet-')), 'new');
    folders.push(join(folder, '..'));
    const stop = AbortSignal.timeout(1500);
    const summary = await createSimulation({ devices: 400, inFlight: 0.5, installs: 0 }).live(
      folder,
      systemClock,
      stop,
    );
    expect(summary.records).toBeGreaterThan(20);
    expect(readdirSync(join(folder, 'fleet')).length).toBeGreaterThan(3);
  });
});
