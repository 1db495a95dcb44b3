/**
 * `npm run bench:panel-in-grafana`: this panel beside Grafana's own trace panel, in one Grafana (CCMTRACE_GRAFANA_HOME, with its Jaeger data
 * source), one browser, on the same traces from the same data source. Writes results/panel-in-grafana.md.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../panel/browser.ts';
import { builtDataSource, grafanaProgram, startGrafana } from '../support/grafana.ts';
import { openDashboard } from '../support/in-grafana.ts';
import { dashboardOf, pluginId, tracePanelOf } from '../support/panel-dashboard.ts';
import { repository } from '../support/run-cli.ts';
import { bigFrame, bigJaegerTrace } from './panel-frames.ts';

/** A trace by its spans and, where that is limited, the levels that it is deep. */
interface Shape {
  readonly count: number;
  readonly deepest: number;
}

const unlimited = 0;
const small: Shape = { count: 10, deepest: unlimited };
const shapes: readonly Shape[] = [
  { count: 1000, deepest: 16 },
  { count: 10_000, deepest: 16 },
  { count: 100_000, deepest: 16 },
  // About a seventh as deep as it is long, as the bench of the panel alone has it.
  { count: 10_000, deepest: unlimited },
  { count: 100_000, deepest: unlimited },
];
const patienceMs = 90_000;
/** How each panel shows that a trace is drawn, and what scrolls. */
const panels = {
  ours: {
    type: pluginId,
    drawn: (id: string) => `.ccm-trace[data-trace="${id}"] .ccm-bars[data-fonts]`,
    scroller: '[role=treegrid]',
  },
  stock: {
    type: 'traces',
    drawn: (id: string) => `[data-item-key^="${id}"]`,
    scroller: '[data-testid=ListView]',
  },
} as const;
type PanelName = keyof typeof panels;

interface Measured {
  readonly drawnMs: number;
  readonly scrollMs: number;
  readonly mebibytes: number;
}

const program = builtDataSource(grafanaProgram(), 'jaeger');
if (program.missing !== '') throw new Error(`Nothing was measured: ${program.missing}.`);

const idOf = ({ count, deepest }: Shape): string =>
  count.toString(16).padStart(24, '0') + deepest.toString(16).padStart(8, '0');

function traceOf(id: string): object {
  const [count = 0, deepest = 0] = [id.slice(0, 24), id.slice(24)].map((hex) => Number.parseInt(hex, 16));
  return bigJaegerTrace(count, id, deepest === unlimited ? Infinity : deepest);
}

