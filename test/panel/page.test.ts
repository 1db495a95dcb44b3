import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser, openPage, shoot, type PageChoice } from './browser.ts';
import { servePage, type Answer } from './page-server.ts';
import { findBarriers } from './axe.ts';
import { emptyFleet, fleet } from './fleet-fixture.ts';
import { failedRenewal } from './failed-renewal.ts';
import { goodRegistration } from './good-registration.ts';
import { hostile } from './hostile.ts';
import { deviceView, diagnoses, listed, otlpOfStory, stories, summaryOf, traceIdOf } from './stories.ts';
import { useBrowser } from './suite.ts';

let answer: (url: URL) => Answer;
let complaints: string[] = [];

/** The collector's API over the fixtures. */
function usual(url: URL): Answer {
  if (url.pathname.startsWith('/api/v1/devices/')) return deviceOf(url.pathname);
  if (url.pathname === '/api/v1/fleet') return fleet;
  if (url.pathname === '/api/v1/diagnoses') return { diagnoses };
  if (url.pathname === '/api/v1/traces') {
    const wanted = url.searchParams.get('identity') ?? '';
    const outcome = url.searchParams.get('outcome') ?? '';
    const rows = listed
      .filter((row) => wanted === '' || row.host.toLowerCase() === wanted.toLowerCase())
      .filter(
        (row) => outcome === '' || (outcome === 'ok' ? row.outcome !== 'error' : row.outcome === outcome),
      );
    return { rows, next: '' };
  }
  const id = url.pathname.split('/').at(-1);
  const story = stories.find((candidate) => traceIdOf(candidate) === id);
  return story !== undefined && url.pathname.startsWith('/api/v1/traces/') ? otlpOfStory(story) : 404;
}

function deviceOf(path: string): Answer {
  const wanted = decodeURIComponent(path.split('/').at(-1) ?? '').toLowerCase();
  const attempts = listed.filter(
    (row) => row.host.toLowerCase() === wanted || row.clientGuid.toLowerCase() === wanted,
  );
  if (attempts.length === 0) return 404;
  return deviceView(attempts);
}

/** Whether a text comes into view within some seconds. */
async function shows(page: Page, text: string): Promise<boolean> {
  return page
    .locator('main')
    .getByText(text)
    .first()
    .waitFor({ timeout: 8000 })
    .then(
      () => true,
      () => false,
    );
}

