// Speed and memory of the panel in a real browser, small and large in one run. `npm run bench:panel`; writes results/panel.md.
// Ends with code 1 where a promise is not kept: 100,000 spans first paint ≤ 6 × that of 1,000, scrolling ≤ 1.5 ×,
// memory ≤ 1 kB a span above the frames; 230,000 spans usable: painted within ten seconds, scrolled at once.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { CDPSession, Page } from 'playwright-core';
import { openBrowser, openPage, shoot } from '../panel/browser.ts';
import { generations } from '../panel/harness/generations.ts';
import type { PanelHost } from '../panel/harness/host/host.tsx';
import type { Mounted } from '../panel/harness/host/mount.tsx';
import { serveHost } from '../panel/harness/serve.ts';
import { bigFrame } from './panel-frames.ts';

interface Measured {
  readonly spans: number;
  readonly firstPaintMs: number;
  readonly scrollMs: number;
  /** What the panel holds beside the frames. */
  readonly memory: Memory;
}

/** Bytes by what the browser counts them as; `script` holds objects, strings and typed arrays. */
interface Memory {
  readonly script: number;
  readonly elements: number;
  readonly canvases: number;
}

interface BenchGlobal {
  readonly panelHost: PanelHost;
  frame: object;
  mounted: Mounted | undefined;
}

const server = await serveHost(generations[0]!);
const browser = await openBrowser();

async function measure(spans: number): Promise<Measured> {
  const { page } = await openPage(browser, server.url);
  await page.waitForFunction(() => 'panelHost' in globalThis);
  await page.evaluate(`globalThis.frame = (${bigFrame.toString()})(10); undefined`);
  await paint(page);
  await page.evaluate(`globalThis.frame = (${bigFrame.toString()})(${spans}); undefined`);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const firstPaintMs = await paint(page);
  const mounted = await memoryOf(page, cdp);
  await page.evaluate(() => {
    (globalThis as unknown as BenchGlobal).mounted?.unmount();
    (globalThis as unknown as BenchGlobal).mounted = undefined;
    document.querySelector('#root')!.replaceChildren();
  });
  // What goes with the panel is what it held: the frames stay, with whatever the engine made of them meanwhile.
  const without = await memoryOf(page, cdp);
  const memory = {
    script: mounted.script - without.script,
    elements: mounted.elements - without.elements,
    canvases: mounted.canvases - without.canvases,
  };
  await paint(page);
  const scrollMs = await scroll(page, cdp);
  if (spans > 200_000) await shoot(page, 'panel-bench-large');
  await page.context().close();
  return { spans, firstPaintMs, scrollMs, memory };
}

/** From handing the frames to the panel until the bars are on the screen; ms. */
async function paint(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { panelHost, frame } = globalThis as unknown as BenchGlobal;
    const old = document.querySelector('#root')!;
    const root = document.createElement('div');
    root.id = 'root';
    old.replaceWith(root);
    const began = performance.now();
    (globalThis as unknown as BenchGlobal).mounted = await panelHost.mount(root, {
      theme: 'dark',
      panels: [{ frames: [frame] }],
    });
    while (root.querySelector<HTMLCanvasElement>('.ccm-bars')?.dataset['fonts'] === undefined) {
      await new Promise((resolve) => {
        setTimeout(resolve, 2);
      });
    }
    await new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(resolve, 0));
    });
    const count = root.querySelector('.ccm-title')?.textContent ?? '';
    const { fields } = frame as { fields: { values: unknown[] }[] };
    if (!count.includes(`${fields[0]!.values.length.toLocaleString('en-GB')} spans`))
      throw new Error(`Drawn: ${count}`);
    return performance.now() - began;
  });
}

/** Work of the main thread for one step of scrolling, over sixty steps through the whole trace; ms. */
async function scroll(page: Page, cdp: CDPSession): Promise<number> {
  const steps = 60;
  const before = await taskMs(cdp);
  await page.evaluate(async (count) => {
    const box = document.querySelector('[role=treegrid]')!;
    const room = box.scrollHeight - box.clientHeight;
    for (let k = 1; k <= count; k += 1) {
      // The same distances in rows for every size, then one jump through the whole.
      box.scrollTop = k % 10 === 0 ? (room * k) / count : box.scrollTop + 197;
      await new Promise((resolve) => {
        requestAnimationFrame(() => setTimeout(resolve, 0));
      });
    }
  }, steps);
  return ((await taskMs(cdp)) - before) / steps;
}

async function metric(cdp: CDPSession, name: string): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find((entry) => entry.name === name)?.value ?? Number.NaN;
}

