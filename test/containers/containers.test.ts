import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../dashboards/src/all.ts';
import { skipNote, type Program } from '../interop/programs/find.ts';
import { until } from '../interop/programs/run.ts';
import { hasBrowser, openBrowser } from '../panel/browser.ts';
import { openDashboard, tracePanels } from '../support/in-grafana.ts';
import { pluginBundle } from '../support/panel-dashboard.ts';
import { findEngine, imagesOf } from './engine.ts';
import { startStack, type Stack } from './stack.ts';

const images = imagesOf(process.env);
const engine = await findEngine(images);
const needed: readonly Program[] = [
  engine,
  { path: '', missing: hasBrowser ? '' : 'there is no Chromium' },
  {
    path: pluginBundle,
    missing: existsSync(pluginBundle) ? '' : 'the panel is not packaged: npm run plugin:package',
  },
];

describe('imagesOf()', () => {
  it('takes the names of the compose set-up, or those of its variables', () => {
    expect(imagesOf({})).toEqual({
      grafana: expect.stringMatching(/^docker\.io\/grafana\/grafana:\d/),
      tempo: expect.stringMatching(/^docker\.io\/grafana\/tempo:\d/),
      prometheus: expect.stringMatching(/^docker\.io\/prom\/prometheus:v\d/),
    });
    expect(imagesOf({ TEMPO_IMAGE: 'mirror.example/tempo:1' }).tempo).toBe('mirror.example/tempo:1');
  });
});

describe.skipIf(needed.some(({ missing }) => missing !== ''))(
  `Grafana, Tempo and Prometheus in containers${skipNote(...needed)}`,
  () => {
    let folder: string;
    let stack: Stack;
    let browser: Browser;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'containers-'));
      browser = await openBrowser();
      stack = await startStack(images, folder);
    });
    afterAll(async () => {
      await stack?.stop();
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const ask = async (path: string): Promise<Response> => fetch(`${stack.grafana}api/${path}`);

    it('show the failed renewal alike from the collector and from Tempo', async () => {
      const failed = (await stack.collector.traces()).find(({ outcome }) => outcome === 'error')!;
      await until('the trace in Tempo', async () => {
        const answer = await ask(`datasources/proxy/uid/ccmtrace-tempo/api/traces/${failed.traceId}`);
        return answer.ok;
      });
      const said: string[] = [];
      for (const uid of ['from-collector', 'from-tempo']) {
        const { page } = await openDashboard(browser, stack.grafana, uid, {
          query: `var-traceId=${failed.traceId}`,
        });
        await tracePanels(page).getByRole('treegrid').waitFor();
        said.push(await tracePanels(page).getByRole('note').innerText());
      }
      expect(said[0]).toContain('CP01');
      expect(said[1]).toBe(said[0]);
    });

    it('read the metrics of the collector', async () => {
      const query = 'datasources/proxy/uid/ccmtrace-prometheus/api/v1/query?query=ccmtrace_build_info';
      let found: unknown[] = [];
      await until('the metrics in Prometheus', async () => {
        const { data } = (await (await ask(query)).json()) as { data: { result: unknown[] } };
        found = data.result;
        return found.length > 0;
      });
      expect(found).toMatchObject([{ metric: { __name__: 'ccmtrace_build_info' } }]);
    });

    it.each(Object.entries(allDashboards()))('open the dashboard %s', async (_, dashboard) => {
      const { page } = await openDashboard(browser, stack.grafana, dashboard.uid!);
      await page.getByText(dashboard.title!).first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.getByText('An unexpected error happened').count()).toBe(0);
    });
  },
);
