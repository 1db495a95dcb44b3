import { describe, expect, it } from 'vitest';
import { bigFrame } from '../bench/panel-frames.ts';
import { hasBrowser } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { goodRegistration } from './good-registration.ts';
import { generations } from './harness/generations.ts';
import type { PanelChoice } from './harness/host/mount.tsx';
import { serveHost } from './harness/serve.ts';
import { mountInHost } from './host-page.ts';
import { tempoFrame } from './story-frames.ts';
import { useBrowser } from './suite.ts';

describe.skipIf(!hasBrowser)('where one stands in a trace', () => {
  const suite = useBrowser(async () => serveHost(generations[0]!));

  const mount = async ({ panels }: { readonly panels: readonly PanelChoice[] }) =>
    mountInHost(suite.browser, suite.server, { theme: 'dark', panels: [...panels] });

  it('says the same of the silent gateway in waterfall and ladder, and how sure the join behind it is', async () => {
    const { page } = await mount({ panels: [{ frames: [tempoFrame(failedRenewal)], width: 420 }] });
    const quiet = page.locator('[data-silent]').first();
    expect(await quiet.innerText()).toMatch(/Gateway · CONTOSOCMG\s+no record per request\s+· 69 ms avg/);
    const sure = page.locator('.ccm-inferred');
    expect([await sure.isVisible(), await sure.innerText()]).toEqual([true, '93 % sure']);
    await page.getByRole('tab', { name: 'Ladder' }).click();
    await page.locator('[data-step=reply]').first().waitFor();
    const narrow = await page.locator('.ccm-ladder svg text').allTextContents();
    expect(narrow).toEqual(expect.arrayContaining(['CONTOSOCMG', 'average only', '69 ms avg', '+118 ms']));
    expect(narrow.join(' ')).toContain('93\u00a0%\u00a0sure');
    const wide = await mount({
      panels: [{ frames: [tempoFrame(failedRenewal)], options: { view: 'ladder' } }],
    });
    await wide.page.locator('[data-step=reply]').first().waitFor();
    expect(await wide.page.locator('.ccm-ladder svg text').allTextContents()).toEqual(
      expect.arrayContaining(['CONTOSOCMG', 'no record per request', '69 ms avg']),
    );
  });

  it('keeps the lane in sight however deep its rows are scrolled, and leads back to its head', async () => {
    const { page } = await mount({ panels: [{ frames: [bigFrame(300)] }] });
    const grid = page.getByRole('treegrid');
    await grid.waitFor();
    const scrollTo = async (top: number) => grid.evaluate((box, at) => box.scrollTo(0, at), top);
    await scrollTo(0);
    const above = page.locator('.ccm-lane-above');
    await expect.poll(() => above.count()).toBe(0);
    await scrollTo(1e6);
    await above.waitFor();
    expect((await above.boundingBox())!.y).toBeCloseTo((await grid.boundingBox())!.y, 0);
    const lane = await above.innerText();
    const lanes = new Set<string>();
    for (let top = 0; top < 400 * 28; top += 140) {
      await scrollTo(top);
      for (const text of await page.locator('.ccm-lane[role=row]').allInnerTexts()) lanes.add(text.trim());
    }
    expect([...lanes].at(-1)).toContain(lane.trim());
    await scrollTo(1e6);
    await expect.poll(() => above.innerText()).toBe(lane);
    await above.click();
    await expect
      .poll(() => page.locator('.ccm-lane[role=row]').allInnerTexts())
      .toContainEqual(expect.stringContaining(lane.trim()));
  });

  it('keeps the names of the tiers in sight however far a ladder is scrolled, and over themselves before', async () => {
    const { page } = await mount({
      panels: [{ frames: [bigFrame(1000)], options: { view: 'ladder' }, height: 480 }],
    });
    await page.locator('[data-step=reply]').first().waitFor();
    const view = page.locator('.ccm-ladder');
    const own = page.locator('.ccm-ladder > svg g', { hasText: 'Client' }).first().locator('rect');
    const kept = page.locator('.ccm-ladder-heads svg g', { hasText: 'Client' }).locator('rect');
    const place = async (rect: typeof own) => {
      const { x, y } = (await rect.boundingBox())!;
      return { x, y };
    };
    // It opens at what is chosen, far below.
    await expect.poll(() => view.evaluate((box) => box.scrollTop)).toBeGreaterThan(2000);
    await view.evaluate((box) => box.scrollTo(0, 0));
    await expect.poll(() => place(kept)).toEqual(await place(own));
    await view.evaluate((box) => box.scrollTo(0, 2000));
    const top = (await view.boundingBox())!.y;
    await expect.poll(async () => Math.abs((await place(kept)).y - top - 4)).toBeLessThan(1);
    expect((await place(own)).y).toBeLessThan(top);
  });

  it.each([
    ['ladder', '[data-chosen]'],
    ['evidence', '.ccm-record-active'],
  ])('opens %s of a long trace at what is chosen, below the verdict', async (view, chosen) => {
    const { page } = await mount({ panels: [{ frames: [bigFrame(1000)], options: { view }, width: 420 }] });
    const frame = page.locator('.ccm-trace');
    const found = page.locator(chosen).last();
    await found.waitFor();
    const { y, height } = (await frame.boundingBox())!;
    await expect
      .poll(async () => {
        const box = (await found.boundingBox())!;
        return box.y > y && box.y + box.height <= y + height;
      })
      .toBe(true);
    expect(await frame.evaluate((box) => box.scrollTop)).toBe(0);
  });

  it('shows the chosen row among the first of a narrow waterfall that it is scrolled to', async () => {
    const { page } = await mount({ panels: [{ frames: [bigFrame(1000)], width: 420 }] });
    const row = page.locator('[role=row][aria-selected=true]');
    await row.waitFor();
    const grid = (await page.getByRole('treegrid').boundingBox())!;
    await expect.poll(async () => (await row.boundingBox())!.y - grid.y).toBeLessThanOrEqual(2 * 28);
    const view = (await page.locator('.ccm-trace').boundingBox())!;
    expect((await row.boundingBox())!.y + 28).toBeLessThanOrEqual(view.y + view.height);
  });

  it('keeps the last row in sight when the rows get less room', async () => {
    const frame = bigFrame(300);
    const { page } = await mount({ panels: [{ frames: [frame], height: 760 }] });
    const grid = page.getByRole('treegrid');
    await grid.waitFor();
    await grid.focus();
    await page.keyboard.press('End');
    const row = page.locator('[role=row].ccm-active');
    const hidden = async () => {
      const [box, last] = [(await grid.boundingBox())!, (await row.boundingBox())!];
      return last.y + last.height - box.y - box.height;
    };
    await expect.poll(hidden).toBeLessThan(1);
    const before = (await grid.boundingBox())!.height;
    await page.getByTestId('ccmtrace-panel').evaluate((panel) => {
      panel.style.height = '560px';
    });
    await expect.poll(async () => (await grid.boundingBox())!.height).toBeLessThan(before);
    await expect.poll(hidden).toBeLessThan(1);
  });

  it('sets a time over its line wherever it fits there', async () => {
    const { page } = await mount({ panels: [{ frames: [tempoFrame(failedRenewal)] }] });
    const last = page.locator('.ccm-tick', { hasText: '400 ms' });
    await last.waitFor();
    const times = (await page.locator('.ccm-axis-times').boundingBox())!;
    const label = (await last.boundingBox())!;
    expect(Math.abs(label.x + label.width / 2 - (times.x + (times.width * 400) / 412))).toBeLessThan(1.5);
  });

  it('opens the evidence at the first failure among the records of the selected span', async () => {
    const { page } = await mount({
      panels: [{ frames: [tempoFrame(failedRenewal)], options: { view: 'evidence' }, height: 320 }],
    });
    const record = page.locator('[data-record="connector.request.failed"]');
    await record.waitFor();
    const view = (await page.locator('.ccm-trace').boundingBox())!;
    const bottom = async () => {
      const { y, height } = (await record.boundingBox())!;
      return y + height;
    };
    await expect.poll(bottom).toBeLessThanOrEqual(view.y + view.height);
    expect((await record.boundingBox())!.y).toBeGreaterThanOrEqual(view.y);
    expect(await record.innerText()).toContain('SMS_CLOUD_PROXYCONNECTOR.log · byte 184,391');
  });

  it.each([
    ['', {}],
    [
      ', a failed query and another trace beside it',
      {
        frames: [tempoFrame(failedRenewal), tempoFrame(goodRegistration)],
        state: 'Error',
        errors: [{ message: 'timed out.', refId: 'B' }],
      } satisfies Partial<PanelChoice>,
    ],
  ])('leaves the verdict in sight in a narrow evidence whose records show%s', async (_, beside) => {
    const panel = { frames: [tempoFrame(failedRenewal)], options: { view: 'evidence' }, width: 420 };
    const { page } = await mount({ panels: [{ ...panel, ...beside }] });
    const record = page.locator('[data-record="connector.request.forwarded"]');
    await record.waitFor();
    // Two frames: what is narrow is folded, then the record would be brought into view.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    expect(await page.locator('.ccm-trace').evaluate((view) => view.scrollTop)).toBe(0);
    const view = (await page.locator('.ccm-trace').boundingBox())!;
    expect((await record.boundingBox())!.y).toBeLessThan(view.y + view.height);
  });

  it('puts the records of failures first below a span', async () => {
    const { page } = await mount({ panels: [{ frames: [tempoFrame(failedRenewal)] }] });
    const records = page.locator('.ccm-details [data-record]');
    await records.first().waitFor();
    expect(await records.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-record')))).toEqual([
      'connector.request.failed',
      'connector.request.forwarded',
      'connector.certificate.filtered',
    ]);
  });
});
