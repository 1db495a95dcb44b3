import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser, shoot } from '../panel/browser.ts';
import { grafanaProgram, startGrafana, type Grafana } from '../support/grafana.ts';
import { openDashboard, tracePanels, type GrafanaView } from '../support/in-grafana.ts';
import { dashboardOf, pluginId, searchPanelOf, tracePanelOf } from '../support/panel-dashboard.ts';
import { repository } from '../support/run-cli.ts';
import { startCollector, type RunningCollector } from '../support/run-collector.ts';
import { skipNote, type Program } from './programs/find.ts';

const program = grafanaProgram();
const chromium: Program = { path: '', missing: hasBrowser ? '' : 'there is no Chromium' };
const source = { type: 'jaeger', uid: 'ccmtrace' };

describe.skipIf(program.missing + chromium.missing !== '')(
  `the panel in a whole Grafana${skipNote(program, chromium)}`,
  () => {
    let folder: string;
    let browser: Browser;
    let collector: RunningCollector;
    let grafana: Grafana;
    let failed: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'grafana-panel-'));
      const script = join(repository, 'grafana-plugin', 'scripts', 'package.ts');
      execFileSync(process.execPath, [script, '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
      collector = await startCollector(join(folder, 'collector'));
      failed = (await collector.traces()).find(({ outcome }) => outcome === 'error')!.traceId;
      grafana = await startGrafana(program, join(folder, 'grafana'), {
        plugins: { [pluginId]: join(folder, 'panel') },
        datasources: [{ name: 'ccmtrace', ...source, access: 'proxy', url: collector.url }],
        dashboards: {
          one: dashboardOf('one', 'One trace', [tracePanelOf(1, source, { x: 0, y: 0, w: 24, h: 22 })]),
          narrow: dashboardOf('narrow', 'A narrow panel', [
            tracePanelOf(1, source, { x: 0, y: 0, w: 8, h: 22 }),
          ]),
          table: dashboardOf('table', 'Table and trace', [
            searchPanelOf(2, 'table', source.uid, { x: 0, y: 0, w: 24, h: 7 }),
            tracePanelOf(1, source, { x: 0, y: 7, w: 24, h: 18 }),
          ]),
        },
      });
      browser = await openBrowser();
    });
    afterEach(async () => {
      for (const context of browser.contexts()) await context.close();
    });
    afterAll(async () => {
      await browser?.close();
      await grafana?.stop();
      await collector?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const open = async (uid: string, view: GrafanaView = {}) =>
      openDashboard(browser, grafana.url, uid, { query: `var-traceId=${failed}`, ...view });

    it('is loaded, unsigned and without an error', async () => {
      const answer = await fetch(`${grafana.url}api/plugins?type=panel&embedded=0`);
      const plugins = (await answer.json()) as { id: string; signature: string }[];
      expect(plugins.find(({ id }) => id === pluginId)).toMatchObject({ signature: 'unsigned' });
    });

    for (const theme of ['dark', 'light'] as const) {
      it.each([
        ['one', 1280],
        ['narrow', 1280],
        ['one', 480],
      ] as const)(
        `shows the failing tier and the remedy without a click: ${theme}, dashboard %s, %i pixels wide`,
        async (uid, width) => {
          const { page } = await open(uid, { theme, width, height: 900 });
          const note = tracePanels(page).getByRole('note');
          await note.waitFor();
          await tracePanels(page).getByRole('treegrid').waitFor();
          await shoot(page, `grafana-${uid}-${theme}-${width}`);
          for (const text of [/Connection point · CP01/, /What to do:/]) {
            const box = (await note.getByText(text).first().boundingBox())!;
            expect(box.y + box.height).toBeLessThanOrEqual(900);
          }
        },
      );
    }

    it("leads from a row of Grafana's table through the variable to the trace", async () => {
      const { page } = await open('table', { query: '', height: 1000 });
      await tracePanels(page).getByText('No trace chosen').waitFor();
      await page.getByRole('link', { name: failed }).click();
      await tracePanels(page).getByRole('note').waitFor();
      expect(await tracePanels(page).getByRole('heading').first().innerText()).toBe('token renewal');
      await shoot(page, 'grafana-table-and-trace');
    });

    it('offers the data links of the trace and of the span, none of them into Explore', async () => {
      const { page } = await open('one');
      await tracePanels(page).getByRole('treegrid').waitFor();
      const links = await tracePanels(page)
        .getByRole('link', { name: /page$/ })
        .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
      expect(links).toEqual([
        `https://hosts.example/?trace=${failed}`,
        expect.stringMatching(/^https:\/\/spans\.example\/\?span=[0-9a-f]{16}$/),
      ]);
    });
  },
);
