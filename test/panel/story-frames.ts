import { hexId } from './otlp-story.ts';
import { traceIdOf } from './stories.ts';
import type { Story } from './story.ts';

/** A frame as a data source plugin gives it, in plain JSON. */
export interface PlainFrame {
  readonly name: string;
  readonly refId: string;
  readonly meta?: object;
  readonly fields: readonly {
    readonly name: string;
    readonly type: string;
    readonly values: readonly unknown[];
    readonly config: object;
  }[];
}

const tagsOf = (values: object) =>
  Object.entries(values).map(([key, value]) => ({ key, value: value as unknown }));
const jaegerTags = (values: object) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    type:
      typeof value === 'number'
        ? Number.isInteger(value)
          ? 'int64'
          : 'float64'
        : typeof value === 'boolean'
          ? 'bool'
          : 'string',
    value: value as unknown,
  }));

/** The story as Grafana's Tempo data source gives it. */
export function tempoFrame(story: Story): PlainFrame {
  const idOf = (name: string) => hexId(`span ${story.seed} ${name}`, 16);
  const { spans } = story;
  return frameOf('Trace', 'trace', {
    traceID: ['string', spans.map(() => traceIdOf(story))],
    spanID: ['string', spans.map((span) => idOf(span.name))],
    parentSpanID: ['string', spans.map((span) => (span.under === undefined ? '' : idOf(span.under)))],
    operationName: ['string', spans.map((span) => span.name.replace(/#.*$/, ''))],
    serviceName: ['string', spans.map((span) => span.on.service)],
    serviceNamespace: ['string', spans.map(() => 'configmgr')],
    kind: ['string', spans.map((span) => span.kind ?? 'internal')],
    statusCode: ['number', spans.map((span) => (span.failed === undefined ? 0 : 2))],
    statusMessage: ['string', spans.map((span) => span.failed ?? '')],
    instrumentationLibraryName: ['string', spans.map(() => '')],
    instrumentationLibraryVersion: ['string', spans.map(() => '')],
    traceState: ['string', spans.map(() => '')],
    serviceTags: ['other', spans.map((span) => tagsOf(resourceOf(span.on)))],
    startTime: ['number', spans.map((span) => story.startMs + span.from)],
    duration: ['number', spans.map((span) => span.to - span.from)],
    logs: [
      'other',
      spans.map((span) =>
        span.records === undefined
          ? null
          : span.records.map((record) => ({
              timestamp: story.startMs + record.at,
              name: record.name,
              fields: tagsOf(recordOf(record, span.on.host)),
            })),
      ),
    ],
    references: [
      'other',
      spans.map(
        (span) => span.links?.map(({ traceId, spanId }) => ({ traceID: traceId, spanID: spanId })) ?? null,
      ),
    ],
    warnings: ['other', spans.map(() => null)],
    stackTraces: ['other', spans.map(() => null)],
    errorIconColor: ['string', spans.map(() => '')],
    tags: ['other', spans.map((span) => tagsOf(span.attributes ?? {}))],
  });
}

/** The story as Grafana's Jaeger data source gives it: no kind, no status, a root's parent is null. */
export function jaegerFrame(story: Story): PlainFrame {
  const idOf = (name: string) => hexId(`span ${story.seed} ${name}`, 16);
  const { spans } = story;
  return frameOf('Trace', 'trace', {
    traceID: ['string', spans.map(() => traceIdOf(story))],
    spanID: ['string', spans.map((span) => idOf(span.name))],
    parentSpanID: ['string', spans.map((span) => (span.under === undefined ? null : idOf(span.under)))],
    operationName: ['string', spans.map((span) => span.name.replace(/#.*$/, ''))],
    serviceName: ['string', spans.map((span) => span.on.service)],
    serviceTags: ['other', spans.map((span) => jaegerTags(resourceOf(span.on)))],
    startTime: ['number', spans.map((span) => story.startMs + span.from)],
    duration: ['number', spans.map((span) => span.to - span.from)],
    logs: [
      'other',
      spans.map((span) =>
        (span.records ?? []).map((record) => ({
          timestamp: story.startMs + record.at,
          fields: jaegerTags({ event: record.name, ...recordOf(record, span.on.host) }),
        })),
      ),
    ],
    references: ['other', spans.map(() => [])],
    tags: [
      'other',
      spans.map((span) =>
        jaegerTags({
          ...span.attributes,
          'span.kind': span.kind ?? 'internal',
          ...(span.failed === undefined
            ? {}
            : { error: true, 'otel.status_code': 'ERROR', 'otel.status_description': span.failed }),
        }),
      ),
    ],
    warnings: ['other', spans.map(() => null)],
    stackTraces: ['other', spans.map(() => null)],
  });
}

/** Search results as Tempo gives them. */
export function tempoTable(stories: readonly Story[]): PlainFrame {
  return frameOf('Traces', 'table', {
    traceID: ['string', stories.map(traceIdOf)],
    startTime: ['time', stories.map((story) => story.startMs)],
    traceService: ['string', stories.map((story) => story.spans[0]!.on.service)],
    traceName: ['string', stories.map((story) => story.spans[0]!.name)],
    traceDuration: ['number', stories.map((story) => story.spans[0]!.to), { unit: 'ms' }],
    nested: ['nestedFrames', stories.map(() => [])],
  });
}

/** Search results as Jaeger gives them: service and name in one, microseconds; `told` adds the outcome, as the collector does when asked. */
export function jaegerTable(stories: readonly Story[], told = false): PlainFrame {
  const outcome = ({ spans: [root] }: Story) =>
    !told ? '' : root?.failed === undefined ? ' (ok)' : ' (failed)';
  return frameOf('Traces', 'table', {
    traceID: ['string', stories.map(traceIdOf)],
    traceName: [
      'string',
      stories.map((story) => `${story.spans[0]!.on.service}: ${story.spans[0]!.name}${outcome(story)}`),
    ],
    startTime: ['time', stories.map((story) => story.startMs)],
    duration: ['number', stories.map((story) => story.spans[0]!.to * 1000), { unit: 'µs' }],
  });
}

/** What follows a trace in both data sources; it has ids too, but no spans. */
export const nodeGraph: readonly PlainFrame[] = [
  frameOf('nodes', 'nodeGraph', {
    id: ['string', ['a']],
    title: ['string', ['ccm-client']],
    mainStat: ['number', [1]],
  }),
  frameOf('edges', 'nodeGraph', {
    id: ['string', ['a--b']],
    source: ['string', ['a']],
    target: ['string', ['b']],
  }),
];

/** Jaeger's answer when nothing was found. */
export const emptyJaeger: PlainFrame = frameOf('Trace', 'trace', { trace: ['string', []] });

function frameOf(
  name: string,
  kind: string,
  fields: Record<string, readonly [type: string, values: readonly unknown[], config?: object]>,
): PlainFrame {
  return {
    name,
    refId: 'A',
    meta: { preferredVisualisationType: kind },
    fields: Object.entries(fields).map(([field, [type, values, config = {}]]) => ({
      name: field,
      type,
      values,
      config,
    })),
  };
}

function resourceOf({ service, host, offsetMs = 0, errorMs = 4 }: Story['spans'][number]['on']) {
  return {
    'service.name': service,
    'host.name': host,
    'ccm.clock.offset_ms': offsetMs,
    'ccm.clock.error_ms': errorMs,
  };
}

function recordOf(record: NonNullable<Story['spans'][number]['records']>[number], host: string) {
  return {
    'log.file.path': `fleet/${host}/CCM/Logs/${record.log}`,
    'ccm.log.offset': record.offset,
    'log.record.original': record.says,
  };
}
