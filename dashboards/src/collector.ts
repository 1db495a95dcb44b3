import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from './dashboard.ts';
import { equally } from './layout.ts';
import { uids } from './links.ts';
import { collectorMetrics } from './metrics.ts';
import { lines, risingIsBad, stat } from './panels.ts';
import { increase, rate, series } from './promql.ts';
import { prometheusVariable } from './variables.ts';

const { bytes, records, events, dropped, lag, openStories, joins, outbox } = collectorMetrics;

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
      {
        title: 'Now',
        shelves: [
          equally(
            5,
            stat(
              {
                title: 'Behind by',
                description: 'Age of the oldest record that is not yet durable.',
                unit: 's',
              },
              { expr: `max (${series(lag)})`, legend: 'lag' },
              risingIsBad(60, 300),
            ),
            stat(
              {
                title: 'Not used',
                description: 'Records or files left out in the time shown, for whatever reason.',
                unit: 'short',
              },
              { expr: increase(dropped), legend: 'dropped' },
              risingIsBad(1, 1000),
              0,
            ),
            stat(
              {
                title: 'Waiting for export',
                description: 'Spans in the outbox: they wait on disk, nothing is lost.',
                unit: 'short',
              },
              { expr: `sum (${series(outbox)})`, legend: 'spans' },
              risingIsBad(10_000, 1_000_000),
              0,
            ),
            stat(
              {
                title: 'Open stories',
                description: 'Stories begun and not yet ended; each holds memory.',
                unit: 'short',
              },
              { expr: `sum (${series(openStories)})`, legend: 'stories' },
              undefined,
              0,
            ),
          ),
        ],
      },
      {
        title: 'Reading',
        shelves: [
          equally(
            8,
            lines({ title: 'Bytes read', description: 'Bytes of log read per second.', unit: 'Bps' }, [
              { expr: rate(bytes), legend: 'bytes' },
            ]),
            lines(
              {
                title: 'Records and events',
                description:
                  'Records framed and events recognised per second: the share recognised falls when a build words a line anew.',
                unit: 'recps',
              },
              [
                { expr: rate(records), legend: 'records' },
                { expr: rate(events), legend: 'events' },
              ],
            ),
            lines(
              { title: 'Lag', description: 'Age of the oldest record that is not yet durable.', unit: 's' },
              [{ expr: `max (${series(lag)})`, legend: 'lag' }],
            ),
          ),
          equally(
            8,
            lines(
              {
                title: 'Not used, by reason',
                description:
                  'What was left out per second. suspected_loss means that a file turned over faster than it could be read.',
                unit: 'recps',
              },
              [{ expr: rate(dropped, {}, ['reason']), legend: '{{reason}}' }],
              'stacked',
            ),
          ),
        ],
      },
      {
        title: 'Joining and exporting',
        shelves: [
          equally(
            8,
            lines(
              {
                title: 'Joins by method',
                description:
                  'Joins between tiers per second by what they rest on. More by time alone and fewer by id means weaker evidence.',
                unit: 'ops',
              },
              [{ expr: rate(joins, {}, ['method']), legend: '{{method}}' }],
              'stacked',
            ),
            lines(
              {
                title: 'Joins by outcome',
                description: 'Sure joins become parents, less sure ones links, the rest stays alone.',
                unit: 'ops',
              },
              [{ expr: rate(joins, {}, ['outcome']), legend: '{{outcome}}' }],
              'stacked',
            ),
            lines(
              { title: 'Outbox', description: 'Spans that wait on disk for a destination.', unit: 'short' },
              [{ expr: `sum (${series(outbox)})`, legend: 'spans' }],
            ),
          ),
        ],
      },
    ],
  );
}
