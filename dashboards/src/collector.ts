import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from './dashboard.ts';
import { equally } from './layout.ts';
import { uids } from './links.ts';
import { collectorMetrics, fleetMetrics } from './metrics.ts';
import { badOverTime, lines, neutral, type PanelHead, risingIsBad, stat } from './panels.ts';
import { increase, mean, orZero, rate, series, shareWithout } from './promql.ts';
import { prometheusVariable } from './variables.ts';

const { bytes, records, events, dropped, duplicates, turns, lag, undurable, openStories } = collectorMetrics;
const { joins, joinConfidence, joinCalibration, outbox, outboxAge, exportedSpans, deadLetters, info } =
  collectorMetrics;

/** Can what the other dashboards say be believed? */
export function collectorDashboard(): Dashboard {
  return dashboard(
    {
      uid: uids.collector,
      title: 'Collector health',
      description:
        'Whether ccmtrace reads everything, keeps up, joins with confidence and gets rid of what it exports.',
      from: 'now-6h',
      refresh: '30s',
    },
    [prometheusVariable()],
    [
      { title: 'Now', shelves: [equally(4, behind(), notUsed(), waiting(), refused(), open(), running())] },
      {
        title: 'Reading',
        shelves: [
          equally(8, bytesRead(), recognised(), lagOverTime()),
          equally(8, lost(), turnsAndDuplicates()),
        ],
      },
      {
        title: 'Joining',
        shelves: [equally(8, joinsByMethod(), confidence()), equally(8, borneOut(), clocks())],
      },
      { title: 'Exporting', shelves: [equally(8, exported(), outboxOverTime(), outboxOldest())] },
    ],
  );
}

function behind(): Panel {
  return stat(
    { title: 'Behind by', description: 'Age of the oldest bytes on disk that were not read yet.', unit: 's' },
    { expr: `max (${series(lag)})`, legend: 'lag' },
    risingIsBad(60, 300),
  );
}

function notUsed(): Panel {
  return stat(
    {
      title: 'Not used',
      description: 'Records or files left out in the time shown, for whatever reason: see below.',
      unit: 'locale',
    },
    { expr: increase(dropped), legend: 'dropped' },
    risingIsBad(1, 1000),
    0,
  );
}

function waiting(): Panel {
  return stat(
    {
      title: 'Waiting for export',
      description: 'Traces in the outbox: they wait on disk, nothing is lost.',
      unit: 'locale',
    },
    { expr: orZero(`sum (${series(outbox)})`), legend: 'traces' },
    risingIsBad(10_000, 1_000_000),
    0,
  );
}

function refused(): Panel {
  return stat(
    {
      title: 'Refused for good',
      description: 'Traces that a destination refused: they lie in the dead-letter table, with its answer.',
      unit: 'locale',
    },
    { expr: orZero(`sum (${series(deadLetters)})`), legend: 'traces' },
    risingIsBad(1, 100),
    0,
  );
}

function open(): Panel {
  return stat(
    {
      title: 'Open stories',
      description: 'Stories begun and not yet ended; each holds memory.',
      unit: 'locale',
    },
    { expr: `sum (${series(openStories)})`, legend: 'stories' },
    undefined,
    0,
  );
}

function running(): Panel {
  return stat(
    {
      title: 'Collectors',
      description: 'Collectors that answer. Their versions are in the label of ccmtrace_build_info.',
      unit: 'locale',
    },
    { expr: `count (${series(info)}) or vector(0)`, legend: 'collectors' },
    [
      { value: null, color: 'red' },
      { value: 1, color: 'green' },
    ],
    0,
  );
}

function bytesRead(): Panel {
  return lines({ title: 'Bytes read', description: 'Bytes of log read per second.', unit: 'Bps' }, [
    { expr: rate(bytes), legend: 'bytes' },
  ]);
}

function recognised(): Panel {
  const head: PanelHead = {
    title: 'Records and events',
    description:
      'Records framed and events recognised per second: the share recognised falls when a build of the product words a line anew.',
    unit: 'recps',
  };
  return lines(head, [
    { expr: rate(records), legend: 'records' },
    { expr: rate(events), legend: 'events' },
  ]);
}

