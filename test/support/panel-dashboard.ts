import { fileURLToPath } from 'node:url';

/** The plugin as it is released; `npm run plugin:package` makes it. */
export const pluginBundle = fileURLToPath(new URL('../../grafana-plugin/dist/panel', import.meta.url));
export const pluginId = 'ccmtrace-trace-panel';

/** A panel's place on the grid of 24 columns. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A span that is shown: the project's panel over the trace that the variable `traceId` names. */
export function tracePanelOf(
  id: number,
  datasource: { readonly type: string; readonly uid: string },
  gridPos: Place,
  options: object = {},
): object {
  const links = [
    { title: 'Host page', url: 'https://hosts.example/?trace=${__value.raw}', targetBlank: true },
  ];
  return {
    id,
    type: pluginId,
    title: `Trace from ${datasource.type}`,
    gridPos,
    datasource,
    targets: [
      {
        refId: 'A',
        datasource,
        queryType: datasource.type === 'tempo' ? 'traceql' : '',
        query: '${traceId}',
      },
    ],
    options,
    fieldConfig: {
      defaults: {},
      overrides: [
        { matcher: { id: 'byName', options: 'traceID' }, properties: [{ id: 'links', value: links }] },
        {
          matcher: { id: 'byName', options: 'spanID' },
          properties: [
            {
              id: 'links',
              value: [{ title: 'Span page', url: 'https://spans.example/?span=${__value.raw}' }],
            },
          ],
        },
      ],
    },
  };
}

/** Search results of the collector in Grafana's own table, each row leading to its trace through the variable. */
export function searchPanelOf(id: number, type: string, uid: string, gridPos: Place): object {
  const datasource = { type: 'jaeger', uid };
  const link = { title: 'Show', url: '/d/${__dashboard.uid}?${__url_time_range}&var-traceId=${__value.raw}' };
  return {
    id,
    type,
    title: type === 'table' ? 'Traces' : 'Attempts',
    gridPos,
    datasource,
    targets: [{ refId: 'A', datasource, queryType: 'search', service: 'ccm-client', limit: 20 }],
    options: type === 'table' ? {} : { view: 'attempts' },
    fieldConfig: {
      defaults: {},
      overrides:
        type === 'table'
          ? [{ matcher: { id: 'byName', options: 'traceID' }, properties: [{ id: 'links', value: [link] }] }]
          : [],
    },
  };
}

/** A dashboard with the variables that the panel reads and sets, over the days of the bundled sample. */
export function dashboardOf(uid: string, title: string, panels: readonly object[], traceId = ''): object {
  const variable = (name: string, value: string) => ({
    name,
    type: 'textbox',
    query: value,
    current: { text: value, value },
  });
  return {
    uid,
    title,
    schemaVersion: 41,
    timezone: 'utc',
    time: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-09T00:00:00.000Z' },
    graphTooltip: 1,
    templating: { list: [variable('traceId', traceId), variable('spanId', '')] },
    panels,
  };
}
