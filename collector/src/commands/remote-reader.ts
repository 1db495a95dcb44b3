import { Failure } from '../base/failure.ts';
import type { TracePage, TraceQuery, TraceReader } from '../contract/trace-reader.ts';
import type { OtlpTraces } from '../model/otlp.ts';
import { fromOtlp } from '../model/otlp-read.ts';

/** Reads traces through the API of a running collector, for the time in which its store is locked. */
export function openRemoteReader(address: string, token: string | undefined): TraceReader {
  const ask = async (path: string, parameters: Readonly<Record<string, string>>): Promise<Response> => {
    const url = new URL(path, address.endsWith('/') ? address : `${address}/`);
    url.search = new URLSearchParams(parameters).toString();
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    try {
      return await fetch(url, { headers, signal: AbortSignal.timeout(30_000) });
    } catch (cause) {
      const why = (cause as { cause?: Error }).cause?.message ?? (cause as Error).message;
      throw new Failure(
        `No collector answers at ${address}: ${why}. Check that ccmtrace run is up and its address.`,
        { cause },
      );
    }
  };
  return {
    async list(query: TraceQuery): Promise<TracePage> {
      const response = await ask('api/v1/traces', parametersOf(query));
      await ensureOk(response, address);
      return (await response.json()) as TracePage;
    },
    async get(traceId: string) {
      const response = await ask(`api/v1/traces/${traceId}`, {});
      if (response.status === 404) return undefined;
      await ensureOk(response, address);
      return fromOtlp((await response.json()) as OtlpTraces);
    },
  };
}

function parametersOf(query: TraceQuery): Record<string, string> {
  return {
    limit: String(query.limit),
    ...(query.identity === undefined ? {} : { identity: query.identity }),
    ...(query.sinceUs === undefined ? {} : { since: new Date(query.sinceUs / 1000).toISOString() }),
  };
}

async function ensureOk(response: Response, address: string): Promise<void> {
  if (response.ok) return;
  const hint =
    response.status === 401 ? 'Set CCMTRACE_TOKEN to its token.' : (await response.text()).slice(0, 300);
  throw new Failure(`The collector at ${address} answered ${response.status}. ${hint}`);
}
