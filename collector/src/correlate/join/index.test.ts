import { describe, expect, it } from 'vitest';
import { madeSegment, nobody } from '../../../../test/support/segment.ts';
import type { Segment } from '../segment.ts';
import type { JoinCheck } from '../../contract/join-check.ts';
import { joinSegments } from './index.ts';
import { numbers } from './intervals/sample-edges.testing.ts';

const user = 'e8838041-db7a-42d5-b9ae-78813910e4cc';

function request(key: string, startMs: number, endMs: number, more: Partial<Segment> = {}): Segment {
  return madeSegment({ key, startUs: startMs * 1000, endUs: endMs * 1000, ...more });
}

function forward(key: string, startMs: number, endMs: number, more: Partial<Segment> = {}): Segment {
  const place = { name: 'connection point forward', tier: 'connection point', host: 'CP01' } as const;
  return request(key, startMs, endMs, { ...place, serverAddress: 'mp01.contoso.local', ...more });
}

function issue(key: string, startMs: number, endMs: number, more: Partial<Segment> = {}): Segment {
  const place = { name: 'issue token', tier: 'management point', host: 'MP01' } as const;
  return request(key, startMs, endMs, { ...place, kind: 'server', ...more });
}

function placed(segments: readonly Segment[]): string[] {
  return joinSegments(segments)
    .joins.filter(({ place }) => place === 'parent')
    .map(({ caller, callee, method }) => `${caller.key} > ${callee.key} by ${method}`);
}

