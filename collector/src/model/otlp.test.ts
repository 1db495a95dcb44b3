import { describe, expect, it } from 'vitest';
import { attributesToOtlp, resourceToOtlp, spansToOtlp, toOtlp, unixNano } from './otlp.ts';
import type { Span, Trace } from './span.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';

function span(part: Partial<Span> = {}): Span {
  return {
    traceId,
    spanId: '00f067aa0ba902b7',
    parentSpanId: '',
    name: 'token request',
    kind: 'client',
    startUs: 1_592_983_906_376_000,
    endUs: 1_592_983_907_376_500,
    resource: { tier: 'client', host: 'WIN-042', site: 'ABC', clockOffsetMs: 1.5, clockErrorMs: 20 },
    status: { code: 'unset', message: '' },
    attributes: {},
    events: [],
    links: [],
    ...part,
  };
}

function trace(...spans: [Span, ...Span[]]): Trace {
  const none: string[] = [];
  const identities = {
    hosts: none,
    clientGuids: none,
    entraDeviceIds: none,
    entraUserIds: none,
    sids: none,
    messageIds: none,
  };
  return { traceId, spans, identities };
}

describe('toOtlp()', () => {
  it('gives the same bytes whatever the order of traces, spans, attributes and links', () => {
    const server = {
      tier: 'management point',
      host: 'MP01',
      site: 'ABC',
      clockOffsetMs: 0,
      clockErrorMs: -1,
    } as const;
    const links = ['b', 'a'].map((digit) => ({
      traceId: digit.repeat(32),
      spanId: digit.repeat(16),
      attributes: {},
    }));
    const one = span({ attributes: { b: 1, a: 'x' }, links });
    const two = span({
      spanId: '1'.repeat(16),
      parentSpanId: one.spanId,
      resource: server,
      startUs: one.startUs + 5,
    });
    const swapped = span({ attributes: { a: 'x', b: 1 }, links: [...links].reverse() });
    expect(JSON.stringify(toOtlp([trace(one, two)]))).toBe(JSON.stringify(toOtlp([trace(two, swapped)])));
  });

  it('groups spans by resource, tiers in order of their service names', () => {
    const server = {
      tier: 'management point',
      host: 'MP01',
      site: '',
      clockOffsetMs: 0,
      clockErrorMs: -1,
    } as const;
    const { resourceSpans } = spansToOtlp([
      span({ resource: server }),
      span(),
      span({ spanId: '1'.repeat(16) }),
    ]);
    expect(resourceSpans.map((group) => group.scopeSpans[0]?.spans.length)).toEqual([2, 1]);
  });

  it('writes a span with kind, status, nanoseconds and no empty fields', () => {
    const [group] = spansToOtlp([
      span({ status: { code: 'error', message: 'Renew the certificate.' } }),
    ]).resourceSpans;
    expect(group?.scopeSpans[0]?.spans[0]).toEqual({
      traceId,
      spanId: '00f067aa0ba902b7',
      name: 'token request',
      kind: 3,
      startTimeUnixNano: '1592983906376000000',
      endTimeUnixNano: '1592983907376500000',
      status: { code: 2, message: 'Renew the certificate.' },
    });
  });
});

describe('attributesToOtlp()', () => {
  it('keeps a whole confidence a double and a whole count an integer', () => {
    expect(attributesToOtlp({ 'ccm.link.confidence': 1, 'thread.id': 7 })).toEqual([
      { key: 'ccm.link.confidence', value: { doubleValue: 1 } },
      { key: 'thread.id', value: { intValue: '7' } },
    ]);
  });

  it('leaves out numbers that are not finite and mends lone surrogates', () => {
    expect(attributesToOtlp({ a: Number.NaN, b: 'x\ud800', c: false })).toEqual([
      { key: 'b', value: { stringValue: 'x\ufffd' } },
      { key: 'c', value: { boolValue: false } },
    ]);
  });
});

describe('resourceToOtlp()', () => {
  it('names the tier as a service and leaves out what is not known', () => {
    const known = resourceToOtlp({
      tier: 'connection point',
      host: 'CP01',
      site: '',
      clockOffsetMs: 0,
      clockErrorMs: -1,
    });
    expect(known.map(({ key, value }) => [key, value.stringValue ?? value.doubleValue])).toEqual([
      ['ccm.clock.offset_ms', 0],
      ['host.name', 'CP01'],
      ['service.instance.id', 'CP01'],
      ['service.name', 'ccm-connection-point'],
      ['service.namespace', 'configmgr'],
    ]);
  });
});

describe('unixNano()', () => {
  it('rounds to whole microseconds and does not go below zero', () => {
    expect([1.4, 0, -5].map(unixNano)).toEqual(['1000', '0', '0']);
  });
});
