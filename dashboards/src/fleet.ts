import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from './dashboard.ts';
import { equally, shelf } from './layout.ts';
import { uids } from './links.ts';
import { fleetMetrics } from './metrics.ts';
import { badOverTime, labelTable, lines, risingIsBad, stat } from './panels.ts';
import { aboveZero, increase, orZero, perMinute, quantile, ratio, series } from './promql.ts';
import { inTempo, searchTable } from './trace-panels.ts';
import { choiceVariable, labelVariable, prometheusVariable, searchVariables } from './variables.ts';

const { tokenRequests, tokenRequestDuration, diagnoses, devicesSeen, devicesFailing, devicesTokenOverdue } =
  fleetMetrics;
const { registrations, installs } = fleetMetrics;
const bySite = { site: '=~"$site"' };
const renewing = { ...bySite, story: '="token renewal"' };
const failed = { ...renewing, outcome: '="error"' };
const noneFailed = 'No renewal failed.';

/** Is the fleet getting its tokens, and if not, what stands in the way? */
export function fleetDashboard(): Dashboard {
  return dashboard(
    {
      uid: uids.fleet,
      title: 'Fleet: token renewals',
      description:
        'Whether the devices of a hierarchy get their access tokens renewed, and what fails where they do not.',
      from: 'now-24h',
      refresh: '1m',
    },
    [
      prometheusVariable(),
      ...searchVariables(),
      labelVariable(tokenRequests, 'site', 'Site'),
      choiceVariable('objective', 'Objective', ['0.9', '0.95', '0.99', '0.995', '0.999'], '0.99'),
    ],
    [
      {
        title: 'Now',
        shelves: [equally(4, renewals(), failureRatio(), devicesNow(), overdue(), otherStories())],
      },
      {
        title: 'Renewals over time',
        shelves: [
          equally(9, outcomes(), burnRate()),
          equally(9, failuresByType(), failuresByDiagnosis()),
          equally(9, devicesOverTime(), durations()),
        ],
      },
      {
        title: 'What fails',
        shelves: [
          shelf(
            10,
            { width: 7, panel: failureTable() },
            { width: 7, panel: diagnosisTable() },
            { width: 10, panel: failedTraces() },
          ),
        ],
      },
      inTempo(
        { title: 'Newest failed renewals', nothing: noneFailed },
        '{ resource.service.name = "ccm-client" && name = "token renewal" && status = error }',
      ),
    ],
  );
}

function renewals(): Panel {
  return stat(
    {
      title: 'Renewals',
      description: 'Token renewals that ended in the time shown, well or badly.',
      unit: 'locale',
    },
    { expr: increase(tokenRequests, renewing), legend: 'renewals' },
    undefined,
    0,
  );
}

function failureRatio(): Panel {
  return stat(
    {
      title: 'Failed share',
      description:
        'Share of renewals in the time shown that failed. One broken device that retries counts each time: read it beside the overdue devices.',
      unit: 'percentunit',
      nothing: 'no renewals',
    },
    { expr: ratio(increase(tokenRequests, failed), increase(tokenRequests, renewing)), legend: 'failed' },
    risingIsBad(0.01, 0.05),
    2,
  );
}

function overdue(): Panel {
  return stat(
    {
      title: 'Devices overdue',
      description:
        'Devices whose last token ran out and that were seen since without a renewal. "ccmtrace devices --overdue" names them.',
      unit: 'locale',
    },
    { expr: orZero(`sum (${series(devicesTokenOverdue, bySite)})`), legend: 'devices' },
    risingIsBad(1, 20),
    0,
  );
}

function otherStories(): Panel {
  return stat(
    {
      title: 'Set-ups failed',
      description:
        'Client installs and registrations that failed in the time shown: such devices ask for no renewal yet.',
      unit: 'locale',
    },
    {
      expr: [installs, registrations]
        .map((metric) => `(${orZero(increase(metric, { ...bySite, outcome: '="error"' }))})`)
        .join(' + '),
      legend: 'failed',
    },
    risingIsBad(1, 10),
    0,
  );
}

