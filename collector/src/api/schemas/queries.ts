import type { TraceOutcome } from '../../model/trace-outcome.ts';

const text = (description: string): object => ({ type: 'string', maxLength: 300, description });
const time = text('ISO 8601 with an offset (2026-03-01T09:00:00Z), or microseconds since 1970.');
const count = (most: number, fallback: number, description: string): object => ({
  type: 'integer',
  minimum: 1,
  maximum: most,
  default: fallback,
  description,
});
const milliseconds = { type: 'number', minimum: 0, maximum: 1e12 };

export const traceListQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    identity: text(
      'Client GUID, Entra device or user id, SID, host, MessageID, trace or span id, in any common spelling.',
    ),
    story: text('Name of the root span, such as `token renewal`.'),
    outcome: {
      enum: ['ok', 'warning', 'error'],
      description:
        '`ok`: all that did not fail, those with warnings too; `warning`: did not fail, yet something in it did not succeed; `error`: failed.',
    },
    error_type: text('Closed list, such as `http_401`.'),
    diagnosis: text('Id of a diagnosis.'),
    tier: text('Only traces with a span on this tier, such as `management point`.'),
    since: time,
    until: time,
    min_duration_ms: milliseconds,
    max_duration_ms: milliseconds,
    limit: count(1000, 100, 'Rows of a page.'),
    after: text('`next` of the page before.'),
  },
};

export interface TraceListQuery {
  readonly identity?: string;
  readonly story?: string;
  readonly outcome?: TraceOutcome;
  readonly error_type?: string;
  readonly diagnosis?: string;
  readonly tier?: string;
  readonly since?: string;
  readonly until?: string;
  readonly min_duration_ms?: number;
  readonly max_duration_ms?: number;
  readonly limit: number;
  readonly after?: string;
}

export const deviceQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { limit: count(1000, 200, 'Attempts listed.') },
};

export const fleetQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    since: { ...time, description: 'Default: seven days before `until`.' },
    until: { ...time, description: 'Default: now.' },
    bucket_s: {
      type: 'integer',
      minimum: 1,
      maximum: 31_622_400,
      description: 'Width of a bucket; default: an hour, or wider where that makes more than 400.',
    },
    top: count(100, 10, 'Rows of errors and of overdue devices.'),
  },
};

export interface FleetQueryString {
  readonly since?: string;
  readonly until?: string;
  readonly bucket_s?: number;
  readonly top: number;
}
