import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';
import { signalUrl } from './destination.ts';
import { encodeProtobuf } from './protobuf/encode.ts';
import { traceRequest } from './protobuf/messages.ts';
import { judge, statusOf } from './verdict.ts';

const nowUs = 1_735_693_200_000_000;

function answered(status: number, part: { retryAfter?: string; contentType?: string; body?: string } = {}) {
  const { retryAfter = '', contentType = 'application/json', body = '' } = part;
  return judge({ kind: 'answered', status, retryAfter, contentType, body: Buffer.from(body) }, nowUs);
}

function afterMs(retryAfter: string): unknown {
  return Reflect.get(answered(503, { retryAfter }), 'afterMs');
}

function inData(status: number): unknown {
  return Reflect.get(answered(status), 'inData');
}

describe('judge()', () => {
  it.each([429, 502, 503, 504])('takes %i for a wish to try again', (status) => {
    expect(answered(status)).toMatchObject({ kind: 'again', afterMs: -1 });
  });

  it('reads Retry-After as seconds or as a date, and never waits more than an hour', () => {
    expect(afterMs('3')).toBe(3000);
    expect(afterMs('Wed, 01 Jan 2025 01:00:09 GMT')).toBe(9000);
    expect(afterMs('Wed, 01 Jan 2020 01:00:09 GMT')).toBe(0);
    expect(afterMs('999999999')).toBe(3_600_000);
    expect(afterMs('soon')).toBe(-1);
  });

  it('reads partial success in JSON and in protobuf', () => {
    const body = '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"full"}}';
    expect(answered(200, { body })).toEqual({ kind: 'taken', rejected: 2, message: 'full' });
    const protobuf = { body: '\n\b\b\u0002\u0012\u0004full', contentType: 'application/x-protobuf' };
    expect(answered(200, protobuf)).toEqual({ kind: 'taken', rejected: 2, message: 'full' });
    const logs = '{"partialSuccess":{"rejectedLogRecords":5}}';
    expect(answered(200, { body: logs })).toMatchObject({ rejected: 5 });
  });

  it.each(['null', '"ok"', '<html>', '{"partialSuccess":null}', '{"partialSuccess":{"rejectedSpans":"x"}}'])(
    'takes a success with the odd answer %s for a success',
    (body) => {
      expect(answered(200, { body })).toMatchObject({ kind: 'taken', rejected: 0 });
    },
  );

  it('tells a fault in the data from a fault in the settings', () => {
    expect([400, 413, 422, 401, 403, 404, 500].map(inData)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('statusOf()', () => {
  it('is a label of few values', () => {
    expect(statusOf({ kind: 'unanswered', reason: 'network', message: 'ECONNRESET 1.2.3.4' })).toBe(
      'network',
    );
  });
});

describe('backoffMs()', () => {
  it('doubles up to its limit, spread by chance over the upper half', () => {
    const options = { firstMs: 100, maxMs: 1000 };
    expect([1, 2, 3, 4, 5, 99].map((tries) => backoffMs(tries, -1, 1, options))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
    expect(backoffMs(1, -1, 0, options)).toBe(50);
  });

  it('never undercuts what the destination asks for', () => {
    expect(backoffMs(1, 5000, 0)).toBeGreaterThanOrEqual(5000);
  });
});

describe('signalUrl()', () => {
  it.each([
    ['http://a:4318', 'http://a:4318/v1/traces'],
    ['http://a:4318/', 'http://a:4318/v1/traces'],
    ['https://a/otlp', 'https://a/otlp/v1/traces'],
    ['https://a/otlp/v1/traces', 'https://a/otlp/v1/traces'],
  ])('adds the path of the signal to %s', (url, whole) => {
    expect(signalUrl({ url }, 'traces').href).toBe(whole);
  });

  it('uses an address of the signal as it is', () => {
    expect(signalUrl({ url: 'http://a', signalUrls: { traces: 'http://b/x' } }, 'traces').href).toBe(
      'http://b/x',
    );
  });
});

describe('encodeProtobuf()', () => {
  it('writes the bytes that the official library writes', () => {
    const attributes = [
      { key: 'd', value: { doubleValue: 1 } },
      { key: 'i', value: { intValue: '-1' } },
      { key: 'b', value: { boolValue: true } },
    ];
    const span = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      name: 'x',
      kind: 3,
      startTimeUnixNano: '1592983906376000000',
      attributes,
    };
    const request = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
    expect(Buffer.from(encodeProtobuf(traceRequest, request)).toString('hex')).toBe(
      '0a4f124d124b0a100af7651916cd43dd8448eb211c80319c2a017830033900a274406c6a1b164a0e0a0164120921000000000000f03f4a100a0169120b18ffffffffffffffffff014a070a016212021001',
    );
  });

  it('keeps lengths right where they need more than one byte', () => {
    const long = {
      resourceSpans: [{ resource: { attributes: [{ key: 'k'.repeat(300), value: { stringValue: '' } }] } }],
    };
    expect(Buffer.from(encodeProtobuf(traceRequest, long)).subarray(0, 12).toString('hex')).toBe(
      '0ab9020ab6020ab3020aac02',
    );
  });
});
