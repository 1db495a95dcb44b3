import { createHash } from 'node:crypto';

/** One span of a made story; times in milliseconds since the story began. */
export interface StorySpan {
  readonly name: string;
  readonly on: Place;
  readonly under?: string;
  readonly from: number;
  readonly to: number;
  readonly kind?: 'internal' | 'server' | 'client';
  readonly failed?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly records?: readonly StoryRecord[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

export interface StoryRecord {
  readonly at: number;
  readonly name: string;
  readonly says: string;
  readonly log: string;
  readonly offset: number;
}

/** A tier on a host, with its clock. */
export interface Place {
  readonly service: string;
  readonly host: string;
  readonly offsetMs?: number;
  readonly errorMs?: number;
}

const kinds = { internal: 1, server: 2, client: 3 } as const;

export function hexId(seed: string, digits: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, digits);
}

/** A story as the collector's API answers it: OTLP JSON, one resource per place. */
export function otlpOf(
  seed: string,
  startMs: number,
  spans: readonly StorySpan[],
): { resourceSpans: object[] } {
  const traceId = hexId(`trace ${seed}`, 32);
  const idOf = (name: string) => hexId(`span ${seed} ${name}`, 16);
  const nano = (ms: number) => (BigInt(Math.round((startMs + ms) * 1000)) * 1000n).toString();
  return {
    resourceSpans: spans.map((span) => ({
      resource: { attributes: attributesOf(resourceOf(span.on)) },
      scopeSpans: [
        {
          spans: [
            {
              traceId,
              spanId: idOf(span.name),
              parentSpanId: span.under === undefined ? '' : idOf(span.under),
              name: span.name.replace(/#.*$/, ''),
              kind: kinds[span.kind ?? 'internal'],
              startTimeUnixNano: nano(span.from),
              endTimeUnixNano: nano(span.to),
              attributes: attributesOf(span.attributes ?? {}),
              status: span.failed === undefined ? {} : { code: 2, message: span.failed },
              events: (span.records ?? []).map((record) => ({
                name: record.name,
                timeUnixNano: nano(record.at),
                attributes: attributesOf(recordAttributes(record, span.on, startMs)),
              })),
              links: span.links ?? [],
            },
          ],
        },
      ],
    })),
  };
}

function resourceOf({ service, host, offsetMs = 0, errorMs = 4 }: Place) {
  return {
    'service.name': service,
    'service.namespace': 'configmgr',
    'service.instance.id': host,
    'host.name': host,
    'ccm.site.code': 'MEM',
    'ccm.clock.offset_ms': offsetMs,
    'ccm.clock.error_ms': errorMs,
  };
}

function recordAttributes({ at, says, log, offset }: StoryRecord, on: Place, startMs: number) {
  return {
    'log.file.path': `fleet/${on.host}/CCM/Logs/${log}`,
    'ccm.log.offset': offset,
    'ccm.log.time': new Date(startMs + at - (on.offsetMs ?? 0)).toISOString().replace('Z', '+00:00'),
    'thread.id': 3344,
    'log.record.original': says,
  };
}

function attributesOf(values: Readonly<Record<string, string | number | boolean>>): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
