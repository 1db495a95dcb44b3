import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** The uids of the dashboards, which links and provisioning rely on. */
export const uids = {
  fleet: 'ccmtrace-fleet',
  sts: 'ccmtrace-sts',
  device: 'ccmtrace-device',
  cmg: 'ccmtrace-cmg',
  collector: 'ccmtrace-collector',
} as const;

export const tag = 'ccmtrace';

/** A link in a table cell or on a point; Grafana's model keeps far fewer fields than a dashboard's link. */
export interface DataLink {
  readonly title: string;
  readonly url: string;
  readonly targetBlank: boolean;
}

/** From a row of a search result to its trace on the device dashboard. */
export function traceLink(source: 'jaeger' | 'tempo'): DataLink {
  return {
    title: 'Show this trace',
    url: `/d/${uids.device}?\${__url_time_range}&\${prometheus:queryparam}&var-traces=\${${source}}&var-traceId=\${__data.fields["traceID"]}`,
    targetBlank: false,
  };
}

/** The bar of links to every dashboard of ours, keeping time and variables. */
export function dashboardLinks(): DashboardLink[] {
  return [
    new DashboardLinkBuilder('ccmtrace')
      .type(DashboardLinkType.Dashboards)
      .tags([tag])
      .asDropdown(false)
      .includeVars(true)
      .keepTime(true)
      .tooltip('The other dashboards of ccmtrace')
      .build(),
  ];
}
