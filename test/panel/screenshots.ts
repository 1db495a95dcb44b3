// Takes the plugin's screenshots from the real panel. `npm run screenshots -w grafana-plugin`.
import { join } from 'node:path';
import { openBrowser } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { goodRegistration } from './good-registration.ts';
import { generations } from './harness/generations.ts';
import { serveHost } from './harness/serve.ts';
import { mountInHost } from './host-page.ts';
import { tempoFrame } from './story-frames.ts';

const folder = join(import.meta.dirname, '..', '..', 'grafana-plugin', 'src', 'img');
const server = await serveHost(generations[0]!);
const browser = await openBrowser();
for (const [view, first, second, ready] of [
  ['waterfall', failedRenewal, goodRegistration, '[role=treegrid]'],
  ['ladder', goodRegistration, failedRenewal, '[data-step=reply]'],
  ['evidence', goodRegistration, failedRenewal, '[role=table]'],
  ['attempts', failedRenewal, goodRegistration, '.ccm-mark'],
] as const) {
  const frames = [tempoFrame(first), tempoFrame(second)];
  const { page } = await mountInHost(
    browser,
    server,
    { theme: 'dark', panels: [{ frames, options: { view }, height: 740 }] },
    { height: 760, width: 1256 },
  );
  await page.locator(ready).first().waitFor();
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${view}.png`), animations: 'disabled' });
  await page.context().close();
}
await browser.close();
await server.close();
