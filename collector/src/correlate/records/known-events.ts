import type { LogEvent } from '../../model/event.ts';
import type { LogSource } from '../../model/record.ts';
import type { KnownEvent } from '../segment.ts';
import { recordId } from './identity.ts';
import type { SourceTimes } from './source-times.ts';

/** An event whose record has a time. */
export interface TimedEvent extends LogEvent {
  readonly record: LogEvent['record'] & { readonly timeUs: number };
}

/**
 * Puts the events of one host in order and gives each its identity; copies of a record are kept once, with the
 * evidence of the smallest path. Returns how many copies were left out.
 *
 * Order is by time, then log, then place in the log: one file's own order is the only order within an instant.
 * Equal records of one log count as many times as one generation holds them, or as two that were cut between them.
 */
export function orderEvents(
  events: TimedEvent[],
  times: SourceTimes,
  emit: (known: KnownEvent) => void,
): number {
  events.sort((a, b) => a.record.timeUs - b.record.timeUs || byPlace(a, b, times));
  let copies = 0;
  for (let from = 0; from < events.length; ) {
    const first = events[from] as TimedEvent;
    let until = from + 1;
    while (until < events.length && events[until]?.record.timeUs === first.record.timeUs) until++;
    if (until - from === 1) emit(new LazyKnownEvent(first, 0));
    else copies += emitInstant(events.slice(from, until), times, emit);
    from = until;
  }
  return copies;
}

/** Its id is worked out when it is asked for: most records open nothing. */
class LazyKnownEvent implements KnownEvent {
  readonly event: TimedEvent;
  readonly timeUs: number;
  readonly #ordinal: number;
  #id = '';

  constructor(event: TimedEvent, ordinal: number) {
    this.event = event;
    this.timeUs = event.record.timeUs;
    this.#ordinal = ordinal;
  }

  get id(): string {
    if (this.#id === '') this.#id = recordId(this.event.record, this.#ordinal);
    return this.#id;
  }
}

function byPlace(a: TimedEvent, b: TimedEvent, times: SourceTimes): number {
  const left = a.record.source;
  const right = b.record.source;
  if (left === right) return a.record.offset - b.record.offset;
  return (
    compare(left.log.toLowerCase(), right.log.toLowerCase()) ||
    times.of(left).firstUs - times.of(right).firstUs ||
    times.of(left).lastUs - times.of(right).lastUs ||
    compare(left.path, right.path) ||
    left.generation - right.generation ||
    a.record.offset - b.record.offset
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Records of one host and one instant, some of which may be equal. */
function emitInstant(
  instant: readonly TimedEvent[],
  times: SourceTimes,
  emit: (known: KnownEvent) => void,
): number {
  if (allDiffer(instant)) {
    for (const event of instant) emit(new LazyKnownEvent(event, 0));
    return 0;
  }
  const groups = new Map<string, TimedEvent[]>();
  for (const event of instant) {
    const { component, thread, message } = event.record;
    const content = `${component.toLowerCase()}\0${thread ?? ''}\0${message}`;
    const group = groups.get(content);
    if (group === undefined) groups.set(content, [event]);
    else group.push(event);
  }
  const kept: { known: KnownEvent; at: number }[] = [];
  for (const group of groups.values())
    distinct(group, times).forEach((event, ordinal) => {
      kept.push({ known: new LazyKnownEvent(event, ordinal), at: instant.indexOf(event) });
    });
  kept.sort((a, b) => a.at - b.at);
  for (const { known } of kept) emit(known);
  return instant.length - kept.length;
}

/** Most instants hold a few records with words of their own; comparing them is cheaper than keys. */
function allDiffer(instant: readonly TimedEvent[]): boolean {
  if (instant.length > 16) return false;
  for (let i = 1; i < instant.length; i++)
    for (let j = 0; j < i; j++) if (instant[i]?.record.message === instant[j]?.record.message) return false;
  return true;
}

/** Of equal records, one copy of each that was really written: the copies of the smallest path. */
function distinct(group: readonly TimedEvent[], times: SourceTimes): readonly TimedEvent[] {
  const folders = new Map<string, Map<LogSource, TimedEvent[]>>();
  for (const event of group) {
    const { source } = event.record;
    const folder = source.path.slice(0, source.path.lastIndexOf('/') + 1);
    const sources = folders.get(folder) ?? new Map<LogSource, TimedEvent[]>();
    folders.set(folder, sources);
    const own = sources.get(source);
    if (own === undefined) sources.set(source, [event]);
    else own.push(event);
  }
  let best: readonly TimedEvent[] = [];
  for (const sources of folders.values()) {
    const held = mostInFolder([...sources.values()], times);
    if (held.length > best.length || (held.length === best.length && smaller(held, best))) best = held;
  }
  return best;
}

function smaller(a: readonly TimedEvent[], b: readonly TimedEvent[]): boolean {
  const left = a[0]?.record;
  const right = b[0]?.record;
  if (left === undefined || right === undefined) return false;
  return (
    compare(left.source.path, right.source.path) < 0 ||
    (left.source.path === right.source.path && left.offset < right.offset)
  );
}

/** The fullest generation, or two that a roll cut between equal records: the end of one and the beginning of the next. */
function mostInFolder(
  sources: readonly (readonly TimedEvent[])[],
  times: SourceTimes,
): readonly TimedEvent[] {
  let best: readonly TimedEvent[] = [];
  const consider = (held: readonly TimedEvent[]): void => {
    if (held.length > best.length || (held.length === best.length && smaller(held, best))) best = held;
  };
  for (const held of sources) consider(held);
  for (const ending of sources)
    for (const beginning of sources)
      if (ending !== beginning && isSeam(ending, beginning, times)) consider([...ending, ...beginning]);
  return best;
}

function isSeam(
  ending: readonly TimedEvent[],
  beginning: readonly TimedEvent[],
  times: SourceTimes,
): boolean {
  const last = ending.at(-1)?.record;
  const first = beginning[0]?.record;
  if (last === undefined || first === undefined || last.offset === first.offset) return false;
  return times.of(last.source).lastUs === last.timeUs && times.of(first.source).firstUs === first.timeUs;
}
