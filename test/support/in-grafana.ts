import type { Browser, Locator, Page } from 'playwright-core';
import { openPage } from '../panel/browser.ts';

export interface GrafanaView {
  readonly theme?: 'dark' | 'light';
  readonly width?: number;
  readonly height?: number;
  readonly language?: string;
  /** Query of the address, such as `var-traceId=…` or `editPanel=1`. */
  readonly query?: string;
}

export interface DashboardPage {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens a dashboard of a running Grafana by its uid. */
export async function openDashboard(
  browser: Browser,
  grafana: string,
  uid: string,
  { theme = 'dark', query = '', ...view }: GrafanaView = {},
): Promise<DashboardPage> {
  return openPage(browser, `${grafana}d/${uid}?theme=${theme}&${query}`, { scheme: theme, ...view });
}

/** The project's panel on a dashboard, in the order of the dashboard. */
export function tracePanels(page: Page): Locator {
  return page.getByTestId('ccmtrace-panel');
}
