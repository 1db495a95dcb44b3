import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { cmgDashboard } from './cmg.ts';
import { collectorDashboard } from './collector.ts';
import { deviceDashboard } from './device.ts';
import { fleetDashboard } from './fleet.ts';
import { stsDashboard } from './sts.ts';

/** Every dashboard by the name of its file under `out/`. */
export function allDashboards(): Readonly<Record<string, Dashboard>> {
  return {
    fleet: fleetDashboard(),
    sts: stsDashboard(),
    device: deviceDashboard(),
    cmg: cmgDashboard(),
    collector: collectorDashboard(),
  };
}

/** The text of a generated file. */
export function serialise(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
