import { describe, expect, it } from 'vitest';
import { collectorMetrics, fleetMetrics } from './metrics.ts';
import { aboveZero, buckets, orZero, perMinute, quantile, ratio, series, shareWithout } from './promql.ts';

describe('series()', () => {
  it('refuses a label that the metric does not carry', () => {
    expect(() => series(fleetMetrics.stsDuration, { device: '="x"' })).toThrow(
      'ccm_sts_duration_seconds has no label device: it has site, host, outcome.',
    );
  });
});

describe('perMinute()', () => {
  it('counts a histogram by its count', () => {
    expect(perMinute(fleetMetrics.stsDuration, { outcome: '="ok"' }, ['host'])).toBe(
      '60 * sum by (host) (rate(ccm_sts_duration_seconds_count{outcome="ok"}[$__rate_interval]))',
    );
  });
});

describe('quantile()', () => {
  it('keeps the bucket label beside the others', () => {
    expect(quantile(0.95, fleetMetrics.stsDuration, {}, ['host'])).toBe(
      'histogram_quantile(0.95, sum by (le, host) (rate(ccm_sts_duration_seconds_bucket[$__rate_interval])))',
    );
  });
});

describe('buckets()', () => {
  it('sums each bucket over the zoom interval', () => {
    expect(buckets(fleetMetrics.stsDuration, { site: '=~"$site"' })).toBe(
      'sum by (le) (increase(ccm_sts_duration_seconds_bucket{site=~"$site"}[$__rate_interval]))',
    );
  });
});

describe('ratio()', () => {
  it('is zero where nothing bad was ever counted, and absent where nothing was counted', () => {
    expect(ratio('a', 'b')).toBe('(a or vector(0)) / (b > 0)');
  });
});

describe('shareWithout()', () => {
  it('is 1 where none of the kind was counted, for each label', () => {
    const { joinCalibration } = collectorMetrics;
    expect(shareWithout(joinCalibration, { outcome: '="wrong"' }, { hop: '="client"' }, ['stated'])).toBe(
      '1 - (sum by (stated) (increase(ccmtrace_join_calibration_total{hop="client", outcome="wrong"}[$__range])) or ' +
        '0 * sum by (stated) (increase(ccmtrace_join_calibration_total{hop="client"}[$__range]))) / ' +
        '(sum by (stated) (increase(ccmtrace_join_calibration_total{hop="client"}[$__range])) > 0)',
    );
  });
});

describe('aboveZero()', () => {
  it('is empty where a collector counted nothing, and says where none answered', () => {
    expect(aboveZero('sum by (reason) (x)', 'reason')).toBe(
      'sum by (reason) (x) > 0 or label_replace(0 * ' +
        'absent_over_time(ccmtrace_build_info[$__range] @ end()), "reason", "no collector answered", "", "")',
    );
  });
});

describe('orZero()', () => {
  it('is zero only where a collector answers', () => {
    expect(orZero('sum (x)')).toBe('sum (x) or 0 * count (ccmtrace_build_info)');
  });
});