function devicesNow(): Panel {
  return stat(
    {
      title: 'Devices failing',
      description:
        'Distinct devices whose newest renewal within a day failed. One that failed and then succeeded is not among them.',
      unit: 'locale',
    },
    { expr: `sum (${series(devicesFailing, { ...renewing, window: '="1d"' })})`, legend: 'devices' },
    risingIsBad(1, 20),
    0,
  );
}

function outcomes(): Panel {
  return lines(
    { title: 'Renewals by outcome', description: 'Renewals that ended per minute, by outcome.', unit: 'opm' },
    [{ expr: perMinute(tokenRequests, renewing, ['outcome']), legend: '{{outcome}}' }],
    'stacked',
  );
}

/** How many times faster than the objective allows devices fail, within one of the windows that are counted. */
function burn(window: string): string {
  const inWindow = { ...renewing, window: `="${window}"` };
  return `(sum (${series(devicesFailing, inWindow)}) / (sum (${series(devicesSeen, inWindow)}) > 0)) / (1 - $objective)`;
}

function burnRate(): Panel {
  return lines(
    {
      title: 'Error budget burn rate',
      description:
        'How many times faster than the objective allows distinct devices fail to renew, over 1 h, 6 h, 1 d and 3 d. At 14.4 a month of budget is gone in two days; at 1 it just lasts.',
      unit: 'short',
    },
    ['1h', '6h', '1d', '3d'].map((window) => ({ expr: burn(window), legend: window })),
  );
}

function devicesOverTime(): Panel {
  const inDay = { ...renewing, window: '="1d"' };
  return lines(
    {
      title: 'Devices within a day',
      description: 'Distinct devices that tried to renew within a day, and those whose newest try failed.',
      unit: 'short',
    },
    [
      { expr: `sum (${series(devicesSeen, inDay)})`, legend: 'tried' },
      { expr: `sum (${series(devicesFailing, inDay)})`, legend: 'failing' },
    ],
  );
}

function failuresByType(): Panel {
  return badOverTime(
    {
      title: 'Failures by kind',
      description:
        'Failed renewals per minute by error.type. One kind that rises at once on all sites has one cause.',
      unit: 'opm',
      nothing: noneFailed,
    },
    perMinute(tokenRequests, failed, ['error_type']),
    'error_type',
  );
}

function failuresByDiagnosis(): Panel {
  return badOverTime(
    {
      title: 'Failures by diagnosis',
      description:
        'Failed renewals per minute by the diagnosis that fits best; the name "" stands for those that none fits.',
      unit: 'opm',
      nothing: noneFailed,
    },
    perMinute(diagnoses, renewing, ['diagnosis']),
    'diagnosis',
  );
}

function diagnosisTable(): Panel {
  return labelTable(
    {
      title: 'Diagnoses',
      description: 'Failed renewals in the time shown, by diagnosis. A trace with it says what to do.',
      unit: 'locale',
      nothing: noneFailed,
    },
    aboveZero(increase(diagnoses, renewing, ['diagnosis']), 'diagnosis'),
    'Failures',
  );
}

function durations(): Panel {
  return lines(
    {
      title: 'How long a renewal takes',
      description:
        'Median and 95th percentile over all tiers, from the need of a token to its arrival. Dots are single traces.',
      unit: 's',
    },
    [0.5, 0.95].map((q) => ({
      expr: quantile(q, tokenRequestDuration, renewing),
      legend: `p${q * 100}`,
      exemplars: true,
    })),
  );
}

function failureTable(): Panel {
  return labelTable(
    {
      title: 'Failures by kind and site',
      description: "Failed renewals in the time shown. Each kind is explained in the operators' guide.",
      unit: 'locale',
      nothing: noneFailed,
    },
    aboveZero(increase(tokenRequests, failed, ['error_type', 'site']), 'error_type'),
    'Failures',
  );
}

function failedTraces(): Panel {
  return searchTable(
    {
      title: 'Newest failed renewals',
      description: 'Traces of renewals that failed. A click opens the trace with its cause and remedy.',
      nothing: noneFailed,
    },
    { service: 'ccm-client', operation: 'token renewal', tags: 'error=true', limit: 20 },
  );
}