function lagOverTime(): Panel {
  return lines(
    {
      title: 'Lag',
      description:
        'Age of the oldest bytes on disk that were not read yet, and of the oldest record that was read and whose trace is not stored yet: a story waits a minute for other tiers, and until it ends.',
      unit: 's',
    },
    [
      { expr: `max (${series(lag)})`, legend: 'not read' },
      { expr: `max (${series(undurable)})`, legend: 'not stored' },
    ],
  );
}

function lost(): Panel {
  return badOverTime(
    {
      title: 'Not used, by reason',
      description:
        'What was left out per second. suspected_loss means that a file turned over faster than it could be read.',
      unit: 'recps',
      nothing: 'Nothing was left out.',
    },
    rate(dropped, {}, ['reason']),
    'reason',
  );
}

function turnsAndDuplicates(): Panel {
  return lines(
    {
      title: 'Turns and duplicates',
      description: 'Log files that turned over, and records met again and counted once, per second.',
      unit: 'ops',
    },
    [
      { expr: rate(turns), legend: 'turns' },
      { expr: rate(duplicates), legend: 'duplicates' },
    ],
  );
}

function joinsByMethod(): Panel {
  return lines(
    {
      title: 'Joins by method and outcome',
      description:
        'Joins between hosts per second, by what they rest on. Sure joins become parents, less sure ones links. More by time alone and fewer by id means weaker evidence.',
      unit: 'ops',
    },
    [{ expr: rate(joins, {}, ['method', 'outcome']), legend: '{{method}} ({{outcome}})' }],
    'stacked',
  );
}

function confidence(): Panel {
  return lines(
    {
      title: 'Confidence of joins',
      description: 'Mean stated confidence of joins between hosts, by method.',
      unit: 'percentunit',
    },
    [{ expr: mean(joinConfidence, {}, ['method']), legend: '{{method}}' }],
  );
}

function borneOut(): Panel {
  return stat(
    {
      title: 'Joins that were right, by what they said',
      description:
        'Of calls whose partner an id proves, one batch in eight is joined once more by time alone, and the two are compared: the share that time alone got right, by the confidence it stated. Confidences hold here when each figure is at least what its name says; of those that said 0.95, 99.9 % are to be right. Much lower: believe joins by time less than they say, and look at the clock corrections beside this. “nothing to compare”: in the time shown no id proved a partner.',
      unit: 'percentunit',
      nothing: 'nothing to compare',
    },
    // Below 0.5 time alone would not have joined at all.
    {
      expr: shareWithout(joinCalibration, { outcome: '="wrong"' }, { stated: '!="0"' }, ['stated']),
      legend: 'said {{stated}} or more',
    },
    neutral,
    1,
  );
}

function clocks(): Panel {
  return lines(
    {
      title: 'Clock corrections',
      description:
        'Largest correction of a clock among the hosts of a tier. Hours point to a time zone misread, seconds to a host without time service.',
      unit: 's',
    },
    [{ expr: `max by (tier) (${series(fleetMetrics.clockOffset)})`, legend: '{{tier}}' }],
  );
}

function exported(): Panel {
  return lines(
    {
      title: 'Spans sent',
      description: 'Spans per second by destination and what became of them.',
      unit: 'ops',
    },
    [
      {
        expr: rate(exportedSpans, {}, ['destination', 'outcome']),
        legend: '{{destination}} {{outcome}}',
      },
    ],
    'stacked',
  );
}

function outboxOverTime(): Panel {
  return lines({ title: 'Outbox', description: 'Traces that wait on disk, by destination.', unit: 'short' }, [
    { expr: `sum by (destination) (${series(outbox)})`, legend: '{{destination}}' },
  ]);
}

function outboxOldest(): Panel {
  return lines(
    {
      title: 'Oldest in the outbox',
      description: 'Age of the oldest trace waiting. It must stay below the retention of the store.',
      unit: 's',
    },
    [{ expr: `max by (destination) (${series(outboxAge)})`, legend: '{{destination}}' }],
  );
}