async function taskMs(cdp: CDPSession): Promise<number> {
  return (await metric(cdp, 'TaskDuration')) * 1000;
}

/** All memory of the page after garbage collection, as the browser itself counts it. */
async function memoryOf(page: Page, cdp: CDPSession): Promise<Memory> {
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  return page.evaluate(async () => {
    const measuring = performance as unknown as {
      measureUserAgentSpecificMemory(): Promise<{ breakdown: { types: string[]; bytes: number }[] }>;
    };
    const { breakdown } = await measuring.measureUserAgentSpecificMemory();
    const of = (type: string) =>
      breakdown.reduce((sum, { types, bytes }) => (types.includes(type) ? sum + bytes : sum), 0);
    return { script: of('JavaScript'), elements: of('DOM'), canvases: of('Canvas') };
  });
}

function bytesPerSpan({ spans, memory }: Measured): number {
  return (memory.script + memory.elements + memory.canvases) / spans;
}

/** The best of several runs: what else the machine does can only add. */
function best(all: readonly Measured[]): Measured {
  const of = (pick: (one: Measured) => number) => Math.min(...all.map(pick));
  return {
    spans: all[0]!.spans,
    firstPaintMs: of((one) => one.firstPaintMs),
    scrollMs: of((one) => one.scrollMs),
    memory: {
      script: of((one) => one.memory.script),
      elements: of((one) => one.memory.elements),
      canvases: of((one) => one.memory.canvases),
    },
  };
}

try {
  const runs: Record<'small' | 'large', Measured[]> = { small: [], large: [] };
  // By turns, so that both meet the same machine.
  for (let k = 0; k < 5; k += 1) {
    runs.small.push(await measure(1000));
    runs.large.push(await measure(100_000));
  }
  const [small, large] = [best(runs.small), best(runs.large)];
  const huge = await measure(230_000);
  const promises: readonly (readonly [text: string, kept: boolean])[] = [
    [
      `first paint at 100,000 spans ${(large.firstPaintMs / small.firstPaintMs).toFixed(2)} × that at 1,000 (at most 6)`,
      large.firstPaintMs <= 6 * small.firstPaintMs,
    ],
    [
      `a step of scrolling ${(large.scrollMs / small.scrollMs).toFixed(2)} × (at most 1.5)`,
      large.scrollMs <= 1.5 * small.scrollMs,
    ],
    [
      `memory ${bytesPerSpan(large).toFixed(0)} bytes a span above the frames (at most 1,000)`,
      bytesPerSpan(large) <= 1000,
    ],
    [
      `230,000 spans painted in ${huge.firstPaintMs.toFixed(0)} ms (at most 10,000), a step of scrolling ${huge.scrollMs.toFixed(2)} ms (at most 50)`,
      huge.firstPaintMs <= 10_000 && huge.scrollMs <= 50,
    ],
  ];
  const report = reportOf([small, large, huge], promises);
  process.stdout.write(report);
  const results = new URL('results/', import.meta.url);
  mkdirSync(results, { recursive: true });
  writeFileSync(new URL('panel.md', results), report);
  if (promises.some(([, kept]) => !kept)) process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}

function reportOf(
  all: readonly Measured[],
  promises: readonly (readonly [text: string, kept: boolean])[],
): string {
  const kibibytes = (bytes: number) => Math.round(bytes / 1024).toLocaleString('en-GB');
  const rows = all.map((one) => {
    const { spans, firstPaintMs, scrollMs, memory } = one;
    const parts = [memory.script, memory.elements, memory.canvases].map(kibibytes).join(' | ');
    return `| ${spans.toLocaleString('en-GB')} | ${firstPaintMs.toFixed(0)} | ${scrollMs.toFixed(2)} | ${parts} | ${bytesPerSpan(one).toFixed(0)} |`;
  });
  return `# Speed and memory of the panel

Written by \`npm run bench:panel\` (${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Chromium ${browser.version()} without a graphics
processor, Grafana ${generations[0]!.grafana}'s packages). 1,000 and 100,000 spans by turns, the best of five runs; 230,000 once. Memory is
what goes with the panel when it is unmounted while the frames stay: objects and typed arrays, elements, canvases, as the browser counts them.

| spans | first paint, ms | a step of scrolling, ms | script, KiB | elements, KiB | canvases, KiB | bytes a span |
|---|---|---|---|---|---|---|
${rows.join('\n')}

${promises.map(([text, kept]) => `- ${kept ? 'kept' : 'MISSED'}: ${text}`).join('\n')}
`;
}
