import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceFolder } from '../../grafana-plugin/.config/webpack/constants.ts';
import { hasBrowser, openPage } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { generations, oldest } from './harness/generations.ts';
import type { PanelHost } from './harness/host/host.tsx';
import { serveHost } from './harness/serve.ts';
import { takenFrom, type Taken } from './harness/taken-symbols.ts';
import { misfits } from './harness/type-fit.ts';
import { mountInHost } from './host-page.ts';
import { tempoFrame } from './story-frames.ts';
import { useBrowser } from './suite.ts';

const chosen = process.env['CCMTRACE_GRAFANA'] === 'all' ? [...generations, oldest] : generations.slice(0, 1);
const sources = globSync(
  '{module.ts,panel/**/*.ts,panel/**/*.tsx,frames/**/*.ts,view/**/*.ts,view/**/*.tsx}',
  {
    cwd: sourceFolder,
  },
)
  .filter((file) => !/\.test\.tsx?$/.test(file))
  .map((file) => join(sourceFolder, file));

describe('plugin.json', () => {
  it('promises the oldest version that is checked', () => {
    const json = JSON.parse(readFileSync(join(sourceFolder, 'plugin.json'), 'utf8')) as {
      dependencies: { grafanaDependency: string };
    };
    expect(json.dependencies.grafanaDependency).toBe(`>=${oldest.grafana}`);
  });
});

describe('plugin.json for suggestions', () => {
  it('asks to be asked: without the flag Grafana never calls the supplier', () => {
    const json = JSON.parse(readFileSync(join(sourceFolder, 'plugin.json'), 'utf8')) as {
      suggestions?: boolean;
    };
    expect(json.suggestions).toBe(true);
  });
});

describe('takenFrom()', () => {
  it('finds what the panel takes from Grafana, exports and their members', () => {
    const taken = takenFrom('@grafana/', sources);
    expect(taken).toContainEqual({ module: '@grafana/data', symbol: 'PanelPlugin', member: '' });
    expect(taken).toContainEqual({ module: '@grafana/data', symbol: 'FieldConfigProperty', member: 'Links' });
    expect(taken).toContainEqual({
      module: '@grafana/runtime',
      symbol: 'locationService',
      member: 'partial',
    });
    expect(taken.map(({ symbol }) => symbol)).not.toContain('PanelProps');
  });
});

describe.skipIf(!hasBrowser).each(chosen)('Grafana $grafana', (generation) => {
  const suite = useBrowser(async () => serveHost(generation));
  let scratch: string;

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'panel-api-'));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** What the modules that this Grafana hands to plugins do not have, as a running page sees them. */
  async function missing(taken: readonly Taken[]): Promise<string[]> {
    const { page } = await openPage(suite.browser, suite.server.url);
    await page.waitForFunction(() => 'panelHost' in globalThis);
    const lacks = await page.evaluate(
      (given) => (globalThis as unknown as { panelHost: PanelHost }).panelHost.lacks(given),
      taken,
    );
    await page.context().close();
    return lacks;
  }

  function planted(text: string): string {
    const file = join(scratch, `planted-${text.length}.ts`);
    writeFileSync(file, text);
    return file;
  }

  it('hands out everything that the panel takes from it', async () => {
    expect(await missing(takenFrom('@grafana/', sources))).toEqual([]);
  });

  it('is caught where it does not', async () => {
    const file = planted(`
      import { LoadingState, neverThere, type TypesLeaveNoTrace } from '@grafana/data';
      import { config as renamed } from '@grafana/runtime';
      import { useTheme2 } from '@grafana/never';
      export const x = [LoadingState.Never, neverThere, renamed.bootData, renamed.neverSet, useTheme2];
    `);
    expect(await missing(takenFrom('@grafana/', [file]))).toEqual([
      '@grafana/data neverThere',
      '@grafana/never useTheme2',
      '@grafana/data LoadingState.Never',
      '@grafana/runtime config.neverSet',
    ]);
  });

  it('draws a trace with them', async () => {
    const frames = [tempoFrame(failedRenewal)];
    const { page, complaints } = await mountInHost(suite.browser, suite.server, {
      theme: 'dark',
      panels: [{ frames }],
    });
    await page.getByRole('treegrid').waitFor();
    expect(complaints.filter((text) => /error|not a function|undefined/i.test(text))).toEqual([]);
  });

  it('declares what the panel takes as the panel uses it', () => {
    const all = misfits(generation, [join(sourceFolder, 'module.ts')]);
    // Before 12.4 suggestions were another interface, and only Grafana's own panels were asked for them.
    const excused =
      generation === oldest ? /panel\/(?:suggestions|plugin)\.ts.*(?:uggestion|summary|frame)/i : /^$/;
    expect(all.filter((line) => !excused.test(line))).toEqual([]);
    expect(all.length > 0).toBe(generation === oldest);
  });

  it('is caught where it declares it otherwise', () => {
    const file = planted(`
      import { PanelPlugin, neverThere } from '@grafana/data';
      export const plugin = new PanelPlugin(null).setNoPadding(3);
      export { neverThere };
    `);
    expect(misfits(generation, [file]).map((line) => /TS\d+/.exec(line)?.[0])).toEqual(['TS2305', 'TS2554']);
  });
});
