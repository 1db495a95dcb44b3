import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { Reply } from './http-sender.ts';

/** What a reply means for the request (OTLP specification, "OTLP/HTTP Response"). */
export type Verdict =
  | {
      readonly kind: 'taken' /** Items that the destination says it left out. */;
      readonly rejected: number;
      readonly message: string;
    }
  | {
      readonly kind: 'again' /** The destination's wish, -1 where it has none. */;
      readonly afterMs: number;
      readonly message: string;
    }
  | {
      readonly kind: 'refused';
      readonly status: number /** The fault may lie in some of the data. */;
      readonly inData: boolean;
      readonly message: string;
    };

/** `network` and `timeout` where no answer came, else the HTTP status: a label of metrics. */
export function statusOf(reply: Reply): string {
  return reply.kind === 'answered' ? String(reply.status) : reply.reason;
}

/**
 * - 2xx: taken, except for what `partialSuccess` rejects
 * - 429, 502, 503, 504 and no answer: to be sent again
 * - everything else, redirects and 500 included: refused for good, as the specification has it
 */
export function judge(reply: Reply, nowUs: number): Verdict {
  if (reply.kind === 'unanswered') return { kind: 'again', afterMs: -1, message: reply.message };
  const { status } = reply;
  if (status >= 200 && status < 300) return taken(reply);
  const message = `HTTP ${status}${said(reply)}`;
  if (retryable.has(status))
    return { kind: 'again', afterMs: retryAfterMs(reply.retryAfter, nowUs), message };
  return { kind: 'refused', status, inData: dataFaults.has(status), message };
}

const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Bad request, too large, unprocessable: a smaller part of the same data may be taken. */
const dataFaults: ReadonlySet<number> = new Set([400, 413, 422]);

type Answered = Extract<Reply, { kind: 'answered' }>;

function taken({ body, contentType }: Answered): Verdict {
  if (body.length === 0) return { kind: 'taken', rejected: 0, message: '' };
  const json = contentType.startsWith('application/json');
  try {
    const { partialSuccess } = (json ? JsonTraceSerializer : ProtobufTraceSerializer).deserializeResponse(
      body,
    );
    const rejected = Number(partialSuccess?.rejectedSpans ?? rejectedRecords(partialSuccess) ?? 0);
    return {
      kind: 'taken',
      rejected: Number.isFinite(rejected) ? rejected : 0,
      message: partialSuccess?.errorMessage ?? '',
    };
  } catch {
    return { kind: 'taken', rejected: 0, message: '' };
  }
}

/** JSON names the count after the signal; in protobuf it is field 1 of all of them. */
function rejectedRecords(partialSuccess: object | undefined): unknown {
  if (partialSuccess === undefined) return undefined;
  return (
    Reflect.get(partialSuccess, 'rejectedLogRecords') ?? Reflect.get(partialSuccess, 'rejectedDataPoints')
  );
}

/** Seconds or an HTTP date; at most an hour, so that a slip of a proxy does not silence the exporter for a year. */
function retryAfterMs(value: string, nowUs: number): number {
  if (value === '') return -1;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowUs / 1000;
  return Number.isNaN(ms) ? -1 : Math.min(Math.max(0, Math.ceil(ms)), 3_600_000);
}

/** What the answer says, if it is short text. */
function said({ body, contentType }: Answered): string {
  if (!/^(text|application\/json)/.test(contentType)) return '';
  const text = Buffer.from(body).toString('utf8').trim();
  return text === '' ? '' : `: ${text.slice(0, 300)}`;
}
