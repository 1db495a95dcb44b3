import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from './dashboard.ts';
import { equally, shelf } from './layout.ts';
import { uids } from './links.ts';
import { fleetMetrics } from './metrics.ts';
import { badOverTime, heatmap, labelTable, lines, risingIsBad, stat } from './panels.ts';
import { aboveZero, buckets, increase, perMinute, quantile, ratio, series } from './promql.ts';
import { inTempo, searchTable } from './trace-panels.ts';
import { labelVariable, prometheusVariable, searchVariables } from './variables.ts';

const { stsDuration, tierRequests } = fleetMetrics;
const here = { site: '=~"$site"', host: '=~"$host"' };
const failed = { ...here, outcome: '="error"' };
const stsErrors = { site: '=~"$site"', tier: '="ccm-management-point"', outcome: '="error"' };
const noRequests = 'no requests';
const noneRefused = 'No token was refused.';
const overRange = (q: number) =>
  `histogram_quantile(${q}, sum by (le) (increase(${series(stsDuration, here, '_bucket')}[$__range])))`;

/** How quickly and how well do the management points issue tokens? */
export function stsDashboard(): Dashboard {
  return dashboard(
    {
      uid: uids.sts,
      title: 'STS latency',
      description: 'How long the security token service of each management point takes, and what it refuses.',
      from: 'now-6h',
      refresh: '1m',
    },
    [
      prometheusVariable(),
      ...searchVariables(),
      labelVariable(stsDuration, 'site', 'Site'),
      labelVariable(stsDuration, 'host', 'Management point'),
    ],
    [
      {
        title: 'Now',
        shelves: [
          equally(
            4,
            stat(
              {
                title: 'Median',
                description: 'Half of the answers in the time shown came faster.',
                unit: 's',
                nothing: noRequests,
              },
              { expr: overRange(0.5), legend: 'p50' },
              risingIsBad(1, 5),
            ),
            stat(
              {
                title: '95th percentile',
                description: 'One answer in twenty took longer. The service should stay below a second.',
                unit: 's',
                nothing: noRequests,
              },
              { expr: overRange(0.95), legend: 'p95' },
              risingIsBad(2, 10),
            ),
            stat(
              {
                title: 'Refused share',
                description: 'Share of requests that ended without a token: the table below says why.',
                unit: 'percentunit',
                nothing: noRequests,
              },
              { expr: ratio(increase(stsDuration, failed), increase(stsDuration, here)), legend: 'refused' },
              risingIsBad(0.01, 0.05),
              2,
            ),
            stat(
              {
                title: 'Requests',
                description: 'Requests that the service ended in the time shown.',
                unit: 'locale',
              },
              { expr: increase(stsDuration, here), legend: 'requests' },
              undefined,
              0,
            ),
          ),
        ],
      },
      {
        title: 'Latency',
        shelves: [
          equally(
            10,
            lines(
              {
                title: 'Latency percentiles',
                description:
                  'Time in the service at 50, 90, 95 and 99 %. Dots are single traces: a click opens one.',
                unit: 's',
              },
              [0.5, 0.9, 0.95, 0.99].map((q) => ({
                expr: quantile(q, stsDuration, here),
                legend: `p${q * 100}`,
                exemplars: true,
              })),
            ),
            heatmap(
              {
                title: 'Latency heat map',
                description:
                  'How many requests took how long. Two bands mean two kinds of request, or one management point that is slow.',
                unit: 's',
              },
              buckets(stsDuration, here),
            ),
          ),
        ],
      },
      {
        title: 'By management point',
        shelves: [
          equally(
            9,
            lines(
              {
                title: '95th percentile by management point',
                description: 'One line that leaves the others is a host to look at, not the service.',
                unit: 's',
              },
              [{ expr: quantile(0.95, stsDuration, here, ['host']), legend: '{{host}}' }],
            ),
            lines(
              {
                title: 'Requests by management point',
                description: 'Requests ended per minute: how the load is spread.',
                unit: 'opm',
              },
              [{ expr: perMinute(stsDuration, here, ['host']), legend: '{{host}}' }],
              'stacked',
            ),
          ),
        ],
      },
      {
        title: 'Errors',
        shelves: [
          shelf(
            9,
            {
              width: 9,
              panel: badOverTime(
                {
                  title: 'Refusals by kind',
                  description: 'Requests per minute that ended without a token, by error.type.',
                  unit: 'opm',
                  nothing: noneRefused,
                },
                perMinute(tierRequests, stsErrors, ['error_type']),
                'error_type',
              ),
            },
            {
              width: 6,
              panel: labelTable(
                {
                  title: 'Refusals by management point',
                  description: 'Requests that ended without a token in the time shown.',
                  unit: 'locale',
                  nothing: noneRefused,
                },
                aboveZero(increase(stsDuration, failed, ['host']), 'host'),
                'Refusals',
              ),
            },
            {
              width: 9,
              panel: searchTable(
                {
                  title: 'Newest refusals',
                  description: 'Traces in which the service refused a token. A click opens the trace.',
                  nothing: noneRefused,
                },
                { service: 'ccm-management-point', operation: 'issue token', tags: 'error=true', limit: 20 },
              ),
            },
          ),
        ],
      },
      inTempo(
        { title: 'Newest refusals', nothing: noneRefused },
        '{ resource.service.name = "ccm-management-point" && name = "issue token" && status = error }',
      ),
    ],
  );
}
