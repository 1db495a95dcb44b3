import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasBrowser, shoot } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { chosenGenerations } from './harness/generations.ts';
import { serveHost } from './harness/serve.ts';
import { mountInHost, type HostPage } from './host-page.ts';
import { goodRegistration } from './good-registration.ts';
import { tempoFrame } from './story-frames.ts';
import { useBrowser } from './suite.ts';

describe.skipIf(!hasBrowser).each(chosenGenerations())('the options pane in Grafana $name', (generation) => {
  const suite = useBrowser(async () => serveHost(generation));
  let opened: HostPage;
  let page: Page;

  async function open(theme: 'dark' | 'light' = 'dark'): Promise<void> {
    const frames = [tempoFrame(failedRenewal), tempoFrame(goodRegistration)];
    opened = await mountInHost(
      suite.browser,
      suite.server,
      { theme, panels: [{ frames, width: 1000, height: 900 }], pane: true },
      { width: 1400, height: 1100 },
    );
    ({ page } = opened);
    await page.getByRole('treegrid').waitFor();
  }

  const option = (path: string): Locator => page.locator(`[data-option="${path}"]`);
  const choose = async (path: string, label: string) =>
    option(path).getByRole('radio', { name: label, exact: true }).check({ force: true });
  const pick = async (path: string, label: string) => {
    await option(path).locator('input').first().click();
    await page.getByRole('option', { name: label, exact: true }).filter({ visible: true }).click();
  };
  const toggle = async (path: string) => option(path).locator('label[for]').last().click();
  const type = async (path: string, text: string) => {
    await option(path).locator('input').fill(text);
    await page.keyboard.press('Enter');
  };
  const tab = async () => page.getByRole('tab', { selected: true }).innerText();
  const pixels = async () =>
    page.locator('.ccm-bars').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

  it.each(['dark', 'light'] as const)('draws every option in %s', async (theme) => {
    await open(theme);
    const paths = await opened.mounted.evaluate((host) => host.editors().map((editor) => editor.path));
    expect(paths.length).toBeGreaterThan(10);
    for (const path of paths) {
      expect(await option(path).locator('input, button').count(), path).toBeGreaterThan(0);
      expect((await option(path).innerText()).trim(), path).not.toBe('');
    }
    await shoot(page, `panel-${generation.name}-options-${theme}`);
  });

  it('changes the view, and a person may choose another until it is changed again', async () => {
    await open();
    await pick('view', 'Ladder');
    await expect.poll(tab).toBe('Ladder');
    await page.getByRole('tab', { name: 'Evidence' }).click();
    await toggle('critical');
    expect(await tab()).toContain('Evidence');
    await pick('view', 'Waterfall');
    await expect.poll(tab).toBe('Waterfall');
  });

  it('changes the order of rows, the clocks and the critical path', async () => {
    await open();
    const lanes = page.locator('.ccm-lane');
    expect(await lanes.count()).toBeGreaterThan(0);
    await choose('lanes', 'As a tree');
    await expect.poll(() => lanes.count()).toBe(0);
    const corrected = await pixels();
    await choose('clock', 'As logged');
    await expect.poll(pixels).not.toBe(corrected);
    await expect.poll(() => page.locator('.ccm-clock').getAttribute('aria-pressed')).toBe('true');
    const withPath = await pixels();
    await toggle('critical');
    await expect.poll(pixels).not.toBe(withPath);
  });

  it('offers the attributes of the data for a column, takes any other, and none', async () => {
    await open();
    const names = () => page.locator('.ccm-column').allInnerTexts();
    await pick('column', 'ccm.user.sid');
    await expect.poll(names).toContain('S-1-5-18');
    await option('column').locator('input').first().fill('host.name');
    await page.keyboard.press('Enter');
    await expect.poll(names).toContain('WIN-042');
    await option('column').locator('input').first().focus();
    await page.keyboard.press('Backspace');
    await expect.poll(names).toEqual([]);
  });

  it('takes records away and limits them', async () => {
    await open();
    await page.getByRole('tab', { name: 'Evidence' }).click();
    await type('maxRecords', '3');
    await expect.poll(() => page.locator('.ccm-evidence [data-record]').count()).toBe(3);
    expect(await page.locator('.ccm-evidence').innerText()).toContain('4 more');
    await toggle('evidence');
    await expect.poll(tab).toBe('Waterfall');
    expect(await page.locator('[data-record]').count()).toBe(0);
    expect(await option('maxRecords').count()).toBe(0);
  });

  it('names the dashboard variables that are set', async () => {
    await open();
    await type('spanVariable', 'mySpan');
    await page.getByRole('row', { name: 'token request' }).first().click();
    const address = async () => opened.mounted.evaluate((host) => host.address());
    await expect.poll(address).toContain('var-mySpan=');
    await type('traceVariable', 'myTrace');
    await page.getByRole('tab', { name: 'Attempts' }).click();
    await page.locator('tbody tr', { hasText: 'client registration' }).click();
    await expect.poll(address).toContain('var-myTrace=');
  });

  it('gives a tier another colour, and its own again', async () => {
    await open();
    const swatch = page.locator('.ccm-lane .ccm-swatch').first();
    const colour = async () => swatch.evaluate((element) => getComputedStyle(element).backgroundColor);
    const own = await colour();
    await option('colours.client').getByRole('button').first().click();
    await page.getByRole('button', { name: 'red color' }).first().click();
    await expect.poll(colour).not.toBe(own);
    await page.keyboard.press('Escape');
    await option('colours.client').getByRole('button', { name: 'Clear settings' }).click();
    await expect.poll(colour).toBe(own);
  });
});
