import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from './dashboard.ts';
import { equally } from './layout.ts';
import { uids } from './links.ts';
import { fleetMetrics } from './metrics.ts';
import { labelTable, lines, risingIsBad, stat } from './panels.ts';
import { increase, perMinute, quantile, ratio, series } from './promql.ts';
import { inTempo, searchTable } from './trace-panels.ts';
import { labelVariable, prometheusVariable, searchVariables } from './variables.ts';

const { tokenRequests, tokenRequestDuration, cmgRequests, cmgElapsed } = fleetMetrics;
const bySite = { site: '=~"$site"' };
const forward = { ...bySite, tier: '="connection point"' };
const forwardFailed = { ...forward, outcome: '="error"' };
const byCmg = { cmg: '=~"$cmg"' };

/** Which tier on the way from the internet to the management point is slow or refuses? */
export function cmgDashboard(): Dashboard {
  return dashboard(
    {
      uid: uids.cmg,
      title: 'CMG path',
      description:
        'Token requests on their way through the cloud management gateway and its connection point, tier by tier.',
      from: 'now-6h',
      refresh: '1m',
    },
    [
      prometheusVariable(),
      ...searchVariables(),
      labelVariable(tokenRequests, 'site', 'Site'),
      labelVariable(cmgRequests, 'cmg', 'Gateway'),
    ],
    [
      {
        title: 'Every tier',
        shelves: [
          equally(
            9,
            lines(
              {
                title: 'Requests by tier',
                description:
                  'Requests ended per minute as each tier logged them. A tier that falls to nothing is silent, or its log is not read.',
                unit: 'opm',
              },
              [{ expr: perMinute(tokenRequests, bySite, ['tier']), legend: '{{tier}}' }],
            ),
            lines(
              {
                title: '95th percentile by tier',
                description:
                  'Each tier includes the tiers behind it: the step between two lines is where the time goes.',
                unit: 's',
              },
              [
                {
                  expr: quantile(0.95, tokenRequestDuration, bySite, ['tier']),
                  legend: '{{tier}}',
                  exemplars: true,
                },
              ],
            ),
          ),
          equally(
            8,
            lines(
              {
                title: 'Failures by tier',
                description: 'Failed requests per minute, by the tier that logged them.',
                unit: 'opm',
              },
              [
                {
                  expr: perMinute(tokenRequests, { ...bySite, outcome: '="error"' }, ['tier']),
                  legend: '{{tier}}',
                },
              ],
              'stacked',
            ),
            labelTable(
              {
                title: 'Failures by tier and kind',
                description: 'Failed requests in the time shown.',
                unit: 'short',
              },
              `${increase(tokenRequests, { ...bySite, outcome: '="error"' }, ['tier', 'error_type'])} > 0`,
              'Failures',
            ),
          ),
        ],
      },
      {
        title: 'Connection point',
        shelves: [
          equally(
            5,
            stat(
              {
                title: 'Forwarded',
                description: 'Requests that connection points forwarded in the time shown.',
                unit: 'short',
              },
              { expr: increase(tokenRequests, forward), legend: 'requests' },
              undefined,
              0,
            ),
            stat(
              {
                title: 'Failed share',
                description:
                  'Share of forwarded requests that failed: certificates, the connection to the gateway, or the management point.',
                unit: 'percentunit',
              },
              {
                expr: ratio(increase(tokenRequests, forwardFailed), increase(tokenRequests, forward)),
                legend: 'failed',
              },
              risingIsBad(0.01, 0.05),
              2,
            ),
          ),
          equally(
            9,
            lines(
              {
                title: 'Connection point errors by kind',
                description: 'Failed forwards per minute by error.type.',
                unit: 'opm',
              },
              [{ expr: perMinute(tokenRequests, forwardFailed, ['error_type']), legend: '{{error_type}}' }],
              'stacked',
            ),
            searchTable(
              {
                title: 'Newest failed forwards',
                description: 'Traces in which a connection point failed. A click opens the trace.',
              },
              { service: 'ccm-connection-point', tags: 'error=true', limit: 20 },
            ),
          ),
        ],
      },
      {
        title: "The gateway's own counters",
        shelves: [
          equally(
            9,
            lines(
              {
                title: 'Requests through the gateway',
                description:
                  'What CMGService counted, by endpoint, per minute. Counters over intervals, not single requests.',
                unit: 'opm',
              },
              [{ expr: perMinute(cmgRequests, byCmg, ['cmg', 'endpoint']), legend: '{{cmg}} {{endpoint}}' }],
              'stacked',
            ),
            lines(
              {
                title: 'Average time in the gateway',
                description: 'The average that CMGService logged for its interval, by endpoint.',
                unit: 's',
              },
              [
                {
                  expr: `avg by (cmg, endpoint) (${series(cmgElapsed, byCmg)})`,
                  legend: '{{cmg}} {{endpoint}}',
                },
              ],
            ),
          ),
        ],
      },
      inTempo(
        'Newest failed forwards',
        '{ resource.service.name = "ccm-connection-point" && status = error }',
      ),
    ],
  );
}
