import { failedRenewal } from './failed-renewal.ts';
import { traceIdOf } from './stories.ts';
import { guid } from './story.ts';

const hourUs = 3_600_000_000;
const sinceUs = Date.UTC(2026, 2, 2) * 1000;
const hours = Array.from({ length: 7 * 24 }, (_, k) => k);

const outcomes = [
  { story: 'client registration', ok: hours.map((k) => (k % 24 === 8 ? 4 : 0)), error: hours.map(() => 0) },
  {
    story: 'token renewal',
    ok: hours.map((k) => (k < 150 ? 30 + ((k * 7) % 11) : 0)),
    error: hours.map((k) => (k < 150 ? k % 3 : 42)),
  },
];

const total = (of: 'ok' | 'error') =>
  outcomes.reduce((sum, story) => sum + story[of].reduce((all, n) => all + n, 0), 0);
const failed = total('error');
const sinceOutage = 18 * 42;
const endUs = sinceUs + 7 * 24 * hourUs;

/** A week of a small fleet as the API answers it: all well until the certificate of the connection point ran out. */
export const fleet = {
  sinceUs,
  untilUs: endUs,
  bucketUs: hourUs,
  timesUs: hours.map((k) => sinceUs + k * hourUs),
  outcomes,
  sts: {
    count: hours.map((k) => (k < 150 ? 30 : 0)),
    p50Ms: hours.map((k) => (k < 150 ? 16 + (k % 5) : null)),
    p95Ms: hours.map((k) => (k < 150 ? 40 + (k % 9) : null)),
    p99Ms: hours.map((k) => (k < 150 ? 90 + (k % 17) : null)),
  },
  errors: [
    {
      errorType: 'connection_point_certificate',
      diagnosis: 'connection-point-certificate',
      story: 'token renewal',
      traces: sinceOutage,
      devices: 42,
      lastUs: endUs - 7 * 60_000_000,
      traceId: traceIdOf(failedRenewal),
      statusMessage: 'The connection point answered 403',
    },
    {
      errorType: 'timeout',
      diagnosis: 'server-timeout',
      story: 'token renewal',
      traces: failed - sinceOutage,
      devices: 61,
      lastUs: sinceUs + 149 * hourUs,
      traceId: traceIdOf(failedRenewal),
      statusMessage: 'The request timed out',
    },
  ],
  overdue: {
    count: 42,
    // As many as the API lists unless it is asked for more.
    devices: Array.from({ length: 10 }, (_, k) => ({
      host: `WIN-${String(42 + k).padStart(3, '0')}`,
      clientGuid: k === 0 ? guid : '',
      expiresUs: Date.UTC(2026, 2, 2, 16, 2, 15) * 1000 + k * 7 * 60_000_000,
      lastSeenUs: failedRenewal.startMs * 1000,
      traceId: traceIdOf(failedRenewal),
    })),
  },
  totals: { traces: total('ok') + failed, failed, devices: 214 },
};

/** The same before anything was seen. */
export const emptyFleet = {
  ...fleet,
  outcomes: [],
  sts: {
    count: hours.map(() => 0),
    p50Ms: hours.map(() => null),
    p95Ms: hours.map(() => null),
    p99Ms: hours.map(() => null),
  },
  errors: [],
  overdue: { count: 0, devices: [] },
  totals: { traces: 0, failed: 0, devices: 0 },
};
