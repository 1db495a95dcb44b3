import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from './dashboard.ts';
import { equally, shelf } from './layout.ts';
import { uids } from './links.ts';
import { fleetMetrics } from './metrics.ts';
import { badOverTime, labelTable, lines, risingIsBad, stat } from './panels.ts';
import { aboveZero, increase, mean, perMinute, quantile, ratio, series } from './promql.ts';
import { inTempo, searchTable } from './trace-panels.ts';
import { labelVariable, prometheusVariable, searchVariables } from './variables.ts';

const { tierRequests, tierDuration, tierLastRecord, connections, cmgRequests, cmgElapsed } = fleetMetrics;
const bySite = { site: '=~"$site"' };
const failed = { ...bySite, outcome: '="error"' };
const forward = { ...bySite, tier: '="ccm-connection-point"' };
const forwardFailed = { ...forward, outcome: '="error"' };
const noneFailed = 'No request failed.';
const noForwardFailed = 'No forward failed.';
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
      labelVariable(tierRequests, 'site', 'Site'),
      labelVariable(cmgRequests, 'cmg', 'Gateway'),
    ],
    [
      {
        title: 'Every tier',
        shelves: [equally(9, traffic(), latency()), equally(8, failures(), failureTable(), silence())],
      },
      {
        title: 'Connection point',
        shelves: [
          equally(4, forwarded(), forwardedFailed(), connectionFailures()),
          shelf(
            9,
            { width: 8, panel: forwardErrors() },
            { width: 8, panel: connectionsOverTime() },
            { width: 8, panel: failedForwards() },
          ),
        ],
      },
      { title: "The gateway's own counters", shelves: [equally(9, gatewayRequests(), gatewayTime())] },
      inTempo(
        { title: 'Newest failed forwards', nothing: noForwardFailed },
        '{ resource.service.name = "ccm-connection-point" && status = error }',
      ),
    ],
  );
}

function traffic(): Panel {
  return lines(
    {
      title: 'Requests by tier',
      description:
        'Requests ended per minute as each tier logged them. A tier that falls to nothing is silent, or its log is not read.',
      unit: 'opm',
    },
    [{ expr: perMinute(tierRequests, bySite, ['tier']), legend: '{{tier}}' }],
  );
}

function latency(): Panel {
  return lines(
    {
      title: '95th percentile by tier',
      description:
        'Each tier includes the tiers behind it: the step between two lines is where the time goes. Dots are single traces.',
      unit: 's',
    },
    [{ expr: quantile(0.95, tierDuration, bySite, ['tier']), legend: '{{tier}}', exemplars: true }],
  );
}

function failures(): Panel {
  return badOverTime(
    {
      title: 'Failures by tier',
      description: 'Failed requests per minute, by the tier that logged them.',
      unit: 'opm',
      nothing: noneFailed,
    },
    perMinute(tierRequests, failed, ['tier']),
    'tier',
  );
}

function failureTable(): Panel {
  return labelTable(
    {
      title: 'Failures by tier and kind',
      description:
        'Failed requests in the time shown. The innermost tier that failed is where to look first.',
      unit: 'locale',
      nothing: noneFailed,
    },
    aboveZero(increase(tierRequests, failed, ['tier', 'error_type']), 'tier'),
    'Failures',
  );
}

function silence(): Panel {
  return lines(
    {
      title: 'Time since the last record',
      description: 'How long ago each tier last wrote a record that was recognised.',
      unit: 's',
    },
    [{ expr: `time() - max by (tier) (${series(tierLastRecord)})`, legend: '{{tier}}' }],
  );
}

function forwarded(): Panel {
  return stat(
    {
      title: 'Forwarded',
      description: 'Requests that connection points forwarded in the time shown.',
      unit: 'locale',
    },
    { expr: increase(tierRequests, forward), legend: 'requests' },
    undefined,
    0,
  );
}

function forwardedFailed(): Panel {
  return stat(
    {
      title: 'Failed share',
      description:
        'Share of forwarded requests that failed: certificates, the connection to the gateway, or the management point.',
      unit: 'percentunit',
      nothing: 'nothing forwarded',
    },
    {
      expr: ratio(increase(tierRequests, forwardFailed), increase(tierRequests, forward)),
      legend: 'failed',
    },
    risingIsBad(0.01, 0.05),
    2,
  );
}

function connectionFailures(): Panel {
  return stat(
    {
      title: 'Connections failed',
      description:
        'Connections from connection points to the gateway that failed in the time shown. Some are normal just after the gateway was set up.',
      unit: 'locale',
      nothing: 'no connections',
    },
    // A failure is counted from the first on: until then, zero of those there were.
    {
      expr: `${increase(connections, { outcome: '="failed"' })} or 0 * ${increase(connections)}`,
      legend: 'connections',
    },
    risingIsBad(1, 20),
    0,
  );
}

function forwardErrors(): Panel {
  return badOverTime(
    {
      title: 'Connection point errors by kind',
      description: 'Failed forwards per minute by error.type.',
      unit: 'opm',
      nothing: noForwardFailed,
    },
    perMinute(tierRequests, forwardFailed, ['error_type']),
    'error_type',
  );
}

function connectionsOverTime(): Panel {
  return lines(
    {
      title: 'Connections to the gateway',
      description:
        'Heartbeats and failures per minute, by connection point. No heartbeat: it is disconnected.',
      unit: 'opm',
    },
    [{ expr: perMinute(connections, {}, ['host', 'outcome']), legend: '{{host}} {{outcome}}' }],
  );
}

function failedForwards(): Panel {
  return searchTable(
    {
      title: 'Newest failed forwards',
      description: 'Traces in which a connection point failed. A click opens the trace.',
      nothing: noForwardFailed,
    },
    { service: 'ccm-connection-point', tags: 'error=true', limit: 20 },
  );
}

function gatewayRequests(): Panel {
  return lines(
    {
      title: 'Requests through the gateway',
      description:
        'What CMGService counted, by endpoint, per minute. Counters over intervals, not single requests.',
      unit: 'opm',
    },
    [{ expr: perMinute(cmgRequests, byCmg, ['cmg', 'endpoint']), legend: '{{cmg}} {{endpoint}}' }],
    'stacked',
  );
}

function gatewayTime(): Panel {
  return lines(
    {
      title: 'Average time in the gateway',
      description: 'Average over the requests that CMGService counted, by endpoint.',
      unit: 's',
    },
    [{ expr: mean(cmgElapsed, byCmg, ['cmg', 'endpoint']), legend: '{{cmg}} {{endpoint}}' }],
  );
}
