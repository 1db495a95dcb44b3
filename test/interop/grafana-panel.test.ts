import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser, shoot } from '../panel/browser.ts';
import { builtDataSource, grafanaProgram, startGrafana, type Grafana } from '../support/grafana.ts';
import { openDashboard, tracePanels, type GrafanaView } from '../support/in-grafana.ts';
import { dashboardOf, pluginId, searchPanelOf, tracePanelOf } from '../support/panel-dashboard.ts';
import { repository } from '../support/run-cli.ts';
import { startCollector, type RunningCollector } from '../support/run-collector.ts';
import { skipNote, type Program } from './programs/find.ts';

const program = grafanaProgram();
const jaegerSource = builtDataSource(program, 'jaeger');
const chromium: Program = { path: '', missing: hasBrowser ? '' : 'there is no Chromium' };
const source = { type: 'jaeger', uid: 'ccmtrace' };

describe.skipIf(program.missing + jaegerSource.missing + chromium.missing !== '')(
  `the panel in a whole Grafana${skipNote(program, jaegerSource, chromium)}`,
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
          stock: dashboardOf('stock', "Grafana's own", [
            { ...tracePanelOf(1, source, { x: 0, y: 0, w: 24, h: 22 }), type: 'traces' },
          ]),
          narrow: dashboardOf('narrow', 'A narrow panel', [
            tracePanelOf(1, source, { x: 0, y: 0, w: 8, h: 22 }),
          ]),
          attempts: dashboardOf('attempts', 'Attempts, curve and trace', [
            searchPanelOf(2, pluginId, source.uid, { x: 0, y: 0, w: 24, h: 9 }),
            tracePanelOf(1, source, { x: 0, y: 9, w: 24, h: 18 }),
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
      await page.getByRole('grid').getByText(failed).click();
      // Beside the dashboard's link stands the data source's own, into Explore.
      await page.getByText('Show', { exact: true }).click();
      await tracePanels(page).getByRole('note').waitFor();
      expect(await tracePanels(page).getByRole('heading').first().innerText()).toBe('token renewal');
      await shoot(page, 'grafana-table-and-trace');
    });

    it('leads from an attempt in the panel itself to the trace, and from its span to the variable', async () => {
      const { page } = await open('attempts', { height: 1100 });
      const [attempts, trace] = [tracePanels(page).first(), tracePanels(page).last()];
      await trace.getByRole('heading', { name: 'token renewal', level: 2 }).waitFor();
      await attempts.locator('tbody tr', { hasText: 'client registration' }).click();
      await trace.getByRole('heading', { name: 'client registration', level: 2 }).waitFor();
      await shoot(page, 'grafana-attempts-and-trace');
      await trace.getByRole('row', { name: 'token request' }).first().click();
      const span = await trace.locator('.ccm-details').getAttribute('data-span');
      await expect.poll(() => page.url()).toContain(`var-spanId=${span}`);
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

    it('takes the trace elsewhere', async () => {
      const { page } = await open('one');
      await tracePanels(page).getByRole('treegrid').waitFor();
      await tracePanels(page).locator('summary', { hasText: 'Export' }).click();
      for (const [name, ending] of [
        ['Ladder as PNG', '.png'],
        ['Ladder as SVG', '.svg'],
        ['Trace as OTLP JSON', '.json'],
      ] as const) {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          tracePanels(page).getByRole('button', { name }).click(),
        ]);
        expect(download.suggestedFilename()).toBe(`token-renewal-${failed.slice(0, 8)}${ending}`);
      }
    });

    it('is edited with its own options, which the panel follows', async () => {
      const { page } = await open('one', {
        width: 1600,
        height: 1000,
        query: `var-traceId=${failed}&editPanel=1`,
      });
      await tracePanels(page).getByRole('treegrid').waitFor();
      for (const name of ['View', 'Log records', 'Variables', 'Colours of the tiers', 'Data links']) {
        await page
          .getByRole('heading', { name, exact: true })
          .or(page.getByText(name, { exact: true }))
          .first()
          .waitFor();
      }
      await shoot(page, 'grafana-edit');
      await page.getByRole('radio', { name: 'As a tree' }).check({ force: true });
      await expect.poll(() => tracePanels(page).locator('.ccm-lane').count()).toBe(0);
    });

    it('is suggested for a trace, each card with its own view, and the card taken is shown', async () => {
      const { page } = await open('stock', {
        width: 1600,
        height: 1000,
        query: `var-traceId=${failed}&editPanel=1`,
      });
      await page.getByText('Change', { exact: true }).first().click();
      const card = (name: string) => page.getByTestId(`data-testid suggestion-${name}`);
      await card('Ladder').scrollIntoViewIfNeeded();
      await card('Ladder').locator('[data-step]').first().waitFor();
      await card('Waterfall').getByRole('treegrid').waitFor();
      await shoot(page, 'grafana-suggestions');
      await card('Ladder').click({ position: { x: 10, y: 10 } });
      const shown = tracePanels(page).filter({ has: page.getByRole('note') });
      await shown.waitFor();
      expect(await shown.getByRole('tab', { selected: true }).innerText()).toBe('Ladder');
    });
  },
);
