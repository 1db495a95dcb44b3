import { otlpOrder } from '../model/otlp.ts';
import type { Span, Trace } from '../model/span.ts';
import { didNotSucceed } from '../model/trace-outcome.ts';

/**
 * The span that a trace's outcome is put down to, chosen as the view chooses it for a trace that is open (`judge` in the panel plugin): a list
 * must not name another. A failure began where the way down from the failed root through what decided it ends; a warning at
 * the deepest span that did not succeed, of equally deep ones the first. Undefined where all is well.
 */
export function culpritOf({ spans }: Trace): Culprit | undefined {
  const places = layOut(spans);
  if (spans[0].status.code === 'error') return decidedBy(places, spans[0]);
  return places
    .filter(({ span }) => didNotSucceed(span))
    .reduce<Place | undefined>(
      (best, place) => (best === undefined || place.depth > best.depth ? place : best),
      undefined,
    );
}

/** A span and what it is under. */
export interface Culprit {
  readonly span: Span;
  readonly above: Culprit | undefined;
}

/** Steps up that are looked at for what a span does not say itself. */
const maxSteps = 64;

/** An attribute as the culprit has it, else the nearest span above that does; empty where none has. */
export function saidBy(culprit: Culprit | undefined, name: string): string {
  for (let at = culprit, steps = 0; at !== undefined && steps < maxSteps; at = at.above, steps += 1) {
    const value = at.span.attributes[name];
    if (value !== undefined && value !== '') return String(value);
  }
  return '';
}

interface Place extends Culprit {
  readonly above: Place | undefined;
  /** 0 for roots. */
  readonly depth: number;
}

/** Spans in pre-order, siblings by start, then as OTLP has them. Without recursion: a trace may be thousands of levels deep. */
function layOut(spans: readonly Span[]): Place[] {
  const ids = new Set(spans.map((span) => span.spanId));
  const below = new Map<string, Span[]>();
  for (const span of otlpOrder(spans).sort((a, b) => a.startUs - b.startUs)) {
    add(below, ids.has(span.parentSpanId) ? span.parentSpanId : '', span);
  }
  const places: Place[] = [];
  const waiting: Place[] = [];
  const wait = (under: string, above: Place | undefined, depth: number): void => {
    for (const span of (below.get(under) ?? []).toReversed()) waiting.push({ span, above, depth });
  };
  wait('', undefined, 0);
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    places.push(place);
    wait(place.span.spanId, place, place.depth + 1);
  }
  return places;
}

/** Failures below one span whose kinds are compared; of more the last decides. */
const maxCompared = 64;

/**
 * The last failure on the way down: below a failed span the failure of its own kind decided, else the one that ended last; one before it
 * was got over, as a device's token that a user's stood in for.
 */
function decidedBy(places: readonly Place[], root: Span): Place | undefined {
  const below = failuresBelow(places);
  let at = places.find(({ span }) => span === root);
  for (let next = at; next !== undefined; next = last(below.get(next) ?? [], next)) at = next;
  return at;
}

/** Of the failures below one, that which decided it. */
function last(failures: readonly Place[], above: Place): Place | undefined {
  const kind = failures.length <= maxCompared ? kindOf(above) : '';
  const alike = kind === '' ? [] : failures.filter((failure) => kindOf(failure) === kind);
  return (alike.length > 0 ? alike : failures).reduce<Place | undefined>(
    (best, failure) => (best === undefined || endMs(failure) > endMs(best) ? failure : best),
    undefined,
  );
}

/** Failed spans by the nearest failed one above them. */
function failuresBelow(places: readonly Place[]): ReadonlyMap<Place, readonly Place[]> {
  const below = new Map<Place, Place[]>();
  const nearest = new Map<Place, Place | undefined>();
  for (const place of places) {
    const { above } = place;
    const failed = above === undefined || hasFailed(above) ? above : nearest.get(above);
    nearest.set(place, failed);
    if (failed !== undefined && hasFailed(place)) add(below, failed, place);
  }
  return below;
}

function hasFailed({ span }: Place): boolean {
  return span.status.code === 'error';
}

function kindOf({ span }: Place): string {
  return String(span.attributes['error.type'] ?? '');
}

/** As the view adds it up, in doubles of milliseconds: ends that are the same to the microsecond may differ there. */
function endMs({ span }: Place): number {
  return span.startUs / 1000 + (span.endUs - span.startUs) / 1000;
}

function add<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}
