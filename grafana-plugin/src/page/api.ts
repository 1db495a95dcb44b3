import { readDiagnoses } from '../frames/diagnoses.ts';
import type { Diagnoses } from '../model/diagnosis.ts';
import type { Language } from '../view/texts/translator.ts';
import type { SpanTable } from '../model/span-table.ts';
import type { TraceRow } from '../model/trace-row.ts';
import { visible } from '../model/visible.ts';
import { serviceOfTier } from './tier-names.ts';
import { readOtlp, type OtlpTraces } from './otlp.ts';

/** What a list is narrowed by; names as the API spells them. */
export interface ListFilter {
  readonly identity: string;
  readonly story: string;
  readonly outcome: string;
  readonly diagnosis: string;
}

export interface ListPage {
  readonly rows: readonly TraceRow[];
  /** Empty on the last page. */
  readonly next: string;
}

/** The collector refused or could not answer; status 0: there was no answer. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
  }

  /** Only the person before the page can help: asking again would only bring up the browser's prompt again. */
  get denied(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** A row of the API's list. */
export interface SummaryJson {
  readonly traceId: string;
  readonly story: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly outcome: string;
  readonly warned?: { readonly span: string; readonly subject: string };
  readonly errorType?: string;
  readonly httpStatus?: string;
  readonly statusMessage?: string;
  readonly diagnosis?: string;
  readonly host?: string;
  readonly clientGuid?: string;
  readonly spanCount?: number;
  readonly tiers?: readonly string[];
  readonly tokenExpiresUs?: number;
}

/** `GET /api/v1/devices/{identity}`; times are UTC microseconds. */
export interface DeviceJson {
  readonly identities: Readonly<
    Record<'hosts' | 'clientGuids' | 'entraDeviceIds' | 'entraUserIds' | 'sids', readonly string[]>
  >;
  readonly attempts: readonly SummaryJson[];
  readonly attemptCount: number;
  readonly lastSeenUs: number;
  readonly token: {
    readonly state: 'valid' | 'overdue' | 'expired' | 'unknown';
    readonly expiresUs: number;
    readonly cachedUs: number;
    readonly traceId: string;
  };
  readonly sameCause?: {
    readonly errorType: string;
    readonly diagnosis: string;
    readonly traces: number;
    readonly devices: number;
  };
}

type Column = readonly (number | null)[];

/** `GET /api/v1/fleet`: columns aligned with `timesUs`. */
export interface FleetJson {
  readonly sinceUs: number;
  readonly untilUs: number;
  readonly timesUs: readonly number[];
  readonly bucketUs: number;
  readonly outcomes: readonly { readonly story: string; readonly ok: Column; readonly error: Column }[];
  readonly sts: {
    readonly count: Column;
    readonly p50Ms: Column;
    readonly p95Ms: Column;
    readonly p99Ms: Column;
  };
  readonly errors: readonly {
    readonly errorType: string;
    readonly diagnosis: string;
    readonly story: string;
    readonly traces: number;
    readonly devices: number;
    readonly lastUs: number;
    readonly traceId: string;
    readonly statusMessage: string;
  }[];
  readonly overdue: {
    readonly count: number;
    readonly devices: readonly {
      readonly host: string;
      readonly clientGuid: string;
      readonly expiresUs: number;
      readonly lastSeenUs: number;
      readonly traceId: string;
    }[];
  };
  readonly totals: { readonly traces: number; readonly failed: number; readonly devices: number };
}

/** The collector's API, relative to the page. */
export interface Api {
  list(filter: ListFilter, after: string, signal: AbortSignal): Promise<ListPage>;
  trace(traceId: string, signal: AbortSignal): Promise<SpanTable | undefined>;
  diagnoses(language: Language, signal: AbortSignal): Promise<Diagnoses>;
  /** Undefined where no trace knows the identity. */
  device(identity: string, signal: AbortSignal): Promise<DeviceJson | undefined>;
  fleet(signal: AbortSignal): Promise<FleetJson>;
}

const pageSize = 100;
const weekMs = 7 * 86_400_000;

export function createApi(base: string): Api {
  const get = async (path: string, signal: AbortSignal): Promise<unknown> => {
    const response = await fetch(base + path, { signal, headers: { accept: 'application/json' } }).catch(
      (cause: unknown) => {
        if (signal.aborted) throw cause;
        throw new ApiError(0, cause instanceof Error ? cause.message : String(cause), { cause });
      },
    );
    if (!response.ok) throw new ApiError(response.status, await reasonOf(response));
    return response.json();
  };
  return {
    async list(filter, after, signal) {
      const query = new URLSearchParams({ limit: String(pageSize) });
      for (const [key, value] of Object.entries({ ...filter, after }))
        if (value !== '') query.set(key, value);
      const page = (await get(`api/v1/traces?${query}`, signal)) as { rows?: SummaryJson[]; next?: string };
      return { rows: (page.rows ?? []).map(rowOf), next: page.next ?? '' };
    },
    async trace(traceId, signal) {
      const document = await orUndefined(get(`api/v1/traces/${encodeURIComponent(traceId)}`, signal));
      return document === undefined ? undefined : readOtlp(document as OtlpTraces)[0];
    },
    async diagnoses(language, signal) {
      const { diagnoses } = (await get('api/v1/diagnoses', signal)) as { diagnoses?: unknown };
      return readDiagnoses(diagnoses, language);
    },
    async device(identity, signal) {
      return orUndefined(get(`api/v1/devices/${encodeURIComponent(identity)}?limit=200`, signal)) as Promise<
        DeviceJson | undefined
      >;
    },
    async fleet(signal) {
      const week = (await get('api/v1/fleet', signal)) as FleetJson;
      if (week.totals.traces > 0) return week;
      // Collected logs may be old: then the newest week that has anything says more than this one.
      const newest = ((await get('api/v1/traces?limit=1', signal)) as { rows?: SummaryJson[] }).rows?.[0];
      if (newest === undefined) return week;
      const untilMs = Math.ceil((newest.startUs + newest.durationUs) / 1000) + 1;
      const time = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
      return (await get(
        `api/v1/fleet?since=${time(untilMs - weekMs)}&until=${time(untilMs)}`,
        signal,
      )) as FleetJson;
    },
  };
}

/** What is not there is no failure. */
async function orUndefined(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

async function reasonOf(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // Not JSON: the status says enough.
  }
  return `HTTP ${response.status} ${response.statusText}`.trim();
}

function isOutcome(text: string): text is TraceRow['outcome'] {
  return text === 'ok' || text === 'warning' || text === 'error';
}

/** A row of the API's list as the view wants it. */
export function rowOf(json: SummaryJson): TraceRow {
  return {
    traceId: json.traceId,
    name: visible(json.story),
    startMs: json.startUs / 1000,
    durationMs: json.durationUs / 1000,
    outcome: isOutcome(json.outcome) ? json.outcome : 'unknown',
    errorType: visible(json.errorType ?? ''),
    httpStatus: visible(json.httpStatus ?? ''),
    message: visible(json.statusMessage ?? ''),
    warned:
      json.warned === undefined
        ? undefined
        : { name: visible(json.warned.span), subject: visible(json.warned.subject) },
    diagnosis: json.diagnosis ?? '',
    host: visible(json.host ?? ''),
    clientGuid: json.clientGuid ?? '',
    spanCount: json.spanCount ?? 0,
    services: (json.tiers ?? []).map(serviceOfTier),
    tokenExpiresMs: json.tokenExpiresUs === undefined ? undefined : json.tokenExpiresUs / 1000,
  };
}
