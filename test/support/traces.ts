import { createHash } from 'node:crypto';
import type { DeviceIdentities, Span, SpanResource, Trace } from '../../collector/src/model/span.ts';

/** What a made trace may differ in; everything else is the same each time. */
export interface TraceSpec {
  /** Makes ids; the same number gives the same trace. */
  readonly number: number;
  readonly story?: string;
  readonly startUs?: number;
  readonly durationUs?: number;
  /** Empty: it went well. */
  readonly errorType?: string;
  /** Status that the failure was answered with; 0: none is known. */
  readonly httpStatus?: number;
  readonly host?: string;
  readonly site?: string;
  /** Whether a management point issued the token as a child span. */
  readonly issued?: boolean;
  readonly issueUs?: number;
  /** Whether the management point's part failed; the story went on without it. */
  readonly refused?: boolean;
  /** Bytes of `log.record.original` on each event. */
  readonly originalBytes?: number;
  readonly clientGuid?: string;
}

/** A trace of one device, such as correlation makes: a story and, if asked for, the management point's part of it. */
export function madeTrace(spec: TraceSpec): Trace {
  const made = { ...defaults(spec.number), ...spec };
  const traceId = hex(`trace ${made.number}`, 32);
  const client: SpanResource = {
    tier: 'client',
    host: made.host,
    site: made.site,
    clockOffsetMs: 0,
    clockErrorMs: 5,
  };
  const root = storySpan(made, traceId, client);
  const spans: [Span, ...Span[]] = made.issued ? [root, issueSpan(made, root)] : [root];
  return { traceId, spans, identities: identities(made) };
}

function defaults(number: number): Required<Omit<TraceSpec, 'number'>> {
  return {
    story: 'token request',
    startUs: 1_735_693_200_000_000 + number * 1_000_000,
    durationUs: 1_200_000,
    errorType: '',
    httpStatus: 0,
    host: `WIN-${number}`,
    site: 'ABC',
    issued: true,
    issueUs: 300_000,
    refused: false,
    originalBytes: 40,
    clientGuid: hex(`client ${number}`, 32).toUpperCase(),
  };
}

type Made = Required<TraceSpec>;

function storySpan(made: Made, traceId: string, resource: SpanResource): Span {
  const failed = made.errorType !== '';
  return {
    traceId,
    spanId: hex(`story ${made.number}`, 16),
    parentSpanId: '',
    name: made.story,
    kind: made.story === 'token request' ? 'client' : 'internal',
    startUs: made.startUs,
    endUs: made.startUs + made.durationUs,
    resource,
    status: failed
      ? { code: 'error', message: `The request failed: ${made.errorType}.` }
      : { code: 'ok', message: '' },
    attributes: {
      'ccm.client.guid': made.clientGuid,
      'ccm.token.type': 'UDA',
      ...(failed ? { 'error.type': made.errorType } : {}),
      ...(made.httpStatus === 0 ? {} : { 'http.response.status_code': made.httpStatus }),
    },
    events: [event('token.request.started', made.startUs, made.originalBytes)],
    links: [],
  };
}

function issueSpan(made: Made, root: Span): Span {
  const startUs = made.startUs + 200_000;
  return {
    traceId: root.traceId,
    spanId: hex(`issue ${made.number}`, 16),
    parentSpanId: root.spanId,
    name: 'issue token',
    kind: 'server',
    startUs,
    endUs: startUs + made.issueUs,
    resource: {
      tier: 'management point',
      host: 'MP01',
      site: made.site,
      clockOffsetMs: 1.5,
      clockErrorMs: 20,
    },
    status: { code: made.refused ? 'error' : 'unset', message: '' },
    attributes: {
      'ccm.token.type': 'UDA',
      'ccm.link.method': 'entra_id',
      'ccm.link.confidence': 0.98,
      'thread.id': 4711,
    },
    events: [event('sts.request.started', startUs, made.originalBytes)],
    links: [
      { traceId: hex('other', 32), spanId: hex('other', 16), attributes: { 'ccm.link.confidence': 1 } },
    ],
  };
}

function event(name: string, timeUs: number, originalBytes: number): Span['events'][number] {
  const attributes = {
    'log.file.path': 'fleet/x/Logs/x.log',
    'ccm.log.offset': 1024,
    'log.record.original': 'ä'.repeat(Math.ceil(originalBytes / 2)),
  };
  return { name, timeUs, attributes };
}

function identities(made: Made): DeviceIdentities {
  const none: readonly string[] = [];
  const clientGuids = made.clientGuid === '' ? none : [made.clientGuid];
  return {
    hosts: [made.host],
    clientGuids,
    entraDeviceIds: none,
    entraUserIds: none,
    sids: none,
    messageIds: none,
  };
}

function hex(seed: string, digits: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, digits);
}
