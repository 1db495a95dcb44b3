import { describe, expect, it } from 'vitest';
import { createEventMaker } from '../../../../test/support/log-events.ts';
import type { LogEvent } from '../../model/event.ts';
import type { LogSource } from '../../model/record.ts';
import type { KnownEvent } from '../segment.ts';
import { orderEvents, type TimedEvent } from './known-events.ts';
import { createSourceTimes } from './source-times.ts';

/** What comes out of events, in whatever order they go in: `path@offset` and id. */
function ordered(events: readonly LogEvent[]): {
  readonly places: readonly string[];
  readonly ids: readonly string[];
  readonly copies: number;
} {
  const times = createSourceTimes();
  for (const { record } of events) times.see(record.source, record.timeUs ?? 0);
  const known: KnownEvent[] = [];
  const copies = orderEvents([...events] as TimedEvent[], times, (one) => known.push(one));
  return {
    places: known.map(({ event: { record } }) => `${record.source.path}@${record.offset}`),
    ids: known.map(({ id }) => id),
    copies,
  };
}

const live: LogSource = { path: 'W/X.log', host: 'W', log: 'X.log', generation: 2 };
const rolled: LogSource = { path: 'W/X-20260101-000000.log', host: 'W', log: 'X.log', generation: 1 };
const again: LogSource = { path: 'again/W/X.log', host: 'W', log: 'X.log', generation: 3 };

describe('orderEvents()', () => {
  it('counts equal records of one file as many times as they were written', () => {
    const event = createEventMaker();
    const twice = [0, 100].map((offset) => event('a', 5, { source: live, offset }));
    const { places, ids } = ordered(twice);
    expect(places).toEqual(['W/X.log@0', 'W/X.log@100']);
    expect(new Set(ids).size).toBe(2);
  });

  it('counts a file that was collected twice once, with the evidence of the smallest path', () => {
    const event = createEventMaker();
    const events = [live, again].flatMap((source) =>
      [0, 100].map((offset) => event('a', 5, { source, offset })),
    );
    expect(ordered(events)).toMatchObject({ places: ['W/X.log@0', 'W/X.log@100'], copies: 2 });
  });

  it('gives equal records that a roll cut apart the identities that they have in one file', () => {
    const event = createEventMaker();
    const whole = ordered([
      event('before', 1, { source: live, offset: 0 }),
      event('a', 5, { source: live, offset: 100 }),
      event('a', 5, { source: live, offset: 200 }),
      event('after', 9, { source: live, offset: 300 }),
    ]);
    const cut = ordered([
      event('before', 1, { source: rolled, offset: 0 }),
      event('a', 5, { source: rolled, offset: 100 }),
      event('a', 5, { source: live, offset: 0 }),
      event('after', 9, { source: live, offset: 100 }),
    ]);
    expect(cut.ids).toEqual(whole.ids);
    expect(cut.copies).toBe(0);
  });

  it('counts a rolled file that lies beside its copy once', () => {
    const event = createEventMaker();
    const copy = [rolled, live].flatMap((source) => [
      event('before', 1, { source, offset: 0 }),
      event('a', 5, { source, offset: 100 }),
    ]);
    expect(ordered(copy)).toMatchObject({ copies: 2 });
  });

  it('orders records of one instant as their log has them, rolled files first', () => {
    const event = createEventMaker();
    const events = [
      event('first', 1, { source: rolled, offset: 0 }),
      event('b', 5, { source: rolled, offset: 100 }),
      event('c', 5, { source: live, offset: 0 }),
      event('d', 5, { source: live, offset: 100 }),
      event('last', 9, { source: live, offset: 200 }),
    ];
    const places = [
      'W/X-20260101-000000.log@0',
      'W/X-20260101-000000.log@100',
      'W/X.log@0',
      'W/X.log@100',
      'W/X.log@200',
    ];
    expect(ordered(events).places).toEqual(places);
    expect(ordered(events.toReversed()).places).toEqual(places);
  });

  it('knows a record by its content, not by its file', () => {
    const event = createEventMaker();
    const [here] = ordered([event('a', 5, { source: live })]).ids;
    const [there] = ordered([event('a', 5, { source: again })]).ids;
    const [other] = ordered([event('a', 5, { source: live, thread: 2 })]).ids;
    expect(here).toMatch(/^[0-9a-f]{32}$/);
    expect(there).toBe(here);
    expect(other).not.toBe(here);
  });
});
