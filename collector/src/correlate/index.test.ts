import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawTraces } from '../../../test/support/draw-traces.ts';
import { createMemoryReport } from '../../../test/support/report.ts';
import { createEventMaker, type GivenEvent } from '../../../test/support/log-events.ts';
import type { LogEvent } from '../model/event.ts';
import type { Trace } from '../model/span.ts';
import { createCorrelator, loadKnowledge } from './index.ts';

type Options = Parameters<typeof createCorrelator>[0];

let knowledge: Options['knowledge'];
beforeAll(async () => {
  knowledge = await loadKnowledge([fileURLToPath(new URL('../../../mappings', import.meta.url))]);
});

function correlate(events: readonly LogEvent[], options: Partial<Options> = {}): readonly Trace[] {
  const correlator = createCorrelator({ knowledge, report: createMemoryReport(), ...options });
  correlator.push(events);
  return correlator.finish();
}

const user = 'S-1-5-21-1-2-3-1001';
const other = 'S-1-5-21-1-2-3-1002';
const expiring = (sid: string): GivenEvent => ({ attributes: { 'ccm.user.sid': sid } });
const cached = (sid: string): GivenEvent => ({ outcome: 'ok', attributes: { 'ccm.user.sid': sid } });
const sts: GivenEvent = { tier: 'management point', log: 'CCM_STS.log', host: 'MP01' };
const cp: GivenEvent = { tier: 'connection point', log: 'SMS_CLOUD_PROXYCONNECTOR.log', host: 'CP01' };

