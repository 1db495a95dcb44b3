import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from 'vitest';
import { allDashboards, serialise } from './all.ts';
import { everyPanel, lintDashboard } from './lint.ts';

const dashboards = allDashboards();

/** The fleet dashboard with one thing changed. */
function broken(change: (dashboard: Dashboard, first: Panel) => void): string[] {
  const dashboard = JSON.parse(serialise(dashboards['fleet'] as Dashboard)) as Dashboard;
  const first = everyPanel(dashboard)[0];
  if (first === undefined) throw new Error('The fleet dashboard has no panel.');
  change(dashboard, first);
  return lintDashboard(dashboard);
}

const setExpression = (expr: string) => (_: Dashboard, panel: Panel) => {
  Object.assign(panel.targets?.[0] ?? {}, { expr });
};

describe('lintDashboard()', () => {
  it.each(Object.keys(dashboards))('finds nothing wrong with %s', (name) => {
    expect(lintDashboard(dashboards[name] as Dashboard)).toEqual([]);
  });

  it('looked at a real number of panels and queries', () => {
    const panels = Object.values(dashboards).flatMap(everyPanel);
    expect(panels.length).toBeGreaterThan(30);
    expect(panels.flatMap((panel) => panel.targets ?? []).length).toBeGreaterThan(40);
  });

  it.each<[string, (dashboard: Dashboard, first: Panel) => void, RegExp]>([
    ['a newer schema', (dashboard) => (dashboard.schemaVersion = 43), /schemaVersion is 43/],
    ['an id', (dashboard) => (dashboard.id = 7), /carries an id/],
    ['a bad uid', (dashboard) => (dashboard.uid = 'My Board'), /no short kebab-case name/],
    ['no title', (dashboard) => (dashboard.title = ''), /dashboard has no title/],
    ['no description', (dashboard) => (dashboard.description = ''), /dashboard has no description/],
    ['no links', (dashboard) => (dashboard.links = []), /no links to the others/],
    ['a panel without a title', (_, panel) => (panel.title = ''), /has no title/],
    [
      'a panel without a description',
      (_, panel) => delete panel.description,
      /"Renewals" has no description/,
    ],
    [
      'a panel without a unit',
      (_, panel) => delete panel.fieldConfig?.defaults.unit,
      /"Renewals" has no unit/,
    ],
    [
      'the unit none',
      (_, panel) => panel.fieldConfig && (panel.fieldConfig.defaults.unit = 'none'),
      /has no unit/,
    ],
    ['a panel without queries', (_, panel) => (panel.targets = []), /asks for nothing/],
    ['a fixed data source', (_, panel) => (panel.datasource = { uid: 'abc' }), /reads from abc/],
    ['no data source', (_, panel) => delete panel.datasource, /reads from the default source/],
    ['a repeated refId', (_, panel) => panel.targets?.push(...panel.targets), /repeats a refId/],
    ['a repeated id', (dashboard, panel) => (panel.id = everyPanel(dashboard)[1]?.id ?? 0), /share the id/],
    ['a panel without an id', (_, panel) => delete panel.id, /has no id/],
    ['panels that overlap', (_, panel) => panel.gridPos && (panel.gridPos.w += 1), /covers Panel "Renewals"/],
    ['a panel off the grid', (_, panel) => panel.gridPos && (panel.gridPos.x = 23), /outside the grid/],
    ['a panel without a place', (_, panel) => delete panel.gridPos, /has no place/],
    ['an unknown variable', setExpression('up{a="$nowhere"}'), /\$nowhere is used and not declared/],
    [
      'an idle variable',
      (dashboard) => dashboard.templating.list?.push({ type: 'textbox', name: 'idle' } as never),
      /\$idle is declared and not used/,
    ],
    ['a fixed rate window', setExpression('rate(ccm_installs_total[5m])'), /rate over \[5m\]/],
    [
      'a rate over the whole range',
      setExpression('rate(ccm_installs_total[$__range])'),
      /rate over \[\$__range\]/,
    ],
    [
      'an increase over an odd window',
      setExpression('increase(ccm_installs_total[7m])'),
      /increase over \[7m\]/,
    ],
    ['an unknown metric', setExpression('sum(ccm_nothing_total)'), /asks for ccm_nothing_total/],
    [
      'a histogram without its suffix',
      setExpression('sum(ccm_sts_duration_seconds)'),
      /asks for ccm_sts_duration_seconds/,
    ],
    ['a link to nowhere', (_, panel) => (panel.options = { a: '/d/other-board?x' }), /links to other-board/],
  ])('refuses %s', (_name, change, sentence) => {
    expect(broken(change).join('\n')).toMatch(sentence);
  });

  it('refuses the whole range in a query over time', () => {
    const wrong = broken((_, panel) => Object.assign(panel.targets?.[0] ?? {}, { instant: false }));
    expect(wrong.join('\n')).toContain('make it instant');
  });
});
