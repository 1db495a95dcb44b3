import { describe, expect, it } from 'vitest';
import { parse } from './fixtures.ts';
import { placeTime, readFraction } from './stamp.ts';
import { createZoneBias, utcZone } from './zone.ts';

const ms = (microsecond: number): number => microsecond * 1000;

describe('readFraction()', () => {
  it.each([
    ['.738+240', ms(738), 240],
    ['.738+300', ms(738), 300],
    ['.738-330', ms(738), -330],
    ['.040-780', ms(40), -780],
    ['.123+480', ms(123), 480],
    ['.123+000', ms(123), 0],
    ['.123+0', ms(123), 0],
    ['.376+00', ms(376), 0],
    ['.123', ms(123), undefined],
    ['', 0, undefined],
    ['+300', 0, 300],
    ['.123+-420', ms(123), -420],
    ['.123 600', ms(123), 600],
    ['.935600', ms(935), 600],
    ['.935613', 935_613, undefined],
    ['.8422964', 842_296, undefined],
    ['.842296+300', 842_296, 300],
    ['.7+000', ms(7), 0],
    ['.70+000', ms(70), 0],
  ])('reads %s', (text, microsecond, bias) => {
    expect(readFraction(text)).toEqual({ microsecond, bias });
  });

  it.each(['.', '.123+', 'x', '.123+99999', '.123+9999', '.12+1 2'])('refuses %s', (text) => {
    expect(readFraction(text)).toBeUndefined();
  });
});

describe('placeTime()', () => {
  const midnight = { year: 2019, month: 12, day: 31, hour: 0, minute: 0, second: 0, microsecond: 0 };

  it('adds the bias to the local time: the sign is the opposite of an ISO offset', () => {
    // UpdatesHandler on a host whose management point stamped its reply 2019-10-08T18:35:59.080 a third of a second later.
    const [record] = parse(
      '<![LOG[m]LOG]!><time="14:35:58.738+240" date="10-08-2019" component="UpdatesHandler">',
    );
    expect(new Date((record?.timeUs ?? 0) / 1000).toISOString()).toBe('2019-10-08T18:35:58.738Z');
    expect(record?.loggedAt).toBe('2019-10-08T14:35:58.738-04:00');
  });

  it('goes over midnight and the end of the year', () => {
    const placed = placeTime({ ...midnight, hour: 23, minute: 59 }, 480, utcZone);
    expect(new Date((placed?.timeUs ?? 0) / 1000).toISOString()).toBe('2020-01-01T07:59:00.000Z');
    const before = placeTime(midnight, -780, utcZone);
    expect(new Date((before?.timeUs ?? 0) / 1000).toISOString()).toBe('2019-12-30T11:00:00.000Z');
  });

  it.each([{ month: 13 }, { day: 32 }, { month: 2, day: 30 }, { hour: 25 }, { minute: 60 }, { month: 0 }])(
    'refuses %o',
    (wrong) => {
      expect(placeTime({ ...midnight, ...wrong }, 0, utcZone)).toBeUndefined();
    },
  );

  it('takes a time without bias as UTC, and says no offset', () => {
    expect(placeTime(midnight, undefined, utcZone)).toEqual({
      timeUs: Date.UTC(2019, 11, 31) * 1000,
      loggedAt: '2019-12-31T00:00:00.000',
    });
  });
});

describe('createZoneBias()', () => {
  const bias = createZoneBias('America/New_York');
  const at = (...parts: [number, number, number, number, number]): number => bias(Date.UTC(...parts) * 1000);

  it('knows summer and winter', () => {
    expect([at(2024, 6, 1, 12, 0), at(2024, 0, 1, 12, 0)]).toEqual([240, 300]);
  });

  it('takes the first of the two hours of autumn', () => {
    expect(at(2024, 10, 3, 1, 30)).toBe(240);
  });

  it('gives the hour that spring leaves out a time after the change', () => {
    const utc = Date.UTC(2024, 2, 10, 2, 30) + at(2024, 2, 10, 2, 30) * 60_000;
    expect(utc).toBeGreaterThanOrEqual(Date.UTC(2024, 2, 10, 6, 30));
    expect(utc).toBeLessThanOrEqual(Date.UTC(2024, 2, 10, 7, 30));
  });

  it('is asked for records without a bias only', () => {
    const text = '<![LOG[m]LOG]!><time="12:00:00.000" date="7-1-2024" component="c">';
    const [record] = parse(text, { zoneOf: () => 'America/New_York' });
    expect(record).toMatchObject({
      timeUs: Date.UTC(2024, 6, 1, 16) * 1000,
      loggedAt: '2024-07-01T12:00:00.000',
    });
  });

  it('refuses a zone that nobody knows', () => {
    expect(() => createZoneBias('Nowhere/Land')).toThrow(RangeError);
  });
});
