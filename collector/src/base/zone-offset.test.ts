import { describe, expect, it } from 'vitest';
import { createZoneOffset } from './zone-offset.ts';

describe('createZoneOffset()', () => {
  it('follows daylight saving to the minute', () => {
    const berlin = createZoneOffset('Europe/Berlin');
    const change = Date.UTC(2026, 2, 29, 1);
    expect([berlin(change - 1), berlin(change)]).toEqual([60, 120]);
  });

  it('knows zones of quarter hours, and those behind UTC', () => {
    expect(createZoneOffset('Asia/Kathmandu')(Date.UTC(2026, 0, 1))).toBe(345);
    expect(createZoneOffset('America/St_Johns')(Date.UTC(2026, 0, 1))).toBe(-210);
  });

  it('throws where a zone is not known', () => {
    expect(() => createZoneOffset('Mars/Olympus')).toThrow(RangeError);
  });
});
