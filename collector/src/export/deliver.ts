import type { Clock } from '../base/clock.ts';
import type { ExportReport } from '../contract/export-report.ts';
import type { Report } from '../contract/loss.ts';
import type { Attributes } from '../model/attributes.ts';
import type { Span, Trace } from '../model/span.ts';
import { backoffMs, type BackoffOptions } from './backoff.ts';
import type { HttpSender } from './http-sender.ts';
import { encodeSpans, type Encoding, type Signal } from './signals.ts';
import { judge, statusOf, type Verdict } from './verdict.ts';

/** What sending needs of its surroundings. */
export interface Surroundings {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves after the time, or rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: Report & ExportReport;
  readonly backoff?: BackoffOptions | undefined;
  /** Wraps each request, for tracing the collector itself. */
  readonly around?: Around | undefined;
}

export type Around = <T>(name: string, attributes: Attributes, work: () => Promise<T>) => Promise<T>;

/** One signal of one destination. */
export interface Route {
  /** As in metrics and the outbox. */
  readonly name: string;
  readonly signal: Signal;
  readonly url: URL;
  readonly encoding: Encoding;
  /** Of one request, before compression; a single span is sent whatever its size. */
  readonly maxBytes: number;
  readonly sender: HttpSender;
}

/** Spans of one trace that a destination refused for good. */
export interface Refusal {
  readonly traceId: string;
  readonly spans: number;
  readonly reason: string;
}

/** `wait` ends waits between tries, `send` breaks off requests too. */
export interface Stops {
  readonly wait: AbortSignal;
  readonly send: AbortSignal;
}

/** Spans of one trace that go together; a trace that is too large for one request is several pieces. */
interface Piece {
  readonly traceId: string;
  readonly spans: readonly Span[];
}

/**
 * Sends traces until each span was taken or refused for good, for as long as that takes. Too large a request, and one
 * refused with a fault in its data, is halved until the part at fault stands alone. Rejects only when stopped.
 */
export async function deliver(
  traces: readonly Trace[],
  route: Route,
  surroundings: Surroundings,
  stops: Stops,
): Promise<readonly Refusal[]> {
  return sendPieces(
    traces.map(({ traceId, spans }) => ({ traceId, spans })),
    { route, surroundings, stops },
  );
}

interface Job {
  readonly route: Route;
  readonly surroundings: Surroundings;
  readonly stops: Stops;
}

async function sendPieces(pieces: readonly Piece[], job: Job): Promise<readonly Refusal[]> {
  const { route, surroundings } = job;
  const spans = pieces.flatMap((piece) => piece.spans);
  const body = encodeSpans(route.signal, route.encoding, spans);
  if (body.items === 0) return [];
  if (body.bytes.length > route.maxBytes && isDivisible(pieces)) return sendHalves(pieces, job);
  const verdict = await post(body.bytes, job);
  if (verdict.kind === 'refused') {
    if (verdict.inData && isDivisible(pieces)) return sendHalves(pieces, job);
    surroundings.report.exported(route.name, 'dead', body.items);
    return pieces.map((piece) => ({
      traceId: piece.traceId,
      spans: piece.spans.length,
      reason: verdict.message,
    }));
  }
  reportTaken(route.name, body.items, verdict, surroundings);
  return [];
}

async function sendHalves(pieces: readonly Piece[], job: Job): Promise<readonly Refusal[]> {
  const [first, second] = divide(pieces);
  return [...(await sendPieces(first, job)), ...(await sendPieces(second, job))];
}

function isDivisible(pieces: readonly Piece[]): boolean {
  return pieces.length > 1 || (pieces[0]?.spans.length ?? 0) > 1;
}

function divide(pieces: readonly Piece[]): [Piece[], Piece[]] {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) {
    const half = Math.ceil(only.spans.length / 2);
    return [[{ ...only, spans: only.spans.slice(0, half) }], [{ ...only, spans: only.spans.slice(half) }]];
  }
  const half = Math.ceil(pieces.length / 2);
  return [pieces.slice(0, half), pieces.slice(half)];
}

function reportTaken(
  destination: string,
  items: number,
  { rejected, message }: { rejected: number; message: string },
  { report }: Surroundings,
): void {
  report.exported(destination, 'accepted', Math.max(0, items - rejected));
  if (rejected <= 0) return;
  report.exported(destination, 'rejected', rejected);
  report.lost('export_rejected', rejected);
  const what = message === '' ? 'without saying why' : message;
  const sentence = `${destination} took a request but not all of it (${rejected} of ${items}): ${what}. Look at its limits.`;
  report.trouble({ reason: 'export_rejected', sentence, subject: `${destination} partial success` });
}

/** Posts until there is an answer that is final. */
async function post(
  bytes: Uint8Array,
  { route, surroundings, stops }: Job,
): Promise<Exclude<Verdict, { kind: 'again' }>> {
  const { clock, random, wait, report, backoff, around } = surroundings;
  const send = async () => route.sender.post(route.url, bytes, stops.send);
  const attributes = {
    'ccmtrace.destination': route.name,
    'url.full': route.url.href,
    'http.request.body.size': bytes.length,
  };
  for (let tries = 1; ; tries++) {
    stops.wait.throwIfAborted();
    const reply = await (around === undefined ? send() : around('export request', attributes, send));
    report.requested(route.name, statusOf(reply));
    const verdict = judge(reply, clock.nowUs());
    if (verdict.kind !== 'again') return verdict;
    report.trouble({
      reason: 'export_delayed',
      sentence: `Could not send to ${route.name} (${route.url.href}): ${verdict.message}. It is tried again; nothing is lost.`,
      subject: route.name,
    });
    await wait(backoffMs(tries, verdict.afterMs, random(), backoff), stops.wait);
  }
}
