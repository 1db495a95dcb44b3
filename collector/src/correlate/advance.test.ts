import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawTraces } from '../../../test/support/draw-traces.ts';
import { createMemoryReport } from '../../../test/support/report.ts';
import { createEventMaker, type GivenEvent } from '../../../test/support/log-events.ts';
import { createCorrelator, loadKnowledge } from './index.ts';

type Options = Parameters<typeof createCorrelator>[0];

let knowledge: Options['knowledge'];
beforeAll(async () => {
  knowledge = await loadKnowledge([fileURLToPath(new URL('../../../mappings', import.meta.url))]);
});

const sts: GivenEvent = { tier: 'management point', log: 'CCM_STS.log', host: 'MP01' };

describe('advance()', () => {
  it('gives a trace once, when it has settled', () => {
    const event = createEventMaker();
    const correlator = createCorrelator({ knowledge, report: createMemoryReport() });
    const at = (ms: number): number => 1_770_000_000e6 + ms * 1000;
    correlator.push([event('token.request.sent', 0), event('token.cached', 100, { outcome: 'ok' })]);
    expect(correlator.openCount).toBe(0);
    expect(correlator.advance(at(5000))).toEqual([]);
    expect(correlator.advance(at(65_000))).toEqual([]);
    const traces = correlator.advance(at(200_000));
    expect(drawTraces(traces)).toEqual(['token request ok']);
    expect(correlator.advance(at(400_000))).toEqual([]);
    expect(correlator.finish()).toEqual([]);
  });

  it('waits for nothing of a story that is still open but its own end', () => {
    const event = createEventMaker();
    const correlator = createCorrelator({ knowledge, report: createMemoryReport() });
    const setup: GivenEvent = { log: 'ccmsetup.log', host: 'WIN-2' };
    correlator.push([
      event('setup.started', 0, setup),
      event('token.request.sent', 100),
      event('token.cached', 200, { outcome: 'ok' }),
    ]);
    expect(drawTraces(correlator.advance(1_770_000_300e6))).toEqual(['token request ok']);
    correlator.push([event('setup.completed', 900_000, { ...setup, outcome: 'ok' })]);
    expect(drawTraces(correlator.finish())).toEqual(['client install ok']);
  });

  it.each([
    [true, ['entra token request ok', 'token renewal ok', '  token request ok']],
    [false, ['token renewal ok', '  token request ok']],
  ])(
    'keeps what may belong to a story that comes too late where it was to tell early: %s',
    (early, drawn) => {
      const event = createEventMaker();
      const correlator = createCorrelator({ knowledge, report: createMemoryReport() });
      const entra: GivenEvent = { log: 'CcmAad.log' };
      correlator.push([
        event('entra.token.requested', 100, entra),
        event('entra.token.retrieved', 200, { ...entra, outcome: 'ok' }),
      ]);
      const traces = [...correlator.advance(1_770_000_300e6, early)];
      correlator.push([
        event('token.expiring', 0),
        event('token.request.sent', 300),
        event('token.cached', 400, { outcome: 'ok' }),
      ]);
      traces.push(...correlator.finish());
      expect(drawTraces(traces)).toEqual(drawn);
    },
  );

  it('counts a copy that comes late once', () => {
    const event = createEventMaker();
    const report = createMemoryReport();
    const correlator = createCorrelator({ knowledge, report });
    const events = [event('token.request.sent', 0), event('token.cached', 100, { outcome: 'ok' })];
    correlator.push(events);
    expect(correlator.advance(1_770_000_300e6)).toHaveLength(1);
    const copies = events.map((one) => ({
      ...one,
      record: { ...one.record, source: { ...one.record.source, path: 'again/WIN-1/x.log' } },
    }));
    correlator.push(copies);
    expect(correlator.finish()).toEqual([]);
    expect(report.counts.get('duplicates')).toBe(2);
  });

  it('links what a client tells late to the trace that is out without it', () => {
    const event = createEventMaker();
    const correlator = createCorrelator({ knowledge, report: createMemoryReport() });
    const who = { 'ccm.entra.user.id': 'e8838041-db7a-42d5-b9ae-78813910e4cc' };
    correlator.push([
      event('sts.request.started', 100, sts),
      event('sts.token.validated', 110, { ...sts, outcome: 'ok', attributes: who }),
      event('sts.request.completed', 120, { ...sts, outcome: 'ok' }),
    ]);
    const [server] = correlator.advance(1_770_000_300e6);
    expect(server && drawTraces([server])).toEqual(['token request ok', '  issue token ok']);
    correlator.push([
      event('entra.token.retrieved', 0, { outcome: 'ok', attributes: who }),
      event('token.request.sent', 50),
      event('token.cached', 200, { outcome: 'ok' }),
    ]);
    const [client] = correlator.finish();
    expect(client && drawTraces([client])).toEqual(['token request ok']);
    const [link] = client?.spans[0].links ?? [];
    expect(link?.traceId).toBe(server?.traceId);
    expect(link?.spanId).toBe(server?.spans[1]?.spanId);
    expect(link?.attributes['ccm.link.method']).toBe('entra_id');
  });

  it('ends a story that is open with its last record, though that comes late', () => {
    const event = createEventMaker();
    const correlator = createCorrelator({ knowledge, report: createMemoryReport() });
    const last = event('token.cached', 400, { outcome: 'ok' });
    correlator.push([event('token.request.sent', 0)]);
    correlator.advance(1_770_000_030e6);
    correlator.push([last]);
    expect(drawTraces(correlator.finish())).toEqual(['token request ok']);
  });

  it('tells a record of a host that comes very late a story of its own', () => {
    const event = createEventMaker();
    const correlator = createCorrelator({ knowledge, report: createMemoryReport() });
    correlator.push([event('token.request.sent', 60_000), event('token.cached', 60_100, { outcome: 'ok' })]);
    correlator.advance(1_770_000_300e6);
    correlator.push([
      event('token.request.sent', 0, { thread: 7 }),
      event('token.cached', 100, { thread: 7, outcome: 'ok' }),
    ]);
    expect(drawTraces(correlator.advance(1_770_000_400e6))).toEqual(['token request ok']);
  });

  it('forgets hosts that say nothing for long', () => {
    const event = createEventMaker();
    const correlator = createCorrelator({ knowledge, report: createMemoryReport(), maxHostAgeUs: 3600e6 });
    const before = { 'ccm.client.guid': '7D4C2B19-A3E8-4F56-9C07-E15B8D62F0A4' };
    correlator.push([
      event('registration.already_registered', 0, {
        log: 'ClientIDManagerStartup.log',
        outcome: 'ok',
        attributes: before,
      }),
    ]);
    correlator.advance(1_770_010_000e6);
    correlator.push([
      event('token.request.sent', 10_100_000),
      event('token.cached', 10_100_100, { outcome: 'ok' }),
    ]);
    expect(correlator.finish()[0]?.identities.clientGuids).toEqual([]);
  });

  it('holds no generation of a log for long after its last record: busy logs have thousands a day', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const event = createEventMaker();
    const correlator = createCorrelator({ knowledge, report: createMemoryReport() });
    const held = Array.from({ length: 3 }, (_, generation) => {
      const source = { path: 'W/X.log', host: 'W', log: 'X.log', generation };
      correlator.push([event('no.story', generation * 1_800_000, { source })]);
      correlator.advance((1_770_000_000 + generation * 1800 + 900) * 1e6);
      return new WeakRef(source);
    });
    // What was referred to weakly lives until the turn is over.
    await new Promise(setImmediate);
    collectGarbage();
    expect(held.map((source) => source.deref()?.generation)).toEqual([undefined, undefined, 2]);
  });
});
