import { appendFile, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collect, repository, startCli } from '../support/run-cli.ts';
import { startCollector, stopCollector, until } from '../support/running-collector.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sample = join(repository, 'collector', 'sample');

async function roots(url: string): Promise<string[]> {
  const page = (await (await fetch(`${url}api/v1/traces?limit=100`)).json()) as { rows: { story: string }[] };
  return page.rows.map((row) => row.story).sort();
}

describe('ccmtrace run', () => {
  it('without a path follows the bundled sample, draws a waterfall, serves the page and stops on Ctrl-C', async () => {
    const running = await startCollector([], { cwd: await temporaryFolder() });
    expect(running.stdout()).toContain('token renewal  FAILED');
    expect(running.stdout()).toMatch(/█{5,}/);
    expect(running.stdout()).toMatch(/ client install +ok, with warnings +2 min 8 s /);
    expect(await roots(running.url)).toEqual([
      'client install',
      'client registration',
      'token renewal',
      'token renewal',
    ]);
    const page = await fetch(running.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>ccmtrace</title>');
    expect(await (await fetch(`${running.url}readyz`)).text()).toBe('ready\n');
    expect(await (await fetch(`${running.url}metrics`)).text()).toMatch(/^ccm_token_requests_total\{.*\} 1/m);
    expect(await stopCollector(running)).toBe(0);
    expect(running.stderr()).toContain('Stopped');
  });

  it('shows a trace that is written while it runs, and keeps it over a restart', async () => {
    const folder = await temporaryFolder();
    await cp(sample, join(folder, 'logs'), { recursive: true });
    const running = await startCollector([join(folder, 'logs')], { cwd: folder });
    const log = join(folder, 'logs', 'WIN-042', 'CCM', 'Logs', 'CcmMessaging.log');
    await appendFile(log, failedRenewal());
    await until(
      async () => ((await roots(running.url)).length === 5 ? true : undefined),
      () => 'the new trace did not come',
    );
    expect(await stopCollector(running)).toBe(0);
    const again = await startCollector([join(folder, 'logs')], { cwd: folder });
    expect(await roots(again.url)).toHaveLength(5);
    expect(await stopCollector(again)).toBe(0);
  });

  it('stays within the memory that records may take, and keeps every record all the same', async () => {
    const folder = await temporaryFolder();
    const devices = ['--devices', '60', '--hours', '4', '--noise', '0'];
    const simulated = startCli(['simulate', 'logs', '--seed', '5', '--start', yesterday(), ...devices], {
      cwd: folder,
    });
    await new Promise((resolve) => simulated.once('close', resolve));
    await writeFile(join(folder, 'narrow.yaml'), 'tail: { inFlightMebibytes: 1 }\n');
    const [wide, narrow] = await Promise.all([
      startCollector(['--store', 'wide', 'logs'], { cwd: folder }),
      startCollector(['--store', 'narrow', '--config', 'narrow.yaml', 'logs'], { cwd: folder }),
    ]);
    expect(wide.stderr()).not.toContain('tail.inFlightMebibytes');
    expect(narrow.stderr()).toContain('than tail.inFlightMebibytes (1) has room for');
    const all = await evidence(wide.url);
    expect(all.length).toBeGreaterThan(1000);
    // Besides, a token from Entra ID stands for itself where the renewal that asked for it came too late.
    const kept = new Set(await evidence(narrow.url));
    expect(all.filter((place) => !kept.has(place))).toEqual([]);
    expect(await stopCollector(wide)).toBe(0);
    expect(await stopCollector(narrow)).toBe(0);
  });

  it('refuses a store that another collector holds, in one sentence', async () => {
    const folder = await temporaryFolder();
    const running = await startCollector([sample], { cwd: folder });
    const second = startCli(['run', '--port', '0', sample], { cwd: folder });
    const stderr = collect(second.stderr);
    const code = await new Promise<number | null>((resolve) => second.once('close', resolve));
    expect(code).toBe(1);
    expect(stderr().trim().split('\n')).toHaveLength(1);
    expect(stderr()).toMatch(/store|\.ccmtrace/);
    await stopCollector(running);
  });
});

const yesterday = (): string => new Date(Date.now() - 86_400_000).toISOString();

interface OtlpTrace {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly events?: readonly {
          readonly attributes: readonly { key: string; value: Readonly<Record<string, unknown>> }[];
        }[];
      }[];
    }[];
  }[];
}

/** Place of every record that is evidence of a span, sorted. */
async function evidence(url: string): Promise<string[]> {
  const places = new Set<string>();
  const page = (await (await fetch(`${url}api/v1/traces?limit=1000`)).json()) as {
    rows: { traceId: string }[];
  };
  for (const { traceId } of page.rows) {
    const trace = (await (await fetch(`${url}api/v1/traces/${traceId}`)).json()) as OtlpTrace;
    const events = trace.resourceSpans
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      .flatMap(({ events: own = [] }) => own);
    for (const { attributes } of events) {
      const of = (name: string): unknown =>
        Object.values(attributes.find(({ key }) => key === name)?.value ?? {})[0];
      places.add(`${String(of('log.file.path'))}:${String(of('ccm.log.offset'))}`);
    }
  }
  return [...places].sort();
}

/** A renewal that fails at once, an hour ago: records as CcmMessaging writes them, UTC+0. */
function failedRenewal(): string {
  const at = new Date(Date.now() - 3_600_000);
  const date = `${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}-${at.getUTCFullYear()}`;
  const clock = (ms: number): string => new Date(at.getTime() + ms).toISOString().slice(11, 23);
  const record = (ms: number, text: string): string =>
    `<![LOG[${text}]LOG]!><time="${clock(ms)}+000" date="${date}" component="CcmMessaging" context="" type="1" thread="77" file="a.cpp:1">\r\n`;
  return [
    record(0, "CCM Token for 'S-1-5-18' (03/08/2026 07:31:40) is already expired or close to expire"),
    record(
      5,
      'Getting CCM Token from https://CONTOSOCMG.CONTOSO.COM/CCM_Proxy_ServerAuth/72057594037927941/CCM_STS',
    ),
    record(90, '[CCMHTTP] ERROR INFO: StatusCode=401 StatusText=CMGConnector_Unauthorized'),
    record(95, 'RetrieveTokenFromStsServerImpl failed with error 0x87d0027e'),
  ].join('');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
