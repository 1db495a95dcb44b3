import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { bigFrame } from '../bench/panel-frames.ts';
import { findBarriers } from './axe.ts';
import { hasBrowser, shoot } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { goodRegistration } from './good-registration.ts';
import { generations } from './harness/generations.ts';
import type { MountChoice, PanelChoice } from './harness/host/mount.tsx';
import { serveHost } from './harness/serve.ts';
import { mountInHost } from './host-page.ts';
import { emptyJaeger, jaegerTable, nodeGraph, tempoFrame } from './story-frames.ts';
import { traceIdOf } from './stories.ts';
import { useBrowser } from './suite.ts';

/** What a panel is given, and a text that must be on the screen. */
interface State {
  readonly panel: PanelChoice;
  readonly variables?: MountChoice['variables'];
  readonly language?: string;
  readonly says: RegExp;
}

const failed = tempoFrame(failedRenewal);
const good = tempoFrame(goodRegistration);
const notFound = [{ message: 'request failed: 404 Not Found', status: 400 }];

/** States in which there is a trace: each is looked at in every view. */
const withTrace: Readonly<Record<string, State>> = {
  'a good trace with a warning': {
    panel: { frames: [good, failed] },
    variables: { traceId: traceIdOf(goodRegistration) },
    says: /went on without it/,
  },
  'a thousand spans': {
    panel: { frames: [bigFrame(1000), good] },
    says: /1,000 spans/,
  },
  'a query that failed beside it': {
    panel: { frames: [failed, good], state: 'Error', errors: [{ message: 'timed out.', refId: 'B' }] },
    says: /Query B was not answered: timed out\. The rest is shown/,
  },
  Japanese: { panel: { frames: [failed, good] }, language: 'ja-JP', says: /対処方法/ },
};

/** States in which there is none. */
const withoutTrace: Readonly<Record<string, State>> = {
  loading: { panel: { frames: [], state: 'Loading' }, says: /Loading…/ },
  'no frame': { panel: { frames: [] }, says: /returned nothing/ },
  'frames of another kind': {
    panel: { frames: [...nodeGraph] },
    says: /Set the query to a trace[^]*Fields that came: id, title, mainStat · id, source, target/,
  },
  'an empty table': { panel: { frames: [jaegerTable([])] }, says: /No traces found[^]*1\sMar,\s00:00:00/ },
  'an empty trace': { panel: { frames: [emptyJaeger] }, says: /has no spans/ },
  'a trace that is gone': {
    panel: { frames: [], state: 'Error', errors: notFound },
    variables: { traceId: traceIdOf(failedRenewal) },
    says: /Trace \w{32} was not found[^]*may no longer hold it[^]*Error: request failed: 404 Not Found/,
  },
  'a data source that does not answer': {
    panel: {
      frames: [],
      state: 'Error',
      errors: [{ message: 'connection refused', refId: 'A' }],
      targets: [{ refId: 'A', datasource: { uid: 'Traces of the fleet' } }],
    },
    says: /“Traces of the fleet” did not answer[^]*Error: connection refused/,
  },
  'a data source that refuses': {
    panel: { frames: [], state: 'Error', errors: [{ message: 'Forbidden', status: 403 }] },
    says: /refused[^]*Ask whoever runs it for access[^]*Error: Forbidden/,
  },
  'no trace chosen': {
    panel: { frames: [] },
    variables: { traceId: '' },
    says: /No trace chosen[^]*the variable traceId/,
  },
  'a table of traces': {
    panel: { frames: [jaegerTable([failedRenewal, goodRegistration])] },
    says: /do not say how each trace ended[^]*Times in UTC[^]*412 ms/,
  },
  'Japanese, gone': {
    panel: { frames: [], state: 'Error', errors: notFound },
    language: 'ja-JP',
    says: /このトレースはありません/,
  },
  'Japanese, of another kind': {
    panel: { frames: [...nodeGraph] },
    language: 'ja-JP',
    says: /届いたフィールド/,
  },
};

const views = {
  waterfall: '[role=treegrid]',
  ladder: '[data-step]',
  evidence: '[role=table]',
  attempts: '.ccm-mark',
} as const;
const themes = ['dark', 'light'] as const;
const widths = [1240, 420] as const;
const frame = themes.flatMap((theme) => widths.map((width) => [theme, width] as const));

/** What is wider than its place: cut off to the right, or to be scrolled to. */
async function standingOut(panel: Locator): Promise<string[]> {
  return panel.evaluate((box) =>
    [box, ...box.querySelectorAll('*')]
      .filter((each) => each === box || /auto|scroll/.test(getComputedStyle(each).overflowX))
      .map((each) => [each.className, each.scrollWidth - each.clientWidth] as const)
      .filter(([, wide]) => wide > 0)
      .map(([name, wide]) => `${wide} pixels of ${name} stand out`),
  );
}

describe.skipIf(!hasBrowser)('the look of the panel in every state', () => {
  const suite = useBrowser(async () => serveHost(generations[0]!));

  async function look(state: State, theme: 'dark' | 'light', width: number, options: object, name: string) {
    const panels = [{ ...state.panel, width, options }];
    const { page } = await mountInHost(
      suite.browser,
      suite.server,
      { theme, panels, ...(state.variables === undefined ? {} : { variables: state.variables }) },
      { width: width + 40, language: state.language ?? 'en-US' },
    );
    const panel = page.getByTestId('ccmtrace-panel');
    await expect.poll(() => panel.innerText(), { timeout: 20_000 }).toMatch(state.says);
    return {
      panel,
      /** Takes the picture, and tells what is wrong with what it shows. */
      faults: async () => {
        await page.evaluate(() => document.fonts.ready.then(() => undefined));
        await shoot(page, `look-${name.replaceAll(/[ ,]+/g, '-')}-${theme}-${width}`);
        return [...(await findBarriers(page, '[data-testid=ccmtrace-panel]')), ...(await standingOut(panel))];
      },
    };
  }

  describe.each(Object.entries(withTrace))('%s', (name, state) => {
    for (const [theme, width] of frame) {
      it.each(Object.entries(views))(
        `is shown as %s, ${theme}, ${width} pixels wide`,
        async (view, ready) => {
          const { panel, faults } = await look(state, theme, width, { view }, `${name} ${view}`);
          await panel.locator(ready).first().waitFor();
          expect(await faults()).toEqual([]);
        },
      );
    }
  });

  it.each(
    [300, 630, 740].flatMap((width) =>
      (['ladder', 'attempts'] as const).map((view) => [view, width] as const),
    ),
  )('fits as %s into %i pixels', async (view, width) => {
    const state = withTrace['a good trace with a warning']!;
    const { panel } = await look(state, 'dark', width, { view }, view);
    await panel.locator(views[view]).first().waitFor();
    expect(await standingOut(panel)).toEqual([]);
  });

  describe.each(Object.entries(withoutTrace))('%s', (name, state) => {
    it.each(frame)('is said in %s, %i pixels wide', async (theme, width) => {
      const { faults } = await look(state, theme, width, {}, name);
      expect(await faults()).toEqual([]);
    });
  });
});
