import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const chromiumPath = process.env['CCMTRACE_CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is a browser to test with; suites skip themselves by name where there is none. */
export const hasBrowser = existsSync(chromiumPath);

/** Screenshots of a run, to be looked at; never committed. */
const shotsFolder = join(import.meta.dirname, '..', '..', '.cache', 'shots');

export async function openBrowser(): Promise<Browser> {
  mkdirSync(shotsFolder, { recursive: true });
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Memory is measured when asked for, not at the next collection of garbage.
      '--enable-blink-features=ForceEagerMeasureMemory',
    ],
  });
}

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings that the page told its console, and uncaught ones. */
  readonly complaints: string[];
}

export interface PageChoice {
  readonly scheme?: 'dark' | 'light';
  readonly width?: number;
  readonly height?: number;
  readonly language?: string;
}

/** A page of its own, in UTC, that remembers everything it complained of. */
export async function openPage(browser: Browser, url: string, choice: PageChoice = {}): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: choice.width ?? 1280, height: choice.height ?? 800 },
    colorScheme: choice.scheme ?? 'dark',
    locale: choice.language ?? 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}

export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(shotsFolder, `${name}.png`), animations: 'disabled' });
}
