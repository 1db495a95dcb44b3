import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { findBarriers } from './axe.ts';
import { hasBrowser, openPage, shoot } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { emptyFleet, fleet } from './fleet-fixture.ts';
import { goodRegistration } from './good-registration.ts';
import { otlpOf, type StorySpan } from './otlp-story.ts';
import { type Answer, servePage } from './page-server.ts';
import { deviceView, diagnoses, listed, otlpOfStory, stories, summaryOf, traceIdOf } from './stories.ts';
import { guid } from './story.ts';
import { useBrowser } from './suite.ts';

// Every view in every state, in both themes, languages and kinds of width: what a person meets besides the usual.

const traceId = traceIdOf(failedRenewal);

/** What the API answers to one of its questions. */
interface Answers {
  readonly list: Answer;
  readonly device: Answer;
  readonly fleet: Answer;
  readonly trace: Answer;
}

const usual: Answers = {
  list: { rows: listed, next: '' },
  device: deviceView([summaryOf(failedRenewal), summaryOf(goodRegistration)]),
  fleet,
  trace: otlpOfStory(failedRenewal),
};

/** Of a list what a search for the device finds. */
function ofDevice(list: Answer): Answer {
  if (typeof list !== 'object' || !('rows' in list)) return list;
  const rows = (list.rows as typeof listed).filter(({ clientGuid }) => clientGuid === guid);
  return { ...list, rows };
}

const every = (answer: Answer): Answers => ({ list: answer, device: answer, fleet: answer, trace: answer });

const longHost = `WIN-${'A-VERY-LONG-NAME-'.repeat(12)}.corp.contoso.example`;
const many = Array.from({ length: 200 }, (_, i) => ({
  ...summaryOf(i % 7 === 0 ? failedRenewal : goodRegistration),
  traceId: i.toString(16).padStart(32, '0'),
  startUs: failedRenewal.startMs * 1000 - i * 3_600_000_000,
  ...(i % 7 === 0 ? {} : { tokenExpiresUs: failedRenewal.startMs * 1000 - (i - 8) * 3_600_000_000 }),
  host: i % 3 === 0 ? longHost : 'WIN-042',
  statusMessage: i % 7 === 0 ? `The connection point answered 403. ${'It says much of it. '.repeat(20)}` : '',
}));
const hugeSpans: readonly StorySpan[] = [
  { ...failedRenewal.spans[0]!, to: 60_000 },
  ...Array.from({ length: 3000 }, (_, i) => ({
    ...failedRenewal.spans[1]!,
    name: `token request ${i} ${i % 50 === 0 ? 'of a name that does not end '.repeat(8) : ''}`,
    from: i * 20,
    to: i * 20 + 15,
  })),
];
const huge: Answers = {
  list: { rows: many.slice(0, 100), next: 'more' },
  device: {
    ...deviceView(many),
    attemptCount: 123_456,
    identities: {
      ...deviceView(many).identities,
      hosts: [longHost, 'WIN-042', 'WIN-042.contoso.example'],
      clientGuids: [summaryOf(failedRenewal).clientGuid],
      entraUserIds: Array.from(
        { length: 40 },
        (_, i) => `e8838041-db7a-42d5-b9ae-${String(i).padStart(12, '0')}`,
      ),
    },
  },
  fleet: {
    ...fleet,
    totals: { traces: 12_345_678, failed: 2_345_678, devices: 345_678 },
    errors: Array.from({ length: 100 }, (_, i) => ({
      ...fleet.errors[0]!,
      diagnosis: '',
      errorType: `error_type_${i}_${'x'.repeat(60)}`,
      traces: 20_000 - i * 150,
      statusMessage: 'A sentence of a log that is as long as it likes. '.repeat(10),
    })),
    overdue: {
      count: 98_765,
      devices: Array.from({ length: 100 }, (_, i) => ({
        ...fleet.overdue.devices[0]!,
        host: `${i}-${longHost}`,
      })),
    },
  },
  trace: otlpOf(failedRenewal.seed, failedRenewal.startMs, hugeSpans),
};

interface View {
  readonly name: string;
  readonly hash: string;
  readonly ready: string;
}

const views: readonly View[] = [
  { name: 'search', hash: '#/', ready: 'tbody tr' },
  { name: 'device', hash: '#/?q=WIN-042', ready: '.page-device' },
  { name: 'fleet', hash: '#/fleet', ready: '.page-chart canvas' },
  { name: 'trace', hash: `#/trace/${traceId}`, ready: '[role=treegrid]' },
];