describe.skipIf(!hasBrowser)('the page', () => {
  const suite = useBrowser(async () => servePage((url) => answer(url)));
  const visit = async (hash: string, choice: PageChoice = {}): Promise<Page> => {
    const opened = await openPage(suite.browser, suite.server.url + hash, choice);
    complaints = opened.complaints;
    return opened.page;
  };
  beforeEach(() => {
    answer = usual;
  });

  it('leads from the list to a failed renewal, its cause and the byte of the record', async () => {
    const page = await visit('');
    const row = page.locator('tr', { hasText: 'The connection point has no client certificate' });
    await row.waitFor();
    await shoot(page, 'page-list-dark');
    await row.click();
    await page.getByRole('treegrid').waitFor();
    const note = page.getByRole('note');
    expect(await note.innerText()).toContain('Enrol a client authentication certificate');
    expect(await note.innerText()).toContain('Connection point · CP01');
    const record = page.locator('[data-record="connector.request.failed"]');
    expect(await record.innerText()).toContain('SMS_CLOUD_PROXYCONNECTOR.log · byte 184,391');
    expect(await page.getByRole('row', { selected: true }).innerText()).toContain('connection point forward');
    await shoot(page, 'page-trace-dark');
    await page.goBack();
    await row.waitFor();
    expect(complaints).toEqual([]);
  });

  it('says which tiers were not reached and which only count', async () => {
    const page = await visit(`#/trace/${traceIdOf(failedRenewal)}`);
    const quiet = page.locator('[data-silent]');
    await quiet.first().waitFor();
    expect(await quiet.allInnerTexts()).toEqual([
      expect.stringMatching(/Gateway · CONTOSOCMG\s*no record per request\s+· 69 ms avg/),
      expect.stringMatching(/Management point\s*not reached/),
    ]);
  });

  it.each([
    ['dark', 1280],
    ['light', 1280],
    ['dark', 420],
    ['light', 1920],
  ] as const)('fits %s at %i pixels without a sideways scroll bar', async (scheme, width) => {
    for (const [name, hash, ready] of [
      ['list', '#/', 'tbody tr'],
      ['trace', `#/trace/${traceIdOf(goodRegistration)}`, '[role=treegrid]'],
      ['fleet', '#/fleet', '.page-chart canvas'],
      ['device', '#/device/WIN-042', '.page-device [data-validity=overdue]'],
      ['ladder', `#/trace/${traceIdOf(goodRegistration)}?view=ladder`, '[data-step=reply]'],
      ['ladder-failed', `#/trace/${traceIdOf(failedRenewal)}?view=ladder`, '[data-step=reply]'],
      ['attempts', `#/trace/${traceIdOf(failedRenewal)}?view=attempts`, '.ccm-mark'],
      ['evidence', `#/trace/${traceIdOf(goodRegistration)}?view=evidence`, '[role=table]'],
    ] as const) {
      const page = await visit(hash, { scheme, width });
      await page.locator(ready).first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      await shoot(page, `page-${name}-${scheme}-${width}`);
      expect(complaints).toEqual([]);
      // axe-core is slow on two cores: once per theme is enough, widths share the same elements.
      const barriers = width === 1280 ? await findBarriers(page, 'body') : [];
      expect(barriers).toEqual([]);
      await page.context().close();
    }
  });

  it('shows a device: state of its token, when the last came and by what, failures since, and who else suffers', async () => {
    const page = await visit('#/?q=win-042');
    const device = page.getByRole('region', { name: 'WIN-042' });
    await device.waitFor();
    const text = await device.innerText();
    expect(text).toMatch(/Token\s+ran out 2\sMar,\s16:02:15/);
    expect(text).toMatch(/Last token received\s+2\sMar,\s08:02:15\s+client registration/);
    expect(text).toMatch(/Attempts since\s+1 failed/);
    expect(text).toMatch(/42 devices/);
    await device.getByRole('link', { name: '42 devices' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#/?diagnosis=connection-point-certificate');
  });

  it('shows the fleet: outcomes, latency, failures with their cause, devices without a token', async () => {
    const page = await visit('#/fleet');
    await page.locator('.page-chart canvas').nth(1).waitFor();
    expect(await shows(page, 'The connection point has no client certificate')).toBe(true);
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/WIN-042\s+2 Mar, 16:02:15/);
    expect(text).toContain('The 10 that ran out first of 42 are listed.');
    expect(text).toContain('Attempts by outcome, per hour');
    expect(text).toContain('2 Mar 2026 to 9 Mar 2026 · Times in UTC');
    await page.getByRole('link', { name: 'WIN-042' }).click();
    expect(await shows(page, 'last token received')).toBe(true);
    answer = (url) => (url.pathname === '/api/v1/fleet' ? emptyFleet : usual(url));
    const empty = await visit('#/fleet');
    expect(await shows(empty, 'No attempt was seen in this time.')).toBe(true);
    expect(await empty.getByText('Nothing failed.').count()).toBe(0);
    expect(await empty.getByText('Every device that was seen has a valid token.').count()).toBe(0);
    answer = (url) =>
      url.pathname === '/api/v1/fleet' ? { ...emptyFleet, totals: fleet.totals } : usual(url);
    const well = await visit('#/fleet');
    expect(await shows(well, 'Every device that was seen has a valid token.')).toBe(true);
    const old = (url: URL) => (url.searchParams.has('since') ? fleet : emptyFleet);
    answer = (url) => (url.pathname === '/api/v1/fleet' ? old(url) : usual(url));
    const sample = await visit('#/fleet');
    expect(await shows(sample, fleet.totals.traces.toLocaleString('en-GB'))).toBe(true);
  });

  it('leads from the list to the cause of a failed renewal by keyboard alone', async () => {
    const page = await visit('');
    await page.locator('tbody tr').first().waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    await page.keyboard.press('/');
    await page.keyboard.type('win-042');
    await page.keyboard.press('Enter');
    await page.locator('.page-device').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
    for (let tab = 0; tab < 40 && !(await focused()).startsWith('8 Mar, 07:31:46'); tab += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('treegrid').waitFor();
    expect(await page.getByRole('note').innerText()).toContain('Enrol a client authentication certificate');
    const selected = () => page.getByRole('row', { selected: true }).getAttribute('data-span');
    const culprit = await selected();
    const grid = () => page.evaluate(() => document.activeElement?.getAttribute('role'));
    for (let tab = 0; tab < 40 && (await grid()) !== 'treegrid'; tab += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(selected).not.toBe(culprit);
    await page.keyboard.press('ArrowRight');
    await expect.poll(selected).toBe(culprit);
    await page.keyboard.press('Enter');
    expect(await focused()).toContain('connection point forward');
    await page.keyboard.press('2');
    await page.locator('[data-step=note]').waitFor();
    await page.keyboard.press('3');
    await page.locator('[data-record="connector.certificate.filtered"]').waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('/');
    await page.keyboard.type('Filtered cert');
    expect(await shows(page, '1 of 1')).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog', { name: 'Keys' }).innerText()).toContain('zoom in and out');
    await page.keyboard.press('Escape');
    await page.keyboard.press('w');
    await page.locator('.ccm-brush').waitFor();
    await page.keyboard.press('s');
    await expect.poll(() => page.locator('.ccm-brush').count()).toBe(0);
  });

  it('takes a trace elsewhere: Mermaid, SVG, PNG, OTLP and Markdown', async () => {
    const page = await visit(`#/trace/${traceIdOf(failedRenewal)}`);
    await page.getByRole('treegrid').waitFor();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: /Copy as Markdown/ }).click();
    await expect.poll(clipboard).toContain('### connection point forward');
    const choose = async (name: string) => {
      if ((await page.locator('.ccm-menu[open]').count()) === 0)
        await page.locator('summary', { hasText: 'Export' }).click();
      await page.getByRole('button', { name }).click();
    };
    await choose('Copy ladder as Mermaid');
    await expect.poll(clipboard).toContain('sequenceDiagram');
    const saved = async (name: string): Promise<Buffer> => {
      const [download] = await Promise.all([page.waitForEvent('download'), choose(name)]);
      return readFileSync(await download.path());
    };
    expect((await saved('Ladder as SVG')).toString('utf8')).toMatch(
      /^<\?xml[\s\S]*Clientcertificaterequired|403/,
    );
    expect((await saved('Ladder as PNG')).subarray(1, 4).toString('latin1')).toBe('PNG');
    const otlp = JSON.parse((await saved('Trace as OTLP JSON')).toString('utf8')) as {
      resourceSpans: unknown[];
    };
    expect(otlp.resourceSpans).toHaveLength(2);
    expect(complaints).toEqual([]);
  });

  it('narrows the list by device and outcome, in the address', async () => {
    const page = await visit('');
    await page.getByRole('searchbox', { name: 'Device, user or message' }).fill('win-042');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
    await page.getByRole('link', { name: 'Failed' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    expect(new URL(page.url()).hash).toBe('#/?q=win-042&outcome=error');
    await page.goBack();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
  });

  it('says in lists what a trace says itself of its warning or its failure, on its page and on its device’s', async () => {
    const page = await visit('');
    const row = page.locator(`tr[data-trace="${traceIdOf(goodRegistration)}"]`);
    await expect.poll(() => row.locator('.ccm-badge-warning').innerText()).toMatch('ok, with warnings');
    expect(await row.locator('.ccm-meaning').innerText()).toContain(
      'Entra token request (device) did not succeed; the request went on without it.',
    );
    const failure = page.locator(`tr[data-trace="${traceIdOf(failedRenewal)}"] .ccm-badge`);
    const status = await failure.innerText();
    expect(status).toMatch(/ · 403$/);
    await page.getByRole('link', { name: 'With warnings' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    expect(new URL(page.url()).hash).toBe('#/?outcome=warning');
    await shoot(page, 'page-list-warnings');
    await page.getByRole('link', { name: 'Succeeded' }).click();
    await row.waitFor();
    await row.click();
    await page.getByRole('treegrid').waitFor();
    expect(await page.locator('main .ccm-badge-warning').first().innerText()).toMatch('ok, with warnings');
    const device = await visit('#/device/WIN-042');
    await device.locator('.page-device .ccm-mark[data-outcome=warning]').waitFor();
    await shoot(device, 'page-device-warnings');
    const broken = await visit(`#/trace/${traceIdOf(failedRenewal)}`);
    await broken.getByRole('treegrid').waitFor();
    expect(await broken.locator('main .ccm-badge-error').first().innerText()).toBe(status);
    expect(complaints).toEqual([]);
  });

  it('says what to do where nothing is found and where nothing is yet', async () => {
    const page = await visit('#/?q=WIN-999');
    expect(await shows(page, 'Nothing is known of “WIN-999”')).toBe(true);
    answer = (url) => (url.pathname === '/api/v1/traces' ? { rows: [], next: '' } : usual(url));
    const empty = await visit('');
    expect(await shows(empty, 'No trace yet.')).toBe(true);
    await shoot(empty, 'page-empty');
  });

  it('says that the collector failed, and comes back by itself', async () => {
    answer = (url) => (url.pathname === '/api/v1/traces' ? 500 : usual(url));
    const page = await visit('');
    expect(await shows(page, 'The collector answered with an error (500).')).toBe(true);
    await shoot(page, 'page-failed');
    answer = usual;
    await expect.poll(() => page.locator('tbody tr').count(), { timeout: 10_000 }).toBe(stories.length);
  });

  it.each([
    [401, 'Enter the token'],
    [403, 'Try again'],
  ])('asks again after a refusal with %i only when told to', async (status, button) => {
    let asked = 0;
    answer = (url) => {
      if (url.pathname === '/api/v1/traces') asked += 1;
      return status;
    };
    const page = await visit('');
    const again = page.getByRole('button', { name: button });
    await again.waitFor();
    const filters = page.getByRole('combobox', { name: 'Operation' });
    expect(await filters.count()).toBe(0);
    expect(await page.locator('.page-live').innerText()).toBe('not updating');
    const before = asked;
    await page.waitForTimeout(7000);
    expect(asked).toBe(before);
    answer = usual;
    await again.click();
    const row = page.locator('tr', { hasText: 'The connection point has no client certificate' });
    await row.waitFor();
    await page.getByText('updating live').waitFor();
    expect(await filters.count()).toBe(1);
  });

  it('says that nothing answers at all, and what to look at', async () => {
    const page = await visit('');
    await page.locator('tbody tr').first().waitFor();
    await page.route('**/api/v1/*', async (route) => route.abort());
    await page.reload();
    expect(await shows(page, 'The collector does not answer.')).toBe(true);
    expect(await shows(page, 'Is its service running?')).toBe(true);
    await shoot(page, 'page-silent');
  });

  it('advises on what was asked for where nothing is found', async () => {
    answer = (url) => (url.pathname === '/api/v1/traces' ? { rows: [], next: '' } : usual(url));
    const page = await visit('#/?q=WIN-999');
    expect(await shows(page, 'Nothing is known of “WIN-999”.')).toBe(true);
    expect(await page.getByRole('link', { name: 'Remove the filters' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Failed' }).click();
    expect(await shows(page, 'No trace of “WIN-999” matches the filters.')).toBe(true);
    await page.getByRole('link', { name: 'Remove the filters' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#/?q=WIN-999');
  });

  it('says that it was refused, and that a trace is gone', async () => {
    answer = (url) => (url.pathname === '/api/v1/traces' ? 401 : usual(url));
    const refused = await visit('');
    expect(await shows(refused, 'This page needs the collector’s access token.')).toBe(true);
    answer = usual;
    const gone = await visit('#/trace/00000000000000000000000000000000');
    expect(await shows(gone, 'This trace is not in the store.')).toBe(true);
    expect(await shows(gone, 'Trace 00000000000000000000000000000000')).toBe(true);
    expect(await gone.getByRole('link', { name: 'Traces' }).getAttribute('aria-current')).toBe('true');
  });

  it('shows what logs say as text, whatever it is', async () => {
    const page = await visit(`#/trace/${traceIdOf(hostile)}`);
    await page.getByRole('treegrid').waitFor();
    expect(await page.evaluate(() => 'hurt' in globalThis)).toBe(false);
    expect(await page.locator('.ccm-root img, .ccm-root script, .ccm-root b').count()).toBe(0);
    const text = await page.locator('.ccm-root').innerText();
    expect(text).toContain('<script>window.hurt = true</script> ⟨ESC⟩[31m ⟨U+202E⟩txt.exe');
    const record = page.locator('.ccm-record').first();
    const height = async () => (await record.boundingBox())?.height ?? 0;
    expect(await height()).toBeLessThan(250);
    await record.getByRole('button', { name: /Show all 1,000,0\d\d characters/ }).click();
    await expect.poll(height).toBeGreaterThan(10_000);
    await record.getByRole('button', { name: 'Show less' }).click();
    await expect.poll(height).toBeLessThan(250);
    await shoot(page, 'page-hostile');
    expect(complaints).toEqual([]);
  });

  it('adds new traces to the list without being asked', async () => {
    let rows = [summaryOf(goodRegistration)];
    answer = (url) => (url.pathname === '/api/v1/traces' ? { rows, next: '' } : usual(url));
    const page = await visit('');
    await page.getByText('updating live').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    rows = [summaryOf(failedRenewal), ...rows];
    suite.server.announce(traceIdOf(failedRenewal));
    await expect.poll(() => page.locator('tbody tr').count(), { timeout: 5000 }).toBe(2);
  });

  it('speaks Japanese to a browser that does', async () => {
    const page = await visit(`#/trace/${traceIdOf(failedRenewal)}`, { language: 'ja-JP' });
    await page.getByText('対処方法').waitFor();
    expect(await page.getByRole('treegrid').innerText()).toContain('接続ポイント · CP01');
    await shoot(page, 'page-trace-ja');
  });
});
