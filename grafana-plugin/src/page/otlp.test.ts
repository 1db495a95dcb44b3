import { describe, expect, it } from 'vitest';
import { traceOtlp } from '../layout/otlp-json.ts';
import { readOtlp, type OtlpTraces } from './otlp.ts';

const document: OtlpTraces = {
  resourceSpans: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'ccm-client' } },
          { key: 'host.name', value: { stringValue: 'W' } },
        ],
      },
      scopeSpans: [
        {
          spans: [
            {
              traceId: 'aa',
              spanId: '01',
              parentSpanId: '',
              name: 'token renewal',
              kind: 1,
              startTimeUnixNano: '1772955106376123000',
              endTimeUnixNano: '1772955106788456000',
              attributes: [
                { key: 'ccm.link.confidence', value: { doubleValue: 0.5 } },
                { key: 'n', value: { intValue: '7' } },
                { key: 'yes', value: { boolValue: true } },
              ],
              status: { code: 2, message: 'no' },
              events: [
                {
                  name: 'token.expiring',
                  timeUnixNano: '1772955106376500000',
                  attributes: [{ key: 'ccm.log.offset', value: { intValue: '12' } }],
                },
              ],
              links: [{ traceId: 'bb', spanId: '02', attributes: [] }],
            },
          ],
        },
      ],
    },
  ],
};

describe('readOtlp()', () => {
  it('reads times to the microsecond, status, attributes, events and links', () => {
    const [table] = readOtlp(document);
    expect(table).toMatchObject({
      traceId: 'aa',
      names: ['token renewal'],
      services: ['ccm-client'],
      hosts: ['W'],
    });
    expect(table!.startMs[0]).toBeCloseTo(1_772_955_106_376.123, 3);
    expect(table!.durationMs[0]).toBe(412.333);
    expect(table!.status[0]).toBe(2);
    expect(table!.confidence[0]).toBe(0.5);
    expect(table!.detail(0)).toMatchObject({
      kind: 'internal',
      statusMessage: 'no',
      links: [{ traceId: 'bb', spanId: '02' }],
    });
  });

  it('keeps traces apart', () => {
    const [resource] = document.resourceSpans!;
    const [span] = resource!.scopeSpans![0]!.spans!;
    const two = {
      resourceSpans: [{ ...resource, scopeSpans: [{ spans: [span!, { ...span!, traceId: 'cc' }] }] }],
    };
    expect(readOtlp(two).map(({ traceId }) => traceId)).toEqual(['aa', 'cc']);
  });

  it('is empty for an empty answer', () => {
    expect(readOtlp({})).toEqual([]);
  });
});

describe('traceOtlp()', () => {
  it('writes what was read', () => {
    expect(traceOtlp(readOtlp(document)[0]!)).toEqual(document);
  });
});
