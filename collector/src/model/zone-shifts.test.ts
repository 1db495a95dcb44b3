import { describe, expect, it } from 'vitest';
import type { LogEvent } from './event.ts';
import { createZoneShifts, type ZoneShift } from './zone-shifts.ts';

/** What a host wrote of a device, at minutes of true time, by a clock that is so many minutes ahead. */
interface Line {
  readonly host: string;
  readonly device: number;
  readonly atMin: number;
  readonly aheadMin?: number;
}

function found(lines: readonly Line[]): readonly ZoneShift[] {
  const shifts = createZoneShifts();
  for (const { host, device, atMin, aheadMin = 0 } of lines)
    shifts.see({
      name: 'sts.token.validated',
      tier: host.startsWith('MP') ? 'management point' : 'client',
      attributes: { 'ccm.entra.device.id': `a2fd51c0-c6a0-4de6-90ed-0000000000${device}` },
      record: { source: { host }, timeUs: (atMin + aheadMin) * 60e6 },
    } as unknown as LogEvent);
  return shifts.found();
}

/** Three calls of a device, on itself and at a management point, seconds apart. */
function calls(device: number, ahead: { client?: number; server?: number } = {}): Line[] {
  return [0, 487, 951].flatMap((atMin): Line[] => [
    { host: `WIN-${device}`, device, atMin: atMin + 7 * device, aheadMin: ahead.client ?? 0 },
    { host: 'MP01', device, atMin: atMin + 7 * device + 0.02, aheadMin: ahead.server ?? 0 },
  ]);
}

describe('createZoneShifts()', () => {
  it('names the client whose times are whole quarter hours off', () => {
    const lines = [calls(11), calls(12, { client: 345 }), calls(13)].flat();
    expect(found(lines)).toEqual([{ host: 'WIN-12', minutes: 345, votes: 3 }]);
  });

  it('names the server that differs from all clients rather than them', () => {
    const lines = [11, 12, 13].flatMap((device) => calls(device, { server: -480 }));
    expect(found(lines)).toEqual([{ host: 'MP01', minutes: -480, votes: 9 }]);
  });

  it('blames the client where a client and a server only differ from each other', () => {
    expect(found(calls(12, { client: 60 })).map(({ host }) => host)).toEqual(['WIN-12']);
  });

  it('says the same whatever the order of the records', () => {
    const lines = [calls(11), calls(12, { client: 60 }), calls(13)].flat();
    expect(found(lines.toReversed())).toEqual(found(lines));
  });

  it('takes a clock that is minutes off for a wrong clock, not for a zone', () => {
    expect(found([calls(11), calls(12, { client: 7 })].flat())).toEqual([]);
  });

  it('finds nothing in two calls, nor where as many calls agree', () => {
    expect(found(calls(12, { client: 60 }).slice(0, 4))).toEqual([]);
    expect(found([...calls(12, { client: 60 }), ...calls(12)])).toEqual([]);
  });
});
