import type { Browser, JSHandle, Page } from 'playwright-core';
import { openPage } from './browser.ts';
import type { PanelHost } from './harness/host/host.tsx';
import type { MountChoice, Mounted } from './harness/host/mount.tsx';
import type { HostServer } from './harness/serve.ts';

export interface HostPage {
  readonly page: Page;
  readonly mounted: JSHandle<Mounted>;
  readonly complaints: string[];
}

interface HostGlobal {
  readonly panelHost: PanelHost;
}

/** Opens the host with panels in it; complaints of Grafana's own packages about their test surroundings are left out. */
export async function mountInHost(
  browser: Browser,
  server: HostServer,
  choice: MountChoice,
  view: { width?: number; height?: number; language?: string } = {},
): Promise<HostPage> {
  const { page, complaints } = await openPage(browser, `${server.url}?language=${view.language ?? 'en-US'}`, {
    scheme: choice.theme,
    width: view.width ?? 1280,
    height: view.height ?? 760,
  });
  await page.waitForFunction(() => 'panelHost' in globalThis);
  const mounted = await page.evaluateHandle(
    async (given) =>
      (globalThis as unknown as HostGlobal).panelHost.mount(
        document.querySelector<HTMLElement>('#root')!,
        given,
      ),
    choice,
  );
  return { page, mounted, complaints };
}