const source = createServer((request, response) => {
  const id = /\/api\/traces\/([0-9a-f]+)/.exec(request.url ?? '')?.[1];
  const body = { data: id === undefined ? [] : [traceOf(id)] };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
await new Promise<void>((resolve) => {
  source.listen(0, '127.0.0.1', resolve);
});

const folder = mkdtempSync(join(tmpdir(), 'panel-in-grafana-'));
execFileSync(process.execPath, [
  join(repository, 'grafana-plugin', 'scripts', 'package.ts'),
  '--out',
  folder,
]);
const jaeger = { type: 'jaeger', uid: 'big' };
const place = { x: 0, y: 0, w: 24, h: 20 };
const grafana = await startGrafana(program, join(folder, 'grafana'), {
  plugins: { [pluginId]: join(folder, 'panel') },
  datasources: [
    {
      name: 'big',
      ...jaeger,
      access: 'proxy',
      url: `http://127.0.0.1:${(source.address() as AddressInfo).port}`,
    },
  ],
  dashboards: Object.fromEntries(
    Object.entries(panels).map(([name, { type }]) => [
      name,
      dashboardOf(name, name, [{ ...tracePanelOf(1, jaeger, place), type }], idOf(small)),
    ]),
  ),
});

function levelsOf({ count, deepest }: Shape): number {
  const { fields } = bigFrame(count, deepest === unlimited ? Infinity : deepest);
  const of = (name: string) =>
    (fields as { name: string; values: string[] }[]).find((field) => field.name === name)!.values;
  const parents = of('parentSpanID');
  const levels = new Map<string, number>();
  of('spanID').forEach((id, k) => levels.set(id, (levels.get(parents[k]!) ?? 0) + 1));
  return Math.max(...new Set(levels.values()));
}

/** Draws a trace where a small one was, in a page that has everything loaded. */
async function measure(browser: Browser, name: PanelName, shape: Shape): Promise<Measured | string> {
  const { page, complaints } = await openDashboard(browser, grafana.url, name, { height: 1000 });
  try {
    await page
      .locator(panels[name].drawn(idOf(small)))
      .first()
      .waitFor();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    const before = await heapBytes(cdp);
    const drawnMs = await draw(page, panels[name].drawn(idOf(shape)), idOf(shape));
    if (Number.isNaN(drawnMs)) return `Grafana put an error in its place: ${thrown(complaints)}`;
    const mebibytes = ((await heapBytes(cdp)) - before) / 2 ** 20;
    return { drawnMs, scrollMs: await scroll(page, cdp, panels[name].scroller), mebibytes };
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    return `not drawn within ${patienceMs / 1000} s`;
  } finally {
    await page.context().close();
  }
}

/** The error that the page told its console, and the innermost function of a name that it came through. */
function thrown(complaints: readonly string[]): string {
  const text = complaints.find((each) => /\w*Error: /.test(each)) ?? 'none was told to the console';
  process.stderr.write(`${text}\n`);
  const where = /^ +at (\w+) \(/m.exec(text)?.[1];
  const what = /\w*Error: [^\n]*/.exec(text)?.[0] ?? text;
  return where === undefined ? what : `${what} in ${where}`;
}

/** From the last byte of the data source's answer until the trace is on the screen; ms. */
async function draw(page: Page, drawn: string, id: string): Promise<number> {
  await page.evaluate(
    ([selector, limit]) => {
      const started = performance.now();
      const watch = () => {
        if (document.querySelector(selector) !== null)
          requestAnimationFrame(() =>
            setTimeout(() => Object.assign(globalThis, { drawnAt: performance.now() }), 0),
          );
        else if (document.body.innerText.includes('An unexpected error happened'))
          Object.assign(globalThis, { drawnAt: Number.NaN });
        else if (performance.now() - started < limit) requestAnimationFrame(watch);
      };
      watch();
    },
    [drawn, patienceMs] as const,
  );
  const box = page.getByLabel('traceId').or(page.locator('#var-traceId')).first();
  await box.fill(id);
  await box.press('Enter');
  await page.waitForFunction(() => 'drawnAt' in globalThis, undefined, { timeout: patienceMs });
  return page.evaluate(() => {
    const answers = performance
      .getEntriesByType('resource')
      .filter((entry) => entry.name.includes('/api/ds/query')) as PerformanceResourceTiming[];
    return (globalThis as unknown as { drawnAt: number }).drawnAt - answers.at(-1)!.responseEnd;
  });
}

/** Work of the main thread for one step of scrolling; ms. */
async function scroll(page: Page, cdp: CDPSession, scroller: string): Promise<number> {
  const steps = 20;
  const before = await taskMs(cdp);
  await page.evaluate(
    async ([selector, count]) => {
      let box = document.querySelector(selector)!;
      while (box.scrollHeight <= box.clientHeight + 1 && box.parentElement !== null) box = box.parentElement;
      for (let k = 1; k <= count; k += 1) {
        const room = box.scrollHeight - box.clientHeight;
        box.scrollTop = k % 10 === 0 ? (room * k) / count : box.scrollTop + 197;
        await new Promise((resolve) => {
          requestAnimationFrame(() => setTimeout(resolve, 0));
        });
      }
    },
    [scroller, steps] as const,
  );
  return ((await taskMs(cdp)) - before) / steps;
}

async function taskMs(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
}

async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize + backingStorageSize;
}

const browser = await openBrowser();
try {
  const rows: string[] = [];
  for (const shape of shapes) {
    for (const name of ['ours', 'stock'] as const) {
      const runs: Measured[] = [];
      let why = '';
      for (let turn = 0; turn < 2; turn += 1) {
        const one = await measure(browser, name, shape);
        if (typeof one === 'string') why = one;
        else runs.push(one);
        if (why !== '') break;
      }
      const best = (pick: (one: Measured) => number) => Math.min(...runs.map(pick));
      const figures =
        runs.length === 0
          ? `${why} | – | –`
          : `${best((one) => one.drawnMs).toFixed(0)} | ${best((one) => one.scrollMs).toFixed(1)} | ${best((one) => one.mebibytes).toFixed(0)}`;
      rows.push(
        `| ${shape.count.toLocaleString('en-GB')} | ${levelsOf(shape).toLocaleString('en-GB')} | ${name === 'ours' ? 'this panel' : "Grafana's own"} | ${figures} |`,
      );
      process.stderr.write(`${rows.at(-1)}\n`);
    }
  }
  const { version } = (await (await fetch(`${grafana.url}api/health`)).json()) as { version: string };
  const report = `# This panel beside Grafana's own

Written by \`npm run bench:panel-in-grafana\` (${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Chromium ${browser.version()} without a graphics
processor, Grafana ${version}). The same traces from the same Jaeger data source, in a dashboard that showed ten spans before; the best of two.
Drawn: from the last byte of the data source's answer, so that reading it and Grafana's own work with the frames are in both. Memory: the page's heap
after garbage collection above that with ten spans, frames included in both.

| spans | levels | panel | drawn, ms | a step of scrolling, ms | memory, MiB |
|---|---|---|---|---|---|
${rows.join('\n')}

Where Grafana's own fails, the depth is the cause, not the number of spans: for each row that it draws, \`findAllDescendants\` in its
\`VirtualizedTraceView\` gathers everything below by recursion, until the browser's stack is full.

What Grafana's own panel has and this one has not: links to logs, metrics and profiles that a Tempo data source configures, the service graph beside it,
span filters by duration.
`;
  process.stdout.write(report);
  mkdirSync(new URL('results/', import.meta.url), { recursive: true });
  writeFileSync(new URL('results/panel-in-grafana.md', import.meta.url), report);
} finally {
  await browser.close();
  await grafana.stop();
  source.close();
  rmSync(folder, { recursive: true, force: true });
}
