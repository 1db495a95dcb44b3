import type { Diagnosis, Diagnoses } from '../model/diagnosis.ts';
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

/** The collector refused or could not answer. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
  }
}

interface SummaryJson {
  readonly traceId: string;
  readonly story: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly outcome: string;
  readonly errorType?: string;
  readonly statusMessage?: string;
  readonly diagnosis?: string;
  readonly host?: string;
  readonly clientGuid?: string;
  readonly spanCount?: number;
  readonly tiers?: readonly string[];
  readonly tokenExpiresUs?: number;
}

/** The collector's API, relative to the page. */
export interface Api {
  list(filter: ListFilter, after: string, signal: AbortSignal): Promise<ListPage>;
  trace(traceId: string, signal: AbortSignal): Promise<SpanTable | undefined>;
  diagnoses(signal: AbortSignal): Promise<Diagnoses>;
  json(path: string, signal: AbortSignal): Promise<unknown>;
}

const pageSize = 100;

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
    json: get,
    async list(filter, after, signal) {
      const query = new URLSearchParams({ limit: String(pageSize) });
      for (const [key, value] of Object.entries({ ...filter, after }))
        if (value !== '') query.set(key, value);
      const page = (await get(`api/v1/traces?${query}`, signal)) as { rows?: SummaryJson[]; next?: string };
      return { rows: (page.rows ?? []).map(rowOf), next: page.next ?? '' };
    },
    async trace(traceId, signal) {
      try {
        const document = (await get(`api/v1/traces/${encodeURIComponent(traceId)}`, signal)) as OtlpTraces;
        return readOtlp(document)[0];
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined;
        throw error;
      }
    },
    async diagnoses(signal) {
      return readDiagnoses(await get('api/v1/diagnoses', signal));
    },
  };
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

/** A row of the API's list as the view wants it. */
export function rowOf(json: SummaryJson): TraceRow {
  return {
    traceId: json.traceId,
    name: json.story,
    startMs: json.startUs / 1000,
    durationMs: json.durationUs / 1000,
    outcome: json.outcome === 'ok' || json.outcome === 'error' ? json.outcome : 'unknown',
    errorType: json.errorType ?? '',
    message: visible(json.statusMessage ?? ''),
    diagnosis: json.diagnosis ?? '',
    host: visible(json.host ?? ''),
    clientGuid: json.clientGuid ?? '',
    spanCount: json.spanCount ?? 0,
    services: (json.tiers ?? []).map(serviceOfTier),
    tokenExpiresMs: json.tokenExpiresUs === undefined ? undefined : json.tokenExpiresUs / 1000,
  };
}

/** The catalogue as the API gives it: a list, or an object by id. */
export function readDiagnoses(json: unknown): Diagnoses {
  const list = Array.isArray(json)
    ? json
    : Object.values((json as { diagnoses?: object } | null)?.diagnoses ?? {});
  const found = new Map<string, Diagnosis>();
  for (const entry of list as Record<string, unknown>[]) {
    const id = text(entry['id']);
    if (id === '') continue;
    const cause = text(entry['cause']);
    const title = text(entry['title']) || text(entry['summary']) || cause;
    found.set(id, { id, title, cause, remedy: text(entry['remedy']), links: linksOf(entry) });
  }
  return found;
}

function linksOf(entry: Record<string, unknown>): Diagnosis['links'] {
  const from = entry['links'] ?? entry['documentation'] ?? entry['url'] ?? [];
  const list: unknown[] = Array.isArray(from) ? from : [from];
  return list.flatMap((link) => {
    const url = typeof link === 'string' ? link : text((link as Record<string, unknown> | null)?.['url']);
    if (!/^https?:\/\//.test(url)) return [];
    const title = typeof link === 'string' ? '' : text((link as Record<string, unknown> | null)?.['title']);
    return [{ url, title: title || new URL(url).hostname }];
  });
}

function text(value: unknown): string {
  if (Array.isArray(value))
    return value
      .map(text)
      .filter((part) => part !== '')
      .join('\n');
  return typeof value === 'string' ? value.trim() : '';
}