describe('joinSegments()', () => {
  it('places a forward under the request and the issue under the forward', () => {
    const ids = { ...nobody, entraUserIds: [user] };
    expect(
      placed([
        request('r', 0, 900, { identities: ids }),
        forward('f', 100, 800),
        issue('i', 150, 700, { identities: ids }),
      ]),
    ).toEqual(['r > f by entra_id', 'f > i by time']);
  });

  it('trusts the learned user where the SIDs differ, as in the published renewal', () => {
    const client = { ...nobody, entraUserIds: [user], sids: ['s-1-5-21-1-2-3-3289177'] };
    const server = { ...nobody, entraUserIds: [user], sids: ['s-1-5-21-9-9-9-1604'] };
    const found = placed([
      request('r', 0, 900, { identities: client }),
      issue('i', 100, 700, { identities: server }),
    ]);
    expect(found).toEqual(['r > i by entra_id']);
  });

  it('joins a forward known by its first record only', () => {
    const found = placed([
      request('r', 0, 900),
      forward('f', 100, 100, { endKnown: false }),
      issue('i', 150, 700),
    ]);
    expect(found).toEqual(['r > f by time', 'f > i by time']);
  });

  it('leaves apart what another management point served', () => {
    expect(placed([forward('f', 100, 800), issue('i', 150, 700, { host: 'MP02' })])).toEqual([]);
  });

  it('corrects a client clock so that the callee lies within its caller', () => {
    const ids = { ...nobody, entraUserIds: [user] };
    const { joins, clocks } = joinSegments([
      request('r', 1500, 2400, { identities: ids }),
      issue('i', 100, 700, { identities: ids }),
    ]);
    expect(joins).toHaveLength(1);
    const offset = clocks.find(({ host }) => host === 'WIN-1')?.offsetUs ?? 0;
    expect(1500e3 + offset).toBeLessThanOrEqual(100e3);
    expect(2400e3 + offset).toBeGreaterThanOrEqual(700e3);
  });

  it('gives the same result whatever the order of its input', () => {
    const all = [request('r', 0, 900), forward('f', 100, 800), issue('i', 150, 700), request('s', 10, 990)];
    expect(joinSegments(all.toReversed())).toEqual(joinSegments(all));
  });

  it('is never nearly certain of a client by time alone', () => {
    const { joins } = joinSegments([request('r', 0, 900), forward('f', 100, 800), issue('i', 150, 700)]);
    const stated = new Map(joins.map(({ callee, confidence }) => [callee.key, confidence]));
    expect(stated.get('f')).toBeLessThan(0.95);
    expect(stated.get('f')).toBeGreaterThan(0.8);
    expect(stated.get('i')).toBeGreaterThan(0.95);
  });

  it('proves a gateway forward by its MessageID', () => {
    const id = { attributes: { 'ccm.message.id': '68d2628a-4f50-4357-af56-1f0da3a75ae3' } };
    const gateway = forward('g', 90, 810, {
      ...id,
      name: 'gateway forward',
      tier: 'cloud management gateway',
      host: 'CMG',
    });
    expect(placed([request('r', 0, 900), gateway, forward('f', 100, 800, id), issue('i', 150, 700)])).toEqual(
      ['r > g by time', 'g > f by message_id', 'f > i by time'],
    );
  });

  describe('with enough calls to learn from', () => {
    const calls = 150;
    /** Overlapping requests of many clients; the management point's clock is 400 ms ahead, clients' are off by up to a second. */
    const next = numbers(3);
    let at = 10_000;
    const fleet = Array.from({ length: calls }, (_, call) => {
      at -= 55 * Math.log(1 - next());
      const [sent, began, ended, answered] = [
        60 + 40 * next(),
        3 + 4 * next(),
        15 + 90 * next(),
        3 + 4 * next(),
      ];
      const clock = -1000 + 2000 * next();
      const ids = { ...nobody, entraDeviceIds: [`device-${call}`] };
      const done = at + sent + began + ended + answered;
      return [
        request(`r${call}`, at + clock, done + 50 + clock, { host: `WIN-${call}`, identities: ids }),
        forward(`f${call}`, at + sent, done),
        issue(`i${call}`, at + sent + began + 400, at + sent + began + ended + 400, { identities: ids }),
      ];
    }).flat();

    it('joins overlapping calls across wrong clocks', () => {
      const found = new Set(placed(fleet));
      const right = Array.from({ length: calls }, (_, call) => call).filter(
        (call) => found.has(`r${call} > f${call} by entra_id`) && found.has(`f${call} > i${call} by time`),
      );
      expect(right.length).toBeGreaterThan(0.9 * calls);
    });

    it('does not take another call of the same client for one whose answer no log holds', () => {
      const ids = { ...nobody, entraDeviceIds: ['device-0'] };
      const again = request('again', 0, 0, { host: 'WIN-0', identities: ids, ...around(0, 15e6) });
      const found = placed([again, ...fleet.filter(({ key }) => key !== 'r0')]);
      expect(found).toContain('r1 > f1 by entra_id');
      expect(found.filter((join) => join.startsWith('again'))).toEqual([]);
    });

    /** A request around a call's forward, by a clock that is off by so much. */
    function around(call: number, clockUs: number): { startUs: number; endUs: number } {
      const own = fleet.find(({ key }) => key === `f${call}`);
      return { startUs: (own?.startUs ?? 0) - 80e3 + clockUs, endUs: (own?.endUs ?? 0) + 53e3 + clockUs };
    }

    it('trusts a clock that is far off where several calls of the client say so', () => {
      const far = fleet.map((of) =>
        ['r0', 'r40', 'r80'].includes(of.key)
          ? { ...of, host: 'WIN-0', ...around(Number(of.key.slice(1)), -20e6) }
          : of,
      );
      const found = placed(far);
      expect(found).toContain('r40 > f40 by entra_id');
      expect(found).toContain('r80 > f80 by entra_id');
    });

    it('finds the clock of a client that no id names by what all its calls fit', () => {
      const own = [10, 50, 90];
      const unnamed = fleet.map((of) =>
        own.some((call) => of.key === `r${call}`)
          ? { ...of, host: 'WIN-V', identities: nobody, ...around(Number(of.key.slice(1)), 1700e3) }
          : own.some((call) => of.key === `i${call}`)
            ? { ...of, identities: nobody }
            : of,
      );
      const found = placed(unnamed);
      for (const call of own) expect(found).toContain(`r${call} > f${call} by time`);
    });

    it('is not nearly certain of a client whose calls fit two offsets of its clock as well', () => {
      const near = Array.from({ length: calls - 1 }, (_, call) => call).find((call) => {
        const apart = around(call + 1, 0).startUs - around(call, 0).startUs;
        return apart > 100e3 && apart < 1500e3;
      });
      if (near === undefined) throw new Error('no two calls are that near');
      const ids = { ...nobody, entraDeviceIds: ['twice'] };
      const twice = fleet
        .filter(({ key }) => key !== `r${near}`)
        .map((of) => {
          if (of.key === `i${near}` || of.key === `i${near + 1}`) return { ...of, identities: ids };
          return of.key === `r${near + 1}` ? { ...of, identities: ids, ...around(near + 1, 0) } : of;
        });
      const join = joinSegments(twice).joins.find(({ caller }) => caller.key === `r${near + 1}`);
      expect(join?.method).toBe('entra_id');
      expect(join?.confidence).toBeLessThan(0.95);
    });

    it('tells a clock by all calls of a client where identity alone fits two offsets', () => {
      // The clock is 1.3 s behind. Only the first call is answered by name; the second was logged just after that answer.
      const ids = { ...nobody, entraDeviceIds: ['refused'] };
      const error = { status: { code: 'error', message: '' } } as const;
      const call = (n: number, at: number, issued: Partial<Segment>, more: Partial<Segment>): Segment[] => [
        request(`x${n}`, at - 1300, at + 180 - 1300, { host: 'WIN-X', identities: ids, ...more }),
        forward(`y${n}`, at + 85, at + 115, more),
        issue(`z${n}`, at + 90 + 400, at + 110 + 400, { ...more, ...issued }),
      ];
      const known = fleet.filter(({ tier }) => tier === 'management point');
      const middle = known[known.length >> 1]?.startUs ?? 0;
      const at = middle / 1000;
      const { joins, clocks } = joinSegments([
        ...fleet,
        ...call(1, at, { identities: ids }, {}),
        ...call(2, at + 1500, {}, error),
        ...call(3, at + 2600, {}, error),
        ...call(4, at - 2300, {}, error),
      ]);
      const [told, ...others] = clocks.filter(({ host }) => host === 'WIN-X');
      expect(others).toEqual([]);
      const offset = told?.offsetUs ?? 0;
      const management = clocks.find(({ host }) => host === 'CP01')?.offsetUs ?? 0;
      expect(Math.abs(offset - management - 1.3e6)).toBeLessThanOrEqual(told?.errorUs ?? 0);
      expect(joins.find(({ callee }) => callee.key === 'y1')?.caller.key).toBe('x1');
    });

    it('doubts a join by time alone where clients of unknown clock may have called', () => {
      const clockUs = (fleet.find(({ key }) => key === 'r71')?.startUs ?? 0) - around(71, 0).startUs;
      const unnamed = { host: 'WIN-71', identities: nobody, ...around(70, clockUs) };
      const bare = fleet.map((of) => (of.key === 'r70' ? { ...of, ...unnamed } : of));
      const rivals = Array.from({ length: 40 }, (_, k) =>
        request(`x${k}`, 0, 0, { host: `WIN-X${k}`, ...around(70, 20e3 * k) }),
      );
      const of = (segments: readonly Segment[]): number =>
        joinSegments(segments).joins.find(
          ({ caller, callee }) => caller.key === 'r70' && callee.key === 'f70',
        )?.confidence ?? 0;
      const alone = of(bare);
      expect(alone).toBeGreaterThan(0.1);
      expect(of([...bare, ...rivals])).toBeLessThan(0.95 * alone);
    });

    describe('asked to check itself', () => {
      const noise = numbers(7);
      /** Each client calls five times, so that its other calls tell its clock. */
      const shared = fleet.map((of) => {
        const call = Number(of.key.slice(1));
        const ids = { ...nobody, entraDeviceIds: [`shared-${call % 30}`] };
        const { startUs, endUs } = around(call, 0);
        const sent = { startUs: startUs - 60e3 * noise(), endUs: endUs + 60e3 * noise() };
        if (of.tier === 'client') return { ...of, host: `WIN-${call % 30}`, identities: ids, ...sent };
        return of.tier === 'management point' ? { ...of, identities: ids } : of;
      });
      const checksOf = (segments: readonly Segment[]): readonly JoinCheck[] =>
        joinSegments(segments, { check: true }).checks.map(({ check }) => check);

      it('says how time alone would have joined what identities prove', () => {
        const checks = checksOf(shared);
        expect(checks.length).toBeGreaterThan(100);
        expect(checks.every(({ hop }) => hop === 'client')).toBe(true);
        const right = checks.filter((check) => check.right).length;
        expect(right / checks.length).toBeGreaterThan(0.6);
        expect(right / checks.length).toBeLessThan(1);
      });

      it('checks nothing unless asked', () => {
        expect(joinSegments(shared).checks).toEqual([]);
      });

      it('holds the gateway against its MessageIDs', () => {
        const named = shared.flatMap((of) => {
          if (of.tier !== 'connection point') return [of];
          const attributes = { 'ccm.message.id': `message ${of.key}` };
          const place = { name: 'gateway forward', tier: 'cloud management gateway', host: 'CMG' } as const;
          const outer = { key: of.key.replace('f', 'g'), startUs: of.startUs - 10e3, endUs: of.endUs + 10e3 };
          return [
            { ...of, attributes },
            { ...of, ...place, ...outer, attributes, serverAddress: '' },
          ];
        });
        const gateway = checksOf(named).filter(({ hop }) => hop === 'gateway');
        expect(gateway).toHaveLength(calls);
        expect(gateway.filter((check) => check.right).length).toBeGreaterThan(0.9 * calls);
      });
    });

    it('corrects the clocks it found', () => {
      const { clocks } = joinSegments(fleet);
      const of = (host: string): number => clocks.find((clock) => clock.host === host)?.offsetUs ?? 0;
      expect((of('CP01') - of('MP01')) / 1000).toBeGreaterThan(390);
      expect((of('CP01') - of('MP01')) / 1000).toBeLessThan(410);
    });

    it('gives the same result whatever the order of its input', () => {
      const other = [...fleet].sort((a, b) => (a.key.slice(1) < b.key.slice(1) ? 1 : -1));
      const { joins, clocks } = joinSegments(fleet);
      expect(joinSegments(other)).toMatchObject({ joins, clocks });
    });
  });
});
