import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { place, type Section } from './layout.ts';
import { dashboardLinks, tag } from './links.ts';

export interface DashboardHead {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Time shown at first, back from now. */
  readonly from: string;
  /** How often it looks again; `''` for never. */
  readonly refresh: string;
}

/**
 * A dashboard in Grafana's classic form, the only one that file provisioning loads on every generation supported.
 * `id` stays out: Grafana gives it.
 */
export function dashboard(
  head: DashboardHead,
  variables: readonly VariableModel[],
  sections: readonly Section[],
): Dashboard {
  const built = new DashboardBuilder(head.title)
    .uid(head.uid)
    .description(head.description)
    .tags([tag])
    .time({ from: head.from, to: 'now' })
    .refresh(head.refresh)
    .tooltip(DashboardCursorSync.Crosshair)
    .build();
  return {
    ...built,
    templating: { list: [...variables] },
    annotations: { list: [] },
    links: dashboardLinks(),
    panels: place(sections),
  };
}
