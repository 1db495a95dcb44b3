import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from './layout.ts';
import { type DataLink, traceLink } from './links.ts';
import type { PanelHead } from './panels.ts';
import { jaegerSource, tempoSource, traceSource } from './variables.ts';

/** The plugin id of the project's own panel. */
export const tracePanelType = 'ccmtrace-trace-panel';

/** Options of it that our dashboards set; choosing an attempt sets the variable of the trace shown. */
export interface TracePanelOptions {
  readonly view: 'waterfall' | 'attempts';
  readonly traceVariable: string;
  readonly spanVariable: string;
}

const variables = { traceVariable: 'traceId', spanVariable: '' };

/** What the collector is asked for; tags in logfmt, as the data source's editor writes them. */
export interface TraceSearch {
  readonly service: string;
  readonly operation?: string;
  readonly tags?: string;
  readonly limit: number;
}

function jaegerSearch(search: TraceSearch): object {
  return { refId: 'A', datasource: jaegerSource, queryType: 'search', ...search };
}

/** Fetches one trace by id: without a type of query both data sources take `query` for one, and Jaeger with no other. */
function traceById(id: string): object {
  return { refId: 'A', datasource: traceSource, query: id };
}

/** The whole of one trace, drawn by the project's own panel. */
export function tracePanel(head: Omit<PanelHead, 'unit'>, id: string): Panel {
  return ownPanel(head, traceSource, [traceById(id)], { view: 'waterfall', ...variables });
}

/** Many traces on one time line: successes and failures, which the collector tells in their names when it is asked. */
export function attemptsPanel(head: Omit<PanelHead, 'unit'>, search: TraceSearch): Panel {
  const asked = { ...search, tags: `ccm.outcome=any ${search.tags ?? ''}`.trim() };
  return ownPanel(head, jaegerSource, [jaegerSearch(asked)], { view: 'attempts', ...variables }, [
    traceLink('jaeger'),
  ]);
}

function ownPanel(
  head: Omit<PanelHead, 'unit'>,
  datasource: object,
  targets: readonly object[],
  options: TracePanelOptions,
  links: readonly DataLink[] = [],
): Panel {
  return {
    type: tracePanelType,
    title: head.title,
    description: head.description,
    datasource,
    targets: targets as Panel['targets'] & object,
    options,
    fieldConfig: { defaults: { links: links as never }, overrides: [] },
  };
}

/** What a table of traces says about itself, and in place of rows where the search found none. */
type TableHead = Omit<PanelHead, 'unit'> & { readonly nothing: string };

/** A search result of the collector as a table, each row leading to its trace. */
export function searchTable(head: TableHead, search: TraceSearch): Panel {
  const columns = [
    {
      matcher: 'traceID',
      properties: [{ id: 'displayName', value: 'Trace' }, width(85), ...links('jaeger')],
    },
    { matcher: 'traceName', properties: [{ id: 'displayName', value: 'Story' }, wrapped] },
    { matcher: 'startTime', properties: [{ id: 'displayName', value: 'Started' }, wrapped] },
    {
      matcher: 'duration',
      properties: [{ id: 'displayName', value: 'Took' }, { id: 'unit', value: 'µs' }, width(85)],
    },
  ];
  return table(head, jaegerSource, jaegerSearch(search), columns);
}

/** The same out of Tempo, where traces were sent on. */
export function tempoTable(head: TableHead, query: string, limit: number): Panel {
  const columns = [
    { matcher: 'traceID', properties: [{ id: 'displayName', value: 'Trace' }, ...links('tempo')] },
    { matcher: 'traceName', properties: [{ id: 'displayName', value: 'Story' }, wrapped] },
    {
      matcher: 'traceDuration',
      properties: [
        { id: 'displayName', value: 'Took' },
        { id: 'unit', value: 'ms' },
      ],
    },
  ];
  const target = {
    refId: 'A',
    datasource: tempoSource,
    queryType: 'traceql',
    tableType: 'traces',
    query,
    limit,
  };
  return table(head, tempoSource, target, columns);
}

/** A folded section with a search in Tempo: it asks only when opened, so that nothing fails where there is no Tempo. */
export function inTempo({ title, nothing }: { title: string; nothing: string }, query: string): Section {
  const head = {
    title: `${title} sent to Tempo`,
    nothing,
    description: 'The same search in Tempo, where traces were sent on. A click opens the trace.',
  };
  return {
    title: 'In Tempo',
    folded: true,
    shelves: [{ height: 9, cells: [{ width: 24, panel: tempoTable(head, query, 20) }] }],
  };
}

interface Column {
  readonly matcher: string;
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

/** A column that shows its whole text, in several lines where the panel is narrow. */
const wrapped = { id: 'custom.wrapText', value: true };

/** Of a column, in pixels; the others share the rest. */
function width(pixels: number): Column['properties'][number] {
  return { id: 'custom.width', value: pixels };
}

/**
 * Our link alone: Grafana 13 adds an override's links to those of the data source, and two of them are a menu to click through, one into
 * Explore. So those are taken away first.
 */
function links(source: 'jaeger' | 'tempo'): Column['properties'] {
  return [
    { id: 'links', value: null },
    { id: 'links', value: [traceLink(source)] },
  ];
}

function table(head: TableHead, datasource: object, target: object, columns: readonly Column[]): Panel {
  return {
    type: 'table',
    title: head.title,
    description: head.description,
    datasource,
    targets: [target] as Panel['targets'] & object,
    options: { showHeader: true, cellHeight: 'sm', frameIndex: 0 },
    fieldConfig: {
      defaults: { unit: 'string', noValue: head.nothing, custom: { filterable: true, minWidth: 80 } },
      overrides: columns.map(({ matcher, properties }) => ({
        matcher: { id: 'byName', options: matcher },
        properties: [...properties],
      })),
    },
  };
}
