import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../collector/src/base/clock.ts';
import { type Api, createApi } from '../../collector/src/api/index.ts';
import type { Access, ApiOptions } from '../../collector/src/api/options.ts';
import { openStore, type Store } from '../../collector/src/store/index.ts';

/** A real API over a real store in a folder of its own. */
export interface TestApi {
  readonly api: Api;
  readonly store: Store;
  readonly accesses: Access[];
  readonly failures: unknown[];
  /** Asks for a path; `json` is the parsed body. */
  get(path: string, headers?: Record<string, string>): Promise<TestAnswer>;
  close(): Promise<void>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export async function startApi(more: Partial<ApiOptions> & { clock?: Clock } = {}): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'ccmtrace-api-'));
  const store = await openStore(folder);
  const accesses: Access[] = [];
  const failures: unknown[] = [];
  const close = async (): Promise<void> => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  const api = await createApi({
    reader: store,
    listen: '127.0.0.1',
    port: 0,
    diagnoses: [{ id: 'sts-401', cause: 'why', remedy: 'what' }],
    metrics: async (accept, scraper) =>
      plain(`metrics for ${accept}${scraper === '' ? '' : ` to ${scraper}`}`),
    healthz: () => plain('ok'),
    readyz: () => ({ ...plain('store is closed'), status: 503 }),
    audit: (access) => accesses.push(access),
    failed: (cause) => failures.push(cause),
    ...more,
  }).catch(async (cause: unknown) => {
    await close();
    throw cause;
  });
  return {
    api,
    store,
    accesses,
    failures,
    get: async (path, headers = {}) => {
      const response = await fetch(new URL(path, api.url), { headers });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parsed(text) };
    },
    close: async () => {
      await api.close();
      await close();
    },
  };
}

function plain(body: string): { status: number; contentType: string; body: string } {
  return { status: 200, contentType: 'text/plain; charset=utf-8', body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
