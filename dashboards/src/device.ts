import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from './dashboard.ts';
import { shelf } from './layout.ts';
import { uids } from './links.ts';
import { attemptsPanel, searchTable, tempoTable, tracePanel } from './trace-panels.ts';
import {
  hiddenTextVariable,
  prometheusVariable,
  searchVariables,
  textVariable,
  traceSourceVariable,
} from './variables.ts';

// The namespace stands for all tiers: most devices are known from the management point's logs only.
const search = { service: 'configmgr', tags: 'ccm.identity="$identity"', limit: 200 };

/** What happened on this one device? */
export function deviceDashboard(): Dashboard {
  return dashboard(
    {
      uid: uids.device,
      title: 'Device',
      description:
        'Every attempt of one device to install, register and get a token, and one of them as a whole trace.',
      from: 'now-7d',
      refresh: '',
    },
    [
      prometheusVariable(),
      ...searchVariables(),
      traceSourceVariable(),
      textVariable(
        'identity',
        'Device',
        'Client GUID, Entra device or user id, SID, host name or MessageID, in any usual spelling.',
      ),
      hiddenTextVariable('traceId', 'Trace', 'The trace shown; set by links.'),
    ],
    [
      {
        title: 'Attempts of $identity',
        shelves: [
          shelf(
            9,
            {
              width: 14,
              panel: attemptsPanel(
                {
                  title: 'Attempts',
                  description:
                    "Each attempt on a time line: success, failure, how long. A click opens the trace below, which tells until when the token lasts; the collector's own page shows that, and gaps without one, over time.",
                },
                search,
              ),
            },
            {
              width: 10,
              panel: searchTable(
                {
                  title: 'Attempts with a failure',
                  description:
                    'Those of them in which anything failed, be it got over, newest first. A click opens the trace below.',
                  nothing: 'Nothing failed.',
                },
                { ...search, tags: `error=true ${search.tags}` },
              ),
            },
          ),
        ],
      },
      {
        title: 'Trace $traceId',
        shelves: [
          shelf(22, {
            width: 24,
            panel: tracePanel(
              {
                title: 'Trace',
                description:
                  'The chosen trace through all tiers, with the records it was made of and, where it failed, cause and remedy.',
              },
              '$traceId',
            ),
          }),
        ],
      },
      {
        title: 'Attempts in Tempo',
        folded: true,
        shelves: [
          shelf(9, {
            width: 24,
            panel: tempoTable(
              {
                title: 'Attempts sent to Tempo',
                description:
                  'Traces of this device that Tempo holds, by host or client GUID. A click opens the trace above.',
                nothing: 'Tempo holds no attempt.',
              },
              '{ resource.service.namespace = "configmgr" && (resource.host.name = "$identity" || span.ccm.client.guid = "$identity") }',
              200,
            ),
          }),
        ],
      },
    ],
  );
}
