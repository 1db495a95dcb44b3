import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasBrowser, shoot } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { goodRegistration } from './good-registration.ts';
import { chosenGenerations } from './harness/generations.ts';
import type { MountChoice } from './harness/host/mount.tsx';
import { serveHost } from './harness/serve.ts';
import { mountInHost, type HostPage } from './host-page.ts';
import type { StorySpan } from './otlp-story.ts';
import { tempoFrame } from './story-frames.ts';
import { useBrowser } from './suite.ts';

const failed = tempoFrame(failedRenewal);
const good = tempoFrame(goodRegistration);
const day = 86_400_000;

describe.skipIf(!hasBrowser).each(chosenGenerations())(
  'how the panel says that a trace ended, in Grafana $name',
  (generation) => {
    const suite = useBrowser(async () => serveHost(generation));

    async function mount(choice: Omit<MountChoice, 'theme'>, language = 'en-US'): Promise<HostPage> {
      return mountInHost(suite.browser, suite.server, { theme: 'dark', ...choice }, { language });
    }

    it('says it in the same words above the trace, in its row and on the time line', async () => {
      const { page } = await mount({ panels: [{ frames: [good, failed], options: { view: 'attempts' } }] });
      const open = page.locator('tr[aria-current=true]');
      await open.waitFor();
      const said = await page.locator('.ccm-title .ccm-badge').innerText();
      expect(await open.locator('.ccm-badge').innerText()).toBe(said);
      const took = await open.locator('.ccm-took').innerText();
      expect(await page.locator('.ccm-title .ccm-whole').allInnerTexts()).toContain(took);
      expect(await page.locator('.ccm-mark[aria-current=true]').getAttribute('data-outcome')).toBe('warning');
      expect(await open.locator('.ccm-meaning').innerText()).toContain(
        'Entra token request (device) did not succeed; the request went on without it.',
      );
      const other = page.locator('tbody tr:not([aria-current])');
      expect(await other.innerText()).not.toContain('connection_point_certificate');
      expect(await other.locator('.ccm-badge').getAttribute('title')).toBe('connection_point_certificate');
      expect(await other.getByRole('img').getAttribute('aria-label')).toBe('Client · Connection point');
    });

    it('says what a failure without a diagnosis means, in Japanese too', async () => {
      const [root, ...rest] = failedRenewal.spans;
      const undiagnosed = { 'error.type': 'connection_point_certificate' };
      const unknown = {
        ...failedRenewal,
        spans: [{ ...root!, attributes: undiagnosed }, ...rest.slice(0, 1)],
      };
      const meaningIn = async (language: string) => {
        const panels = [{ frames: [good, tempoFrame(unknown)], options: { view: 'attempts' } }];
        const { page } = await mount({ panels }, language);
        return page.locator('tbody tr:not([aria-current]) .ccm-meaning').innerText();
      };
      expect(await meaningIn('en-US')).toContain('answered 403 CMGConnector_Clientcertificaterequired');
      expect(await meaningIn('ja-JP')).toContain('アクセス拒否');
    });

    it('says whose token ran out, and up to when that is known', async () => {
      const { page } = await mount({ panels: [{ frames: [failed, good], options: { view: 'attempts' } }] });
      const gap = page.locator('[data-token-of=WIN-042] [data-validity=overdue]');
      await gap.waitFor();
      expect(await gap.locator('text').textContent()).toBe('expired for 6 d 8 h, as of 9 Mar, 00:00:00');
      expect(await gap.getAttribute('aria-label')).toMatch(
        /^WIN-042 has had no valid token since 2 Mar, 16:02:15: for 6 d 8 h, as of 9 Mar/,
      );
    });

    it('gives the tokens of each device a line, and says in words what a short bar is', async () => {
      const other = {
        ...goodRegistration,
        seed: 'another device',
        startMs: goodRegistration.startMs + 3 * day,
      };
      const on = (host: string) => (span: StorySpan) => ({
        ...span,
        on: { ...span.on, host },
        attributes: {
          ...span.attributes,
          'ccm.client.guid': host,
          ...(span.name === 'token request' ? { 'ccm.token.expires_at': '2026-03-05T16:02:15' } : {}),
        },
      });
      const frames = [good, tempoFrame({ ...other, spans: other.spans.map(on('DESKTOP-7QF3KZB')) })];
      const { page } = await mount({ panels: [{ frames, width: 420, options: { view: 'attempts' } }] });
      const lines = page.locator('[data-token-of]');
      await lines.first().waitFor();
      expect(await lines.evaluateAll((all) => all.map((line) => line.getAttribute('data-token-of')))).toEqual(
        ['DESKTOP-7QF3KZB', 'WIN-042'],
      );
      await shoot(page, 'two-devices');
      const gap = lines.first().locator('[data-validity=overdue]');
      expect(await gap.getAttribute('aria-label')).toContain(
        'DESKTOP-7QF3KZB has had no valid token since 5 Mar, 16:02:15',
      );
      expect(await gap.locator('text').textContent()).toMatch(/^expired/);
    });

    it('quotes what the log says of a warning, with its code', async () => {
      const { page } = await mount({ panels: [{ frames: [good] }] });
      expect(await page.getByRole('note').locator('.ccm-quote').innerText()).toBe(
        "Found: Failed to get AAD token for 'S-1-5-18' from WAM API. Error 0xd0090016",
      );
    });

    it.each(['en-US', 'ja-JP'])(
      'shows the remedy and the first rows without a click in 420 by 700 pixels (%s)',
      async (language) => {
        const errors = [{ message: 'timed out', refId: 'B' }];
        const panels = [{ frames: [failed, good], state: 'Error', errors, width: 420 }];
        const { page } = await mount({ panels }, language);
        const remedy = page.locator('.ccm-remedy');
        await remedy.waitFor();
        const box = (await page.getByTestId('ccmtrace-panel').boundingBox())!;
        const endOf = async (what: Locator) => {
          const { y, height } = (await what.boundingBox())!;
          return y + height - box.y;
        };
        expect(await endOf(remedy)).toBeLessThan(box.height / 2);
        expect(await endOf(page.locator('.ccm-toolbar'))).toBeLessThan(box.height * 0.62);
        expect(await endOf(page.locator('.ccm-row:not(.ccm-lane)').nth(1))).toBeLessThan(box.height);
        await page.locator('.ccm-menu summary').click();
        const pane = (await page.locator('.ccm-menu-pane').boundingBox())!;
        expect(pane.x).toBeGreaterThanOrEqual(box.x);
        expect(pane.x + pane.width).toBeLessThanOrEqual(box.x + box.width);
        expect(await page.locator('.ccm-menu-pane').innerText()).toContain('OTLP');
      },
    );
  },
);
