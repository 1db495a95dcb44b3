import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { InvalidArgumentError } from 'commander';
import { Failure } from '../base/failure.ts';
import { safeLine } from '../base/safe-text.ts';
import type { FleetQuery, FleetView } from '../contract/fleet-reader.ts';
import type { TracePage, TraceQuery, TraceReader } from '../contract/trace-reader.ts';
import type { OtlpTraces } from '../model/otlp.ts';
import { fromOtlp } from '../model/otlp-read.ts';

/** The most rows that the API gives at once. */
const mostRows = 1000;
const mostTop = 100;

export interface RemoteOptions {
  /** With `http:` or `https:`; see {@link parseAddress}. */
  readonly address: string;
  readonly token: string | undefined;
  /** PEM file of authorities to trust besides those of Node and of the system. */
  readonly ca: string | undefined;
}

/** What a command reads of a collector, here or elsewhere. */
export interface RemoteReader extends TraceReader {
  overdue(query: FleetQuery): Promise<FleetView['overdue']>;
}

/** Address of a collector on the command line. */
export function parseAddress(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '')
    throw new InvalidArgumentError(
      'Give an address such as http://127.0.0.1:4319 or https://collector:4319.',
    );
  return text.endsWith('/') ? text : `${text}/`;
}

/**
 * Reads through the API of a running collector, for the time in which its store is locked.
 *
 * @throws Failure where the file of authorities cannot be read; its methods where nothing answers, what answers is no
 * collector, or the collector refuses.
 */
export async function openRemoteReader({ address, token, ca }: RemoteOptions): Promise<RemoteReader> {
  if (address.startsWith('https:')) await trust(ca);
  /** The parsed answer; undefined for 404 where it `mayLack`. */
  const ask = async (
    path: string,
    parameters: Readonly<Record<string, string>>,
    mayLack = false,
  ): Promise<unknown> => {
    const url = new URL(path, address);
    url.search = new URLSearchParams(parameters).toString();
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, { headers, signal: AbortSignal.timeout(30_000) });
      text = await response.text();
    } catch (cause) {
      throw new Failure(
        `No collector answers at ${address}: ${reasonOf(cause)}. Check that ccmtrace run is up, and its address.`,
        { cause },
      );
    }
    const answer = parsed(text);
    if (!isObject(answer)) {
      throw new Failure(
        `What answers at ${address} is no collector: ${response.status} with ${response.headers.get('content-type') ?? 'no content'}. Check the address, and the path that a proxy puts before it.`,
      );
    }
    if (response.status === 404 && mayLack) return undefined;
    if (!response.ok) throw new Failure(refusalOf(response.status, answer, address, token !== undefined));
    return answer;
  };
  return {
    list: async (query) => (await ask('api/v1/traces', parametersOf(query))) as TracePage,
    get: async (traceId) => {
      const found = await ask(`api/v1/traces/${traceId}`, {}, true);
      return found === undefined ? undefined : fromOtlp(found as OtlpTraces);
    },
    overdue: async ({ sinceUs, untilUs, top }) => {
      const parameters = {
        since: isoTime(sinceUs),
        until: isoTime(untilUs),
        top: String(Math.min(top, mostTop)),
      };
      return ((await ask('api/v1/fleet', parameters)) as FleetView).overdue;
    },
  };
}

/** Companies sign with authorities of their own, which the system knows and Node does not. */
async function trust(ca: string | undefined): Promise<void> {
  const more: string[] = [];
  try {
    if (ca !== undefined) more.push(await readFile(ca, 'utf8'));
    setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system'), ...more]);
  } catch (cause) {
    throw new Failure(
      `The authorities in ${ca ?? 'the system'} cannot be used: ${(cause as Error).message}. Give a PEM file with --ca.`,
      { cause },
    );
  }
}

function parametersOf({ limit, identity, sinceUs }: TraceQuery): Record<string, string> {
  return {
    limit: String(Math.min(limit, mostRows)),
    ...(identity === undefined ? {} : { identity }),
    ...(sinceUs === undefined ? {} : { since: isoTime(sinceUs) }),
  };
}

function isoTime(us: number): string {
  return new Date(us / 1000).toISOString();
}

/** Of a `fetch` that failed; a name with several addresses fails with an error for each. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : (cause as Error);
  const all = inner instanceof AggregateError ? (inner.errors as Error[]) : [inner];
  const said = [...new Set(all.map((one) => one.message))].join('; ');
  if (!/certificate|altnames/i.test(said)) return said;
  // What Node advises about its own options is of no use here.
  return `${said.split('; if the root CA', 1)[0] ?? ''} (--ca FILE names who signed it)`;
}

function refusalOf(status: number, answer: object, address: string, sentToken: boolean): string {
  const said = 'message' in answer && typeof answer.message === 'string' ? answer.message : '';
  if (status !== 401)
    return `The collector at ${address} answered ${status}. ${safeLine(said.slice(0, 300))}`;
  return sentToken
    ? `The collector at ${address} does not know this token. Set CCMTRACE_TOKEN, or http.token in --config, to its own.`
    : `The collector at ${address} asks for a token. Set CCMTRACE_TOKEN, or http.token in --config, to its own.`;
}

function isObject(answer: unknown): answer is object {
  return typeof answer === 'object' && answer !== null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
