import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openBrowser } from './browser.ts';

/** What the tests of a suite share; read within them, for before there is nothing. */
export interface BrowserSuite<Server> {
  readonly browser: Browser;
  readonly server: Server;
}

/** For the suite that calls it: one browser and one server, and every page that a test opened closed behind it. */
export function useBrowser<Server extends { close(): Promise<void> }>(
  serve: () => Promise<Server>,
): BrowserSuite<Server> {
  let browser: Browser | undefined;
  let server: Server | undefined;
  beforeAll(async () => {
    server = await serve();
    browser = await openBrowser();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const begun = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('The suite has not begun: read this in a test.');
    return one;
  };
  return {
    get browser() {
      return begun(browser);
    },
    get server() {
      return begun(server);
    },
  };
}