describe('createCorrelator()', () => {
  it('ends a story that never closes at its timeout, with the last step named', () => {
    const event = createEventMaker();
    const [trace] = correlate([
      event('token.expiring', 0),
      event('token.request.sent', 10, { message: 'Getting CCM Token' }),
    ]);
    expect(trace && drawTraces([trace])).toEqual([
      'token renewal error timeout',
      '  token request error timeout',
    ]);
    expect(trace?.spans[0].status.message).toContain('token.request.sent ("Getting CCM Token")');
    expect((trace?.spans[0].endUs ?? 0) - (trace?.spans[0].startUs ?? 0)).toBe(300_010_000);
  });

  it('keeps one pending request for each user of a host', () => {
    const event = createEventMaker();
    const traces = correlate([
      event('token.expiring', 0, { ...expiring(user), thread: 1 }),
      event('token.expiring', 5, { ...expiring(other), thread: 2 }),
      event('token.request.sent', 10, { thread: 1 }),
      event('token.request.sent', 15, { thread: 2 }),
      event('token.cached', 200, { ...cached(other), thread: 9 }),
      event('token.cached', 300, { ...cached(user), thread: 9 }),
    ]);
    expect(
      traces.map(({ spans: [root] }) => [
        root.attributes['ccm.user.sid'],
        (root.endUs - root.startUs) / 1000,
      ]),
    ).toEqual([
      [user, 300],
      [other, 195],
    ]);
  });

  it('gives a request on one thread no failure of another thread', () => {
    const event = createEventMaker();
    const traces = correlate([
      event('token.request.sent', 0, { thread: 1 }),
      event('http.response.failed', 5, {
        thread: 2,
        outcome: 'fail',
        attributes: { 'error.type': 'http_500' },
      }),
      event('token.cached', 10, { thread: 1, outcome: 'ok' }),
    ]);
    expect(drawTraces(traces)).toEqual(['token request ok']);
    expect(traces[0]?.spans[0].events.map(({ name }) => name)).toEqual([
      'token.request.sent',
      'token.cached',
    ]);
  });

  it('takes the beginning of a forward from its elapsed time where one record tells all', () => {
    const event = createEventMaker();
    const attributes = {
      'ccm.message.id': 'm',
      'ccm.elapsed_ms': 40,
      'url.full': 'https://mp01.contoso.local/CCM_STS',
    };
    const [trace] = correlate([
      event('connector.request.completed', 100, { ...cp, outcome: 'ok', attributes }),
    ]);
    expect(trace && drawTraces([trace])).toEqual(['token request ok', '  connection point forward ok']);
    expect(trace?.spans.map(({ startUs, endUs }) => endUs - startUs)).toEqual([40_000, 40_000]);
  });

  it('ties the first verbose line of a forward to the others by thread and time', () => {
    const event = createEventMaker();
    const address = { 'url.full': 'https://mp01.contoso.local/CCM_STS' };
    const ended = (id: string): GivenEvent => ({
      ...cp,
      outcome: 'ok',
      attributes: { ...address, 'ccm.message.id': id, 'ccm.elapsed_ms': 20 },
    });
    const traces = correlate([
      event('connector.url.switched', 0, {
        ...cp,
        thread: 1,
        attributes: { 'url.full': 'https:///mp01.contoso.local/CCM_STS' },
      }),
      event('connector.request.completed', 25, { ...ended('a'), thread: 2 }),
      event('connector.url.switched', 40_000, { ...cp, thread: 1, attributes: address }),
      event('connector.request.completed', 60_000, { ...ended('b'), thread: 1 }),
    ]);
    const forwards = traces.map(({ spans: [, forward] }) => [
      forward?.attributes['ccm.message.id'],
      forward?.events.length,
      ((forward?.endUs ?? 0) - (forward?.startUs ?? 0)) / 1000,
    ]);
    expect(forwards).toEqual([
      ['a', 2, 25],
      [undefined, 1, 0],
      ['b', 1, 20],
    ]);
  });

  it('never makes a span of what a gateway counts, but tells its average on the requests of the interval', () => {
    const event = createEventMaker();
    const counted = { 'url.path': '/CCM_PROXY_SERVERAUTH/9/CCM_STS', 'ccm.cmg.average_elapsed_ms': 71 };
    const sent = { attributes: { 'url.full': 'https://cmg.contoso.com/CCM_Proxy_ServerAuth/9/CCM_STS' } };
    const traces = correlate([
      event('token.request.sent', 0, sent),
      event('token.cached', 400, { outcome: 'ok' }),
      event('gateway.requests.counted', 30_000, {
        tier: 'cloud management gateway',
        log: 'CMGService.log',
        host: 'CMG',
        attributes: counted,
      }),
      event('token.request.sent', 40_000, sent),
      event('token.cached', 40_400, { outcome: 'ok' }),
    ]);
    expect(traces.map(({ spans: [root] }) => root.attributes['ccm.cmg.average_elapsed_ms'])).toEqual([
      71,
      undefined,
    ]);
  });

  it('groups token requests of a management point by thread', () => {
    const event = createEventMaker();
    const traces = correlate([
      event('sts.request.started', 0, { ...sts, thread: 1 }),
      event('sts.request.started', 1, { ...sts, thread: 2 }),
      event('sts.request.failed', 5, {
        ...sts,
        thread: 1,
        outcome: 'fail',
        attributes: { 'error.type': 'token_expired' },
      }),
      event('sts.request.completed', 8, { ...sts, thread: 2, outcome: 'ok' }),
    ]);
    expect(drawTraces(traces)).toEqual([
      'token request error token_expired',
      '  issue token error token_expired',
      'token request ok',
      '  issue token ok',
    ]);
  });

  it('leaves what could be of two callers a trace of its own, linked to who it could be of', () => {
    const event = createEventMaker();
    const url = { 'url.full': 'https://mp01.contoso.local/CCM_STS' };
    const traces = correlate([
      ...['WIN-1', 'WIN-2'].flatMap((host) => [
        event('token.request.sent', 0, { host }),
        event('token.cached', 400, { host, outcome: 'ok' }),
      ]),
      event('connector.request.completed', 300, {
        ...cp,
        outcome: 'ok',
        attributes: { ...url, 'ccm.message.id': 'm', 'ccm.elapsed_ms': 200 },
      }),
    ]);
    expect(traces.map(({ spans: [{ resource }] }) => resource.host).sort()).toEqual([
      'CP01',
      'WIN-1',
      'WIN-2',
    ]);
    const forward = traces
      .flatMap(({ spans }) => spans)
      .find(({ name }) => name === 'connection point forward');
    const clients = traces.filter(({ spans: [{ resource }] }) => resource.tier === 'client');
    const candidates = new Set(clients.map(({ traceId }) => traceId));
    expect(forward?.links.length).toBeGreaterThan(0);
    expect(forward?.links.filter(({ traceId }) => !candidates.has(traceId))).toEqual([]);
    for (const { attributes } of forward?.links ?? [])
      expect(attributes['ccm.link.confidence']).toBeLessThan(0.8);
  });

  it('marks a story whose beginning is before the log', () => {
    const event = createEventMaker();
    const [trace] = correlate([
      event('token.cached', 0, cached(user)),
      event('token.cached', 9000, cached(user)),
    ]);
    expect(trace?.spans[0].attributes['ccm.story.partial']).toBe(true);
  });

  it('lets no well-known account or empty id be an identity', () => {
    const event = createEventMaker();
    const nobody = { 'ccm.user.sid': 'S-1-5-18', 'ccm.client.guid': '00000000-0000-0000-0000-000000000000' };
    const [trace] = correlate([
      event('token.request.sent', 0),
      event('token.cached', 10, { outcome: 'ok', attributes: nobody }),
    ]);
    expect(trace?.identities).toMatchObject({ clientGuids: [], sids: [] });
  });

  it('hands down to later lines of a host what its lines said of it', () => {
    const event = createEventMaker();
    const guid = '7D4C2B19-A3E8-4F56-9C07-E15B8D62F0A4';
    const traces = correlate([
      event('registration.already_registered', 0, {
        log: 'ClientIDManagerStartup.log',
        outcome: 'ok',
        attributes: { 'ccm.client.guid': guid },
      }),
      event('token.request.sent', 5000),
      event('token.cached', 5100, { outcome: 'ok' }),
    ]);
    expect(traces[0]?.identities.clientGuids).toEqual([guid]);
    expect(traces[0]?.spans[0].attributes['ccm.client.guid']).toBe(guid);
  });

  it('counts events without a time as lost', () => {
    const event = createEventMaker();
    const report = createMemoryReport();
    const timeless = event('token.cached', 0);
    correlate([{ ...timeless, record: { ...timeless.record, timeUs: undefined } }], { report });
    expect(report.losses.get('event_without_time')).toBe(1);
  });

  it('keeps open stories below their limit, oldest first, and says so', () => {
    const event = createEventMaker();
    const report = createMemoryReport();
    const traces = correlate(
      Array.from({ length: 5 }, (_, i) => event('token.request.sent', i, { thread: i })),
      { report, maxOpenPerHost: 3 },
    );
    expect(traces).toHaveLength(5);
    expect(report.losses.get('story_limit')).toBe(2);
    expect(traces.slice(0, 2).map(({ spans: [root] }) => root.endUs - root.startUs)).toEqual([0, 0]);
  });

  it('keeps the evidence of a span below its limit', () => {
    const event = createEventMaker();
    const steps = Array.from({ length: 9 }, (_, i) => event('http.request.sent', i + 1));
    const [trace] = correlate(
      [event('token.request.sent', 0), ...steps, event('token.cached', 20, { outcome: 'ok' })],
      { maxEventsPerSpan: 4 },
    );
    expect(trace?.spans[0].events.length).toBeLessThanOrEqual(4);
    expect(trace?.spans[0].status.code).toBe('ok');
  });

  it('leaves the original of records out, or who it speaks of, where asked to', () => {
    const event = createEventMaker();
    const events = [
      event('token.request.sent', 0),
      event('token.cached', 10, { outcome: 'ok', message: `Cached encrypted token for '${user}'.` }),
    ];
    const originals = (original: 'full' | 'redacted' | 'off'): unknown =>
      correlate(events, { original })[0]?.spans[0].events[1]?.attributes['log.record.original'];
    expect(originals('full')).toBe(`Cached encrypted token for '${user}'.`);
    expect(originals('redacted')).toBe("Cached encrypted token for 'S-1-…'.");
    expect(originals('off')).toBeUndefined();
  });
});
