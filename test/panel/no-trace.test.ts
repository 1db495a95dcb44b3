import { describe, expect, it } from 'vitest';
import { hasBrowser } from './browser.ts';
import { failedRenewal } from './failed-renewal.ts';
import { chosenGenerations } from './harness/generations.ts';
import type { MountChoice } from './harness/host/mount.tsx';
import { serveHost } from './harness/serve.ts';
import { mountInHost, type HostPage } from './host-page.ts';
import { emptyJaeger, jaegerTable, nodeGraph, tempoFrame, tempoTable } from './story-frames.ts';
import { useBrowser } from './suite.ts';

describe.skipIf(!hasBrowser).each(chosenGenerations())(
  'what the panel says where a query brought no trace, in Grafana $name',
  (generation) => {
    const suite = useBrowser(async () => serveHost(generation));

    async function mount(choice: Omit<MountChoice, 'theme'>): Promise<HostPage> {
      return mountInHost(suite.browser, suite.server, { theme: 'dark', ...choice });
    }

    it('says what came instead of a trace, what to set, and last the fields', async () => {
      const { page } = await mount({ panels: [{ frames: [...nodeGraph] }] });
      const pane = page.getByRole('region', { name: 'The query returned no trace' });
      await pane.waitFor();
      expect((await pane.innerText()).split(/\n+/)).toEqual([
        'The query returned no trace',
        expect.stringMatching(/^Set the query to a trace .* or to a search/),
        'Fields that came: id, title, mainStat · id, source, target',
        expect.stringMatching(/^Fields of a trace: traceID, spanID/),
      ]);
    });

    it('says of a table without rows that nothing was found, and where it looked', async () => {
      for (const frame of [jaegerTable([]), tempoTable([])]) {
        const { page } = await mount({ panels: [{ frames: [frame] }] });
        await page.getByText('No traces found').waitFor();
        expect(await page.locator('.ccm-state').innerText()).toMatch(/between 1\sMar,\s00:00:00 and 9\sMar/);
      }
    });

    it('says of an empty trace which one has no spans, where that is known', async () => {
      const titleOf = async (choice: object, variables = {}) => {
        const { page } = await mount({ panels: [{ frames: [emptyJaeger], ...choice }], variables });
        return page.locator('.ccm-state strong').innerText();
      };
      const [asked, chosen] = ['ab'.repeat(16), 'cd'.repeat(16)];
      expect(await titleOf({})).toBe('This trace has no spans');
      expect(await titleOf({ targets: [{ refId: 'A', query: asked }] })).toBe(`Trace ${asked} has no spans`);
      expect(await titleOf({}, { traceId: chosen })).toBe(`Trace ${chosen} has no spans`);
    });

    it.each([
      [
        'returned nothing',
        { state: 'Done' },
        {},
        'The query returned nothing',
        /^Check the query: its data source and the trace id\.$/,
      ],
      [
        'did not answer',
        {
          errors: [{ message: 'connection refused', refId: 'A' }],
          targets: [{ refId: 'A', datasource: { uid: 'Traces of the fleet' } }],
        },
        {},
        'The data source “Traces of the fleet” did not answer',
        /^Refresh the dashboard.*\s+Error: connection refused$/,
      ],
      [
        'refused',
        { errors: [{ message: 'Forbidden', status: 403 }] },
        {},
        'The data source refused access',
        /^Ask whoever runs it for access\.\s+Error: Forbidden$/,
      ],
      [
        'has no such trace',
        { errors: [{ message: 'request failed: 404 Not Found', status: 400 }] },
        { traceId: 'ab'.repeat(16) },
        `Trace ${'ab'.repeat(16)} was not found`,
        /^The data source may no longer hold it.*\s+Error: request failed: 404 Not Found$/,
      ],
      [
        'was asked for no trace',
        { state: 'Done' },
        { traceId: '' },
        'No trace chosen',
        /the variable traceId/,
      ],
    ] as const)('says that the data source %s, and what to do', async (_, given, variables, title, said) => {
      const panels = [{ frames: [], state: 'Error', ...given }];
      const { page } = await mount({ panels, variables });
      const pane = page.getByRole('region', { name: title });
      await pane.waitFor();
      expect(
        await pane
          .locator('p')
          .allInnerTexts()
          .then((lines) => lines.join('\n')),
      ).toMatch(said);
      expect(await pane.locator('.ccm-glyph-error, .ccm-glyph-warning').count()).toBe(
        'errors' in given ? 1 : 0,
      );
    });

    it('shows what came and says that another query failed', async () => {
      const alertOf = async (errors: readonly { message: string; refId?: string }[]) => {
        const { page } = await mount({
          panels: [{ frames: [tempoFrame(failedRenewal)], state: 'Error', errors }],
        });
        await page.locator('[role=treegrid]').waitFor();
        return (await page.getByRole('alert').innerText()).trim();
      };
      expect(await alertOf([{ message: 'timed out.', refId: 'B' }])).toBe(
        'Query B was not answered: timed out. The rest is shown.',
      );
      expect(await alertOf([{ message: 'timed out' }])).toBe(
        'A query was not answered: timed out. The rest is shown.',
      );
    });

    it('says that it waits while data is on its way', async () => {
      const { page } = await mount({ panels: [{ frames: [], state: 'Loading' }] });
      expect(await page.getByRole('status', { name: 'Loading…' }).getAttribute('aria-busy')).toBe('true');
    });
  },
);
