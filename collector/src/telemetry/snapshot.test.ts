import { describe, expect, it } from 'vitest';
import { madeTrace } from '../../../test/support/traces.ts';
import { createTelemetry } from './index.ts';
import { otelNames } from './otel-names.ts';

function telemetry() {
  const log = { level: 'error', format: 'text', write: () => undefined } as const;
  return createTelemetry({ clock: { nowUs: () => 1_735_693_200_000_000 }, version: '1', log });
}

describe('Telemetry.snapshot()', () => {
  it('gives each metric its OpenTelemetry name, before and after /metrics was asked for', async () => {
    const subject = telemetry();
    const names = async () => (await subject.snapshot()).families.map(({ name }) => name).sort();
    const expected = Object.values(otelNames)
      .map(([name]) => name)
      .sort();
    expect(await names()).toEqual(expected);
    await subject.metrics();
    expect(await names()).toEqual(expected);
  });

  it('takes a histogram apart into the counts of its buckets', async () => {
    const subject = telemetry();
    subject.observe([
      madeTrace({ number: 1, durationUs: 1_200_000 }),
      madeTrace({ number: 2, durationUs: 3_000_000 }),
    ]);
    const { families } = await subject.snapshot();
    const duration = families.find(({ name }) => name === 'ccm.token.request.duration');
    expect(duration).toMatchObject({
      unit: 's',
      points: [
        {
          bounds: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
          counts: [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0],
          sum: 4.2,
          labels: { site: 'ABC', story: 'token request', tier: 'ccm-client', outcome: 'ok' },
        },
      ],
    });
  });
});
