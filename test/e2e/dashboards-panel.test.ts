import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allDashboards } from '../../dashboards/src/all.ts';
import { everyPanel } from '../../dashboards/src/lint.ts';
import { tracePanelType } from '../../dashboards/src/trace-panels.ts';
import { migrateOptions } from '../../grafana-plugin/src/panel/options.ts';

const ours = Object.values(allDashboards())
  .flatMap(everyPanel)
  .filter(({ type }) => type === tracePanelType);

describe("the trace panel on the project's dashboards", () => {
  it('is the plugin of this repository', () => {
    const plugin = readFileSync(join(import.meta.dirname, '../../grafana-plugin/src/plugin.json'), 'utf8');
    expect((JSON.parse(plugin) as { id: string }).id).toBe(tracePanelType);
  });

  it.each(ours.map((panel) => [panel.title ?? '', panel] as const))(
    'understands the options that it is given: %s',
    (_, panel) => {
      expect(migrateOptions({ options: panel.options as object })).toMatchObject(panel.options as object);
    },
  );

  it('shows the trace that an attempt leads to: both go by one variable', () => {
    const device = allDashboards()['device'];
    expect(ours).toHaveLength(2);
    expect(new Set(ours.map(({ options }) => (options as { traceVariable: string }).traceVariable))).toEqual(
      new Set(['traceId']),
    );
    expect(device?.templating.list?.map(({ name }) => name)).toContain('traceId');
  });
});
