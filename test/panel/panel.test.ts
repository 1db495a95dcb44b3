import { describe, expect, it } from 'vitest';
import { awkward } from './awkward.ts';
import { findBarriers } from './axe.ts';
import { hasBrowser, shoot } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { goodRegistration } from './good-registration.ts';
import { chosenGenerations } from './harness/generations.ts';
import type { MountChoice } from './harness/host/mount.tsx';
import { serveHost } from './harness/serve.ts';
import { hostile } from './hostile.ts';
import { mountInHost, type HostPage } from './host-page.ts';
import {
  jaegerFrame,
  jaegerTable,
  nodeGraph,
  tempoFrame,
  tempoTable,
  type PlainFrame,
} from './story-frames.ts';
import { traceIdOf } from './stories.ts';
import { useBrowser } from './suite.ts';

describe.skipIf(!hasBrowser).each(chosenGenerations())('the panel in Grafana $name', (generation) => {
  const suite = useBrowser(async () => serveHost(generation));
  let complaints: string[] = [];

  async function mount(
    choice: Partial<MountChoice> & Pick<MountChoice, 'panels'>,
    language = 'en-US',
  ): Promise<HostPage> {
    const opened = await mountInHost(suite.browser, suite.server, { theme: 'dark', ...choice }, { language });
    complaints = opened.complaints;
    return opened;
  }

  const shot = (name: string) => `panel-${generation.name}-${name}`;
  const ready = {
    waterfall: '[role=treegrid]',
    ladder: '[data-step=reply]',
    evidence: '[role=table]',
    attempts: '.ccm-mark',
  };
  const ours = () => complaints.filter((text) => !/404|DateTime|findDOMNode|defaultProps|act\(/.test(text));

  for (const theme of ['dark', 'light'] as const) {
    for (const width of [1240, 420]) {
      it.each(['waterfall', 'ladder', 'evidence', 'attempts'] as const)(
        `shows the %s in ${theme}, ${width} pixels wide, without a barrier`,
        async (view) => {
          const frames = [tempoFrame(failedRenewal), ...nodeGraph, tempoFrame(goodRegistration)];
          const { page } = await mount({ theme, panels: [{ frames, width, options: { view } }] });
          await page.locator(ready[view]).first().waitFor();
          expect(await page.getByRole('note').innerText()).toContain('client certificate');
          await shoot(page, shot(`${view}-${theme}-${width}`));
          expect(ours()).toEqual([]);
          expect(await findBarriers(page, '[data-testid=ccmtrace-panel]')).toEqual([]);
        },
      );
    }
  }

  it('reads the same from Tempo and from Jaeger', async () => {
    const read = async (frame: PlainFrame) => {
      const { page } = await mount({ panels: [{ frames: [frame] }] });
      await page.locator('[role=treegrid]').waitFor();
      const text = await page.locator('.ccm-trace').innerText();
      return text.replaceAll(/\n?(?:span\.kind|error|otel\.status_\w+|event)\n[^\n]*/g, '');
    };
    expect(await read(jaegerFrame(failedRenewal))).toBe(await read(tempoFrame(failedRenewal)));
  });

  it.each(awkward)('shows a trace with %s, by every key', async (_, frame, spans) => {
    const { page } = await mount({ panels: [{ frames: [frame] }] });
    const grid = page.getByRole('treegrid');
    await grid.waitFor();
    // One lane, and all its spans.
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(spans + 1));
    await grid.focus();
    for (const key of ['End', 'ArrowLeft', 'ArrowRight', 'Home', 'ArrowDown', 'w', 's', '2', '3', '1'])
      await page.keyboard.press(key);
    await grid.waitFor();
    expect(ours()).toEqual([]);
  });

  it('opens an attempt on the dashboard where the table only links to Explore', async () => {
    const table = tempoTable([failedRenewal]);
    const explore = {
      title: 'Trace',
      url: '',
      internal: { datasourceUid: 'x', datasourceName: 'x', query: {} },
    };
    const fields = table.fields.map((field) =>
      field.name === 'traceID' ? { ...field, config: { links: [explore] } } : field,
    );
    const { page, mounted } = await mount({ panels: [{ frames: [{ ...table, fields }] }] });
    await page
      .getByRole('button', { name: /token renewal/ })
      .last()
      .click();
    await expect.poll(() => mounted.evaluate((host) => host.address())).toContain(traceIdOf(failedRenewal));
  });

  it('offers the attempts of search results, and leads from there to a trace through the dashboard variable', async () => {
    for (const table of [tempoTable, jaegerTable]) {
      const panels = [
        { frames: [table([failedRenewal, goodRegistration])], height: 320, title: 'Attempts' },
        { frames: [tempoFrame(failedRenewal), tempoFrame(goodRegistration)], height: 420 },
      ];
      const { page, mounted } = await mount({ panels, variables: { traceId: traceIdOf(failedRenewal) } });
      await page.locator('tbody tr', { hasText: 'client registration' }).click();
      await expect
        .poll(() => mounted.evaluate((host) => host.address()))
        .toContain(traceIdOf(goodRegistration));
      await expect.poll(() => page.locator('.ccm-trace h2').innerText()).toBe('client registration');
      await shoot(page, shot('table-and-trace'));
    }
  });

  it('lists only what search results tell: neither device nor tiers, and the outcome where the names do', async () => {
    const heads = async (frames: readonly PlainFrame[]) => {
      const { page } = await mount({ panels: [{ frames }] });
      const table = page.getByRole('table');
      await table.waitFor();
      return [await table.locator('th').allInnerTexts(), await table.locator('.ccm-badge').allInnerTexts()];
    };
    const [unnamed, badges] = await heads([jaegerTable([failedRenewal, goodRegistration])]);
    expect(unnamed).toEqual(['When', 'Operation', 'Took']);
    expect(badges).toEqual([]);
    const [heading, outcomes] = await heads([jaegerTable([failedRenewal, goodRegistration], true)]);
    expect(heading).toEqual(['When', 'Operation', 'Outcome', 'Took']);
    expect(outcomes?.map((text) => text.trim()).sort()).toEqual(['failed', 'ok']);
  });

  it('leads from the list to the cause of a failed renewal by keyboard alone', async () => {
    const panels = [
      { frames: [jaegerTable([failedRenewal, goodRegistration])], height: 320, title: 'Attempts' },
      { frames: [tempoFrame(failedRenewal), tempoFrame(goodRegistration)], height: 420 },
    ];
    const { page } = await mount({ panels, variables: { traceId: traceIdOf(goodRegistration) } });
    await page.getByRole('treegrid').waitFor();
    const focused = (attribute: string) =>
      page.evaluate((name) => document.activeElement?.getAttribute(name) ?? '', attribute);
    const tabTo = async (attribute: string, value: string) => {
      for (let tab = 0; tab < 60 && !(await focused(attribute)).includes(value); tab += 1)
        await page.keyboard.press('Tab');
      expect(await focused(attribute)).toContain(value);
    };
    await tabTo('aria-label', 'token renewal');
    await page.keyboard.press('Enter');
    await page.getByRole('note').getByText('client certificate').first().waitFor();
    const selected = () => page.getByRole('row', { selected: true }).getAttribute('data-span');
    await tabTo('role', 'treegrid');
    const culprit = await selected();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(selected).not.toBe(culprit);
    await page.keyboard.press('ArrowRight');
    await expect.poll(selected).toBe(culprit);
    await page.keyboard.press('Enter');
    const records = () => page.evaluate(() => document.activeElement?.closest('.ccm-details')?.textContent);
    await expect.poll(records).toContain('connection point forward');
    await page.keyboard.press('3');
    await page.locator('.ccm-record-active').first().waitFor();
    expect((await page.locator('.ccm-record-active').allInnerTexts()).join('\n')).toContain('HTTP/1.1 403');
  });

  it('sets the span variable when a span is selected, and follows it when it is set', async () => {
    const panels = [{ frames: [tempoFrame(failedRenewal)] }];
    const { page, mounted } = await mount({ panels });
    await page.getByRole('row', { name: 'token request' }).first().click();
    const id = await page.locator('.ccm-details').getAttribute('data-span');
    await expect.poll(() => mounted.evaluate((host) => host.address())).toContain(`var-spanId=${id}`);
    const again = await mount({ panels, variables: { spanId: id ?? '' } });
    await expect.poll(() => again.page.locator('.ccm-details').getAttribute('data-span')).toBe(id);
  });

  it('follows data links of a span and of the trace without Explore', async () => {
    const links = [
      { title: 'Logs of this host', url: 'https://logs.example/?span=${__value.raw}', targetBlank: true },
    ];
    const fieldConfig = {
      defaults: {},
      overrides: [
        { matcher: { id: 'byName', options: 'spanID' }, properties: [{ id: 'links', value: links }] },
        {
          matcher: { id: 'byName', options: 'traceID' },
          properties: [{ id: 'links', value: [{ title: 'Ticket', url: '/tickets/${__value.raw}' }] }],
        },
      ],
    };
    const { page } = await mount({ panels: [{ frames: [tempoFrame(failedRenewal)], fieldConfig }] });
    const link = page.getByRole('link', { name: 'Logs of this host' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toMatch(/^https:\/\/logs\.example\/\?span=[0-9a-f]{16}$/);
    const ticket = page.locator('.ccm-title').getByRole('link', { name: 'Ticket' });
    expect(await ticket.getAttribute('href')).toBe(`/tickets/${traceIdOf(failedRenewal)}`);
  });

  it('leads along span links, inside the trace and to another, without Explore', async () => {
    const other = { traceId: traceIdOf(goodRegistration), spanId: 'ab'.repeat(8) };
    const [root, ...rest] = failedRenewal.spans;
    const linked = { ...failedRenewal, spans: [{ ...root!, links: [other] }, ...rest] };
    const rootId = tempoFrame(linked).fields.find(({ name }) => name === 'spanID')!.values[0];
    const { page } = await mount({
      panels: [{ frames: [tempoFrame(linked)] }],
      variables: { spanId: String(rootId) },
    });
    const link = page.getByRole('link', { name: `span ${other.spanId} of trace ${other.traceId}` });
    await link.waitFor();
    expect(await link.getAttribute('href')).toContain(
      `var-traceId=${other.traceId}&var-spanId=${other.spanId}`,
    );
  });

  it('shares the crosshair with the other panels', async () => {
    const { page, mounted } = await mount({ panels: [{ frames: [tempoFrame(failedRenewal)] }] });
    await page.locator('[role=treegrid]').waitFor();
    const box = (await page.locator('.ccm-bars').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    await expect.poll(() => mounted.evaluate((host) => host.hovered().length)).toBeGreaterThan(0);
    const at = await mounted.evaluate((host) => host.hovered().at(-1));
    expect(at).toBeGreaterThan(failedRenewal.startMs);
    expect(at).toBeLessThan(failedRenewal.startMs + 412);
    await page.mouse.move(5, 5);
    await expect.poll(() => mounted.evaluate((host) => host.cleared())).toBeGreaterThan(0);
    const pixels = () =>
      page.locator('.ccm-bars').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const before = await pixels();
    await mounted.evaluate((host, ms) => host.point(ms), failedRenewal.startMs + 300);
    await expect.poll(pixels).not.toBe(before);
  });

  it('gives the options pane what it needs, and nothing of the field options but links', async () => {
    const { mounted } = await mount({ panels: [{ frames: [] }] });
    const editors = await mounted.evaluate((host) => host.editors());
    expect(editors.map(({ path }) => path)).toEqual([
      'view',
      'lanes',
      'clock',
      'critical',
      'column',
      'evidence',
      'maxRecords',
      'traceVariable',
      'spanVariable',
      'colours.client',
      'colours.entra',
      'colours.gateway',
      'colours.connection-point',
      'colours.management-point',
    ]);
    expect(await mounted.evaluate((host) => host.standardFields())).toEqual(['links']);
    expect(await mounted.evaluate((host) => host.options())).toMatchObject({
      view: 'waterfall',
      maxRecords: 5000,
      traceVariable: 'traceId',
    });
    expect(await mounted.evaluate((host) => host.migrate({ view: 'ladder', old: 1 }))).toMatchObject({
      view: 'ladder',
      lanes: 'tier',
    });
  });

  it('obeys its options', async () => {
    const options = {
      lanes: 'tree',
      evidence: false,
      column: 'ccm.user.sid',
      colours: { client: '#ff00ff' },
    };
    const { page } = await mount({ panels: [{ frames: [tempoFrame(failedRenewal)], options }] });
    await page.locator('[role=treegrid]').waitFor();
    expect(await page.locator('.ccm-lane').count()).toBe(0);
    expect(await page.locator('[role=treegrid]').innerText()).toContain('S-1-5-18');
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(['Waterfall', 'Ladder']);
    expect(await page.locator('.ccm-record').count()).toBe(0);
  });

  it('suggests itself for traces and tables of traces only', async () => {
    const { mounted } = await mount({ panels: [{ frames: [] }] });
    const names = async (frames: readonly PlainFrame[]) =>
      mounted.evaluate(
        (host, given) => ((host.suggestions(given) ?? []) as { name: string }[]).map(({ name }) => name),
        frames,
      );
    expect(await names([tempoFrame(failedRenewal)])).toEqual(['Waterfall', 'Ladder']);
    expect(await names([jaegerTable([failedRenewal])])).toEqual(['Attempts']);
    expect(await names([...nodeGraph])).toEqual([]);
  });

  it('keeps what a person chose when the panel is drawn anew', async () => {
    const frames = [tempoFrame(failedRenewal)];
    const { page, mounted } = await mount({ panels: [{ frames }] });
    await page.getByRole('tab', { name: 'Ladder' }).click();
    await page.locator('[data-step=reply]').first().waitFor();
    await mounted.evaluate((host) => host.unmount());
    await page.reload();
    await page.waitForFunction(() => 'panelHost' in globalThis);
    await page.evaluate(
      async (given) =>
        (
          globalThis as unknown as {
            panelHost: { mount(element: Element | null, choice: object): Promise<unknown> };
          }
        ).panelHost
          .mount(document.querySelector('#root'), { theme: 'dark', panels: [{ frames: given }] })
          .then(() => undefined),
      frames,
    );
    await page.locator('.ccm-trace').waitFor();
    expect(await page.getByRole('tab', { selected: true }).innerText()).toBe('Ladder');
  });

  it('shows what logs say as text, whatever it is', async () => {
    const { page } = await mount({ panels: [{ frames: [tempoFrame(hostile)] }] });
    await page.locator('[role=treegrid]').waitFor();
    expect(await page.evaluate(() => 'hurt' in globalThis)).toBe(false);
    expect(await page.locator('.ccm-root img, .ccm-root script').count()).toBe(0);
    expect(await page.locator('.ccm-root').innerText()).toContain('⟨ESC⟩[31m ⟨U+202E⟩txt.exe');
  });

  it('speaks Japanese to a user who chose it', async () => {
    const { page, mounted } = await mount({ panels: [{ frames: [tempoFrame(failedRenewal)] }] }, 'ja-JP');
    await page.getByText('対処方法').waitFor();
    const editors = await mounted.evaluate((host) => host.editors());
    expect(editors[0]).toMatchObject({ name: '最初の表示', category: '表示' });
    expect(await page.locator('.ccm-name-text').allInnerTexts()).toEqual([
      'トークンの更新',
      'トークンの要求',
      '接続ポイントの転送',
    ]);
    expect(await page.locator('.ccm-title h2').innerText()).toBe('トークンの更新');
    await shoot(page, shot('ja'));
  });
});
