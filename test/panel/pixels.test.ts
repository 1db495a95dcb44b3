import { describe, expect, it } from 'vitest';
import { hasBrowser } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { goodRegistration } from './good-registration.ts';
import { generations } from './harness/generations.ts';
import { serveHost } from './harness/serve.ts';
import { mountInHost } from './host-page.ts';
import { differenceFrom, tolerance } from './pixels.ts';
import { tempoFrame } from './story-frames.ts';
import { useBrowser } from './suite.ts';

const ready = { waterfall: '[role=treegrid]', ladder: '[data-step=reply]' };

describe.skipIf(!hasBrowser)('the look of the panel', () => {
  const suite = useBrowser(async () => serveHost(generations[0]!));

  async function drawn(view: 'waterfall' | 'ladder', theme: 'dark' | 'light', story = failedRenewal) {
    const panels = [{ frames: [tempoFrame(story)], options: { view }, height: 560 }];
    const { page } = await mountInHost(suite.browser, suite.server, { theme, panels });
    await page.locator(ready[view]).first().waitFor();
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.waitForTimeout(300);
    return page.getByTestId('ccmtrace-panel');
  }

  it.each([
    ['waterfall', 'dark'],
    ['waterfall', 'light'],
    ['ladder', 'dark'],
    ['ladder', 'light'],
  ] as const)('is the approved one: %s, %s', async (view, theme) => {
    expect(await differenceFrom(`${view}-${theme}`, await drawn(view, theme))).toBeLessThanOrEqual(tolerance);
  });

  it('is told apart from another trace', async () => {
    const other = await drawn('waterfall', 'dark', goodRegistration);
    const different =
      process.env['CCMTRACE_BASELINE'] === 'write' ? 1 : await differenceFrom('waterfall-dark', other);
    expect(different).toBeGreaterThan(tolerance);
  });
});