const states = {
  usual: { answers: usual, ready: (view: View) => view.ready },
  empty: {
    answers: { list: { rows: [], next: '' }, device: 404, fleet: emptyFleet, trace: 404 },
    ready: () => '.ccm-state[aria-busy=false]',
  },
  loading: { answers: every('never'), ready: () => '[aria-busy=true]' },
  failed: { answers: every(500), ready: () => '[role=alert]' },
  unauthorised: { answers: every(401), ready: () => '[role=alert]' },
  huge: { answers: huge, ready: (view: View) => view.ready },
} as const;

const looks = [
  { scheme: 'dark', width: 1280, language: 'en-GB' },
  { scheme: 'light', width: 420, language: 'ja-JP' },
  { scheme: 'light', width: 1280, language: 'en-GB' },
  { scheme: 'dark', width: 420, language: 'en-GB' },
  { scheme: 'dark', width: 1280, language: 'ja-JP' },
] as const;

describe.skipIf(!hasBrowser)(`the page's states${hasBrowser ? '' : ' (SKIPPED: no Chromium)'}`, () => {
  let answers: Answers = usual;
  const suite = useBrowser(async () => servePage(answerOf));
  afterEach(() => {
    answers = usual;
  });

  function answerOf({ pathname, searchParams }: URL): Answer {
    if (pathname === '/api/v1/diagnoses') return { diagnoses };
    if (pathname === '/api/v1/traces')
      return searchParams.has('identity') ? ofDevice(answers.list) : answers.list;
    if (pathname === '/api/v1/fleet') return answers.fleet;
    return pathname.startsWith('/api/v1/devices/') ? answers.device : answers.trace;
  }

  const wide = async (page: Page): Promise<number> =>
    await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

  for (const [state, { answers: given, ready }] of Object.entries(states)) {
    it.each(views)(`${state}: $name reads well in every theme, width and language`, async (view) => {
      for (const look of looks) {
        answers = given;
        const { page, complaints } = await openPage(suite.browser, suite.server.url + view.hash, look);
        await page.locator(ready(view)).first().waitFor();
        const name = `state-${view.name}-${state}-${look.scheme}-${look.width}-${look.language.slice(0, 2)}`;
        await shoot(page, name);
        expect([name, await wide(page)]).toEqual([name, 0]);
        expect([name, await findBarriers(page, 'body')]).toEqual([name, []]);
        const own = complaints.filter((text) => !/Failed to load resource/.test(text));
        expect([name, own]).toEqual([name, []]);
        await page.context().close();
      }
    });
  }
  /** Opens a view and lets the collector know more; `said` gives what the view says. */
  async function afterNews(
    view: View,
    news: Partial<Answers>,
    before: RegExp,
  ): Promise<{ page: Page; said: () => Promise<string> }> {
    const { page } = await openPage(suite.browser, suite.server.url + view.hash);
    await page.locator(view.ready).first().waitFor();
    const said = async (): Promise<string> => await page.locator('main').innerText();
    if (before.test(await said())) throw new Error(`the view says ${before.source} before it can know`);
    answers = { ...answers, ...news };
    suite.server.announce(traceId);
    return { page, said };
  }
  const soon = { timeout: 8000 };

  const [searchView, oneDevice, fleetView, traceView] = views as [View, View, View, View];

  it('live: search lists a new trace, and keeps the keyboard where it is', async () => {
    answers = { ...usual, list: { rows: [summaryOf(goodRegistration)], next: '' } };
    const { page } = await openPage(suite.browser, suite.server.url);
    await page.locator('tbody tr').first().waitFor();
    await page.getByRole('searchbox').fill('half a na');
    answers = usual;
    suite.server.announce(traceId);
    await expect.poll(async () => await page.locator('tbody tr').count(), soon).toBe(stories.length);
    expect(await page.getByRole('searchbox').inputValue()).toBe('half a na');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
    expect(searchView.hash).toBe('#/');
  });

  it('live: a device shows its new attempt, and the state of its token', async () => {
    answers = { ...usual, device: deviceView([summaryOf(goodRegistration)]) };
    const renewed = {
      ...summaryOf(failedRenewal),
      startUs: summaryOf(goodRegistration).startUs + 60_000_000,
    };
    const device = { ...deviceView([renewed, summaryOf(goodRegistration)]) };
    const { said } = await afterNews(oneDevice, { device }, /1 failed/);
    await expect.poll(said, soon).toMatch(/1 failed/);
  });

  it('live: the fleet counts on', async () => {
    const totals = { ...fleet.totals, traces: 7_654_321 };
    const { said } = await afterNews(fleetView, { fleet: { ...fleet, totals } }, /7,654,321/);
    await expect.poll(said, soon).toMatch(/7,654,321/);
  });

  it('live: a trace grows while it is looked at, and is not asked for when others come', async () => {
    const [root, ...rest] = failedRenewal.spans;
    answers = { ...usual, trace: otlpOf(failedRenewal.seed, failedRenewal.startMs, [root!, rest[0]!]) };
    let asked = 0;
    const { page, said } = await afterNews(traceView, { trace: usual.trace }, /connection point forward/);
    await expect.poll(said, soon).toMatch(/connection point forward/);
    page.on('request', (request) => {
      if (request.url().includes(`/api/v1/traces/${traceId}`)) asked += 1;
    });
    suite.server.announce('f'.repeat(32));
    await page.waitForTimeout(1500);
    expect(asked).toBe(0);
    suite.server.announce(traceId);
    await expect.poll(() => asked, soon).toBe(1);
  });

  it.each([
    ['Ladder', '.ccm-ladder'],
    ['Evidence', '.ccm-evidence'],
  ])('live: %s stays where a person scrolled it to while its trace grows', async (tab, list) => {
    const [root, ...calls] = hugeSpans;
    const requests = calls.map((call) => ({ ...call, name: 'token request' }));
    const withCalls = (count: number): Answer =>
      otlpOf(failedRenewal.seed, failedRenewal.startMs, [root!, ...requests.slice(0, count)]);
    answers = { ...usual, trace: withCalls(99) };
    const { page } = await openPage(suite.browser, suite.server.url + traceView.hash);
    await page.getByRole('tab', { name: tab }).click();
    const box = page.locator(list);
    await expect.poll(() => box.evaluate((element) => element.scrollTop), soon).toBeGreaterThan(0);
    await box.evaluate((element) => element.scrollTo(0, 0));
    answers = { ...usual, trace: withCalls(100) };
    suite.server.announce(traceId);
    await page.getByText('101 spans').waitFor();
    await page.waitForTimeout(200);
    expect(await box.evaluate((element) => element.scrollTop)).toBe(0);
    await page.context().close();
  });

  it('shows what logs say of devices and failures as text, whatever it is', async () => {
    const text = `<img src=x onerror="window.hurt=1"> \u202Etxt.exe \u0000 ${'A'.repeat(1_000_000)}`;
    const device = deviceView([summaryOf(failedRenewal)]);
    answers = {
      ...usual,
      list: {
        rows: [{ ...summaryOf(failedRenewal), story: text, errorType: text, host: text, diagnosis: '' }],
        next: '',
      },
      device: { ...device, identities: { ...device.identities, hosts: [text], sids: [text] } },
      fleet: {
        ...fleet,
        errors: [{ ...fleet.errors[0]!, diagnosis: '', story: text, errorType: text, statusMessage: text }],
        overdue: { count: 1, devices: [{ ...fleet.overdue.devices[0]!, host: text }] },
      },
    };
    for (const { hash, ready } of [searchView, oneDevice, fleetView]) {
      const { page, complaints } = await openPage(suite.browser, suite.server.url + hash);
      await page.locator(ready).first().waitFor();
      const said = await page.locator('main').evaluate((main) => main.textContent);
      expect(said).toContain('<img src=x onerror="window.hurt=1"> ⟨U+202E⟩txt.exe');
      expect(said).not.toContain('\u202E');
      expect(await page.evaluate(() => 'hurt' in globalThis)).toBe(false);
      expect(await page.locator('main img').count()).toBe(0);
      expect(await wide(page)).toBe(0);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it('says what a device could not be asked for, beside a list that came', async () => {
    answers = { ...usual, device: 500 };
    const { page } = await openPage(suite.browser, `${suite.server.url}#/?q=WIN-042`);
    await page.locator('tbody tr').first().waitFor();
    const said = await page.getByRole('alert').innerText();
    expect(said).toContain('The collector answered with an error (500).');
    expect(said).toContain('Its log says why.');
    answers = usual;
    await page.locator('.page-device').waitFor({ timeout: 10_000 });
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
