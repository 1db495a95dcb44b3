import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { allDashboards } from '../../dashboards/src/all.ts';
import { tag, uids } from '../../dashboards/src/links.ts';
import { everyPanel } from '../../dashboards/src/lint.ts';
import { hasBrowser, openBrowser, shoot } from '../panel/browser.ts';
import { type Grafana, grafanaProgram, startGrafana } from '../support/grafana.ts';
import { openDashboard, tracePanels } from '../support/in-grafana.ts';
import { pluginId } from '../support/panel-dashboard.ts';
import { repository } from '../support/run-cli.ts';
import { type SimulatedFleet, startSimulatedFleet } from './dashboards/simulated-fleet.ts';
import { installed, type Program, skipNote } from './programs/find.ts';

const program = grafanaProgram();
const needed: readonly Program[] = [
  program,
  { path: '', missing: hasBrowser ? '' : 'there is no Chromium' },
  await installed('prometheus'),
];
/** What nothing of the kind happened for, in half an hour of a simulated fleet: each says so as good news. */
const quietPanels: Readonly<Record<string, readonly string[]>> = {
  'Collector health': ['Not used, by reason: Nothing was left out.'],
};

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly state: string;
  readonly lastError?: string;
}

describe.skipIf(needed.some(({ missing }) => missing !== ''))(
  `the dashboards and alerts in a whole Grafana${skipNote(...needed)}`,
  () => {
    let folder: string;
    let fleet: SimulatedFleet;
    let grafana: Grafana;
    let browser: Browser;
    let failed: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'grafana-dashboards-'));
      const script = join(repository, 'grafana-plugin', 'scripts', 'package.ts');
      execFileSync(process.execPath, [script, '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
      fleet = await startSimulatedFleet();
      const answer = await fetch(`http://${fleet.collector}/api/v1/traces?outcome=error&limit=1`);
      failed = ((await answer.json()) as { rows: { traceId: string }[] }).rows[0]?.traceId ?? '';
      const compose = join(repository, 'deploy/compose/grafana/provisioning/datasources/ccmtrace.yaml');
      grafana = await startGrafana(program, join(folder, 'grafana'), {
        plugins: { [pluginId]: join(folder, 'panel') },
        datasources: sourcesOf(await readFile(compose, 'utf8')),
        dashboards: allDashboards(),
        files: {
          'alerting/ccmtrace.yaml': await readFile(
            join(repository, 'deploy/grafana/alert-rules.yaml'),
            'utf8',
          ),
        },
      });
      browser = await openBrowser();
    }, 400_000);
    afterEach(async () => {
      for (const context of browser.contexts()) await context.close();
    });
    afterAll(async () => {
      await browser?.close();
      await grafana?.stop();
      await fleet?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** The shipped data sources, at the addresses of this test; Tempo is at none, as in an installation without it. */
    function sourcesOf(text: string): object[] {
      const { datasources } = parse(text) as { datasources: { type: string; jsonData?: object }[] };
      return datasources.map((source) => {
        if (source.type === 'prometheus') return { ...source, url: fleet.prometheus.url };
        const url = source.type === 'jaeger' ? `http://${fleet.collector}` : 'http://127.0.0.1:9';
        return { ...source, url, jsonData: {}, secureJsonData: {} };
      });
    }

    /** A dashboard with everything on it drawn, and what it asked for and did not get. */
    async function look(uid: string, theme: 'dark' | 'light', width: number) {
      const query = `from=now-70m&to=now&kiosk&var-identity=WIN-0004&var-traceId=${failed}`;
      const { page } = await openDashboard(browser, grafana.url, uid, { theme, width, height: 2400, query });
      const refused: string[] = [];
      page.on('response', (response) => {
        if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`);
      });
      await settled(page);
      await shoot(page, `grafana-${uid}-${theme}-${width}`);
      return { page, refused };
    }

    for (const [name, dashboard] of Object.entries(allDashboards())) {
      it.each([
        ['dark', 1600],
        ['light', 1600],
        ['dark', 420],
      ] as const)(
        `draws every panel of ${name} with data and without an error: %s, %i pixels wide`,
        async (theme, width) => {
          const { page, refused } = await look(dashboard.uid ?? '', theme, width);
          expect(refused).toEqual([]);
          expect(await page.getByTestId(headers).count()).toBeGreaterThan(2);
          expect(await without(page)).toEqual(quietPanels[dashboard.title ?? ''] ?? []);
          await expectNoErrors(page);
        },
      );
    }

    it('says of each attempt of a device how it ended', async () => {
      const { page } = await look(uids.device, 'dark', 1600);
      const attempts = tracePanels(page).first();
      const outcomes = await attempts.locator('tbody .ccm-badge').allInnerTexts();
      expect(outcomes.length).toBe(await attempts.locator('tbody tr').count());
      expect(outcomes.length).toBeGreaterThan(0);
      expect(outcomes.filter((text) => !/^\s*(ok|ok, with warnings|failed)\s*$/.test(text))).toEqual([]);
    });

    it('leads from a row of a table to that trace, with its cause', async () => {
      const { page } = await look(uids.fleet, 'dark', 1600);
      const link = page.getByRole('link', { name: /^[0-9a-f]{32}$/ }).first();
      const traceId = await link.innerText();
      // The id is longer than its column: at its visible beginning.
      await link.click({ position: { x: 10, y: 8 } });
      await page.waitForURL(new RegExp(`${uids.device}.*var-traceId=${traceId}`));
      await tracePanels(page).last().getByRole('note').waitFor();
      expect(await page.getByText(`Trace ${traceId}`).count()).toBeGreaterThan(0);
    });

    it('finds every dashboard by the tag that links them', async () => {
      const answer = await fetch(`${grafana.url}api/search?tag=${tag}`);
      const found = (await answer.json()) as { uid: string }[];
      expect(found.map(({ uid }) => uid).sort()).toEqual(Object.values(uids).sort());
    });

    it('evaluates every alert rule without an error, those of a fleet that fails in one renewal of seven too', async () => {
      const rules = await vi.waitFor(
        async () => {
          const all = await rulesOf(grafana);
          if (all.length === 0 || all.some(({ health }) => health === 'unknown'))
            throw new Error(`Not all were evaluated so far: ${JSON.stringify(all)}`);
          return all;
        },
        { timeout: 150_000, interval: 2000 },
      );
      expect(rules.length).toBeGreaterThan(10);
      expect(rules.filter(({ health, lastError }) => health !== 'ok' || lastError !== undefined)).toEqual([]);
      expect(grafana.output()).not.toMatch(/expanding template|failed to provision/i);
      expect(rules.filter(({ state }) => state !== 'inactive').map(({ name }) => name)).toContain(
        'CcmTokenFailuresBurnFast',
      );
    });
  },
);

async function rulesOf(grafana: Grafana): Promise<readonly Rule[]> {
  const headers = { authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` };
  const answer = await fetch(`${grafana.url}api/prometheus/grafana/api/v1/rules`, { headers });
  const { data } = (await answer.json()) as { data: { groups: { rules: Rule[] }[] } };
  return data.groups.flatMap(({ rules }) => rules);
}

const headers = /^data-testid Panel header/;

/** Until panels are there, and for a second none came and none was loading. */
async function settled(page: Page): Promise<void> {
  await page.getByTestId(headers).first().waitFor({ timeout: 60_000 });
  let before = -1;
  await vi.waitFor(
    async () => {
      const now = await page.getByTestId(headers).count();
      const loading = await page.getByLabel('Panel loading bar').count();
      const steady = now === before && loading === 0;
      before = now;
      if (!steady) throw new Error(`${now} panels, ${loading} of them loading.`);
    },
    { timeout: 60_000, interval: 1000 },
  );
}

/** What stands in a panel that has nothing to show: Grafana's words, our panel's, and what our dashboards put in their place. */
const nothings = new Set(
  Object.values(allDashboards())
    .flatMap(everyPanel)
    .flatMap(({ fieldConfig }) => fieldConfig?.defaults.noValue ?? []),
);
const nothing = new RegExp(
  `^(No data|No traces? (to show|found|chosen)|${[...nothings].join('|').replaceAll('.', '\\.')})$`,
);

/** Titles of the panels that have nothing to show, each with what it says instead. */
async function without(page: Page): Promise<string[]> {
  return page
    .getByText(nothing)
    .evaluateAll((all) =>
      all.map((each) => `${each.closest('section')?.querySelector('h2')?.textContent}: ${each.textContent}`),
    );
}

async function expectNoErrors(page: Page): Promise<void> {
  expect(await page.getByTestId('data-testid Panel status error').count()).toBe(0);
}
