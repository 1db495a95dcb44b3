import { describe, expect, it } from 'vitest';
import { fill } from './cause.ts';

describe('fill()', () => {
  it('puts in attributes by name', () => {
    expect(fill('{host} cannot reach {server.address}.', { host: 'WIN-1', 'server.address': 'cmg' })).toBe(
      'WIN-1 cannot reach cmg.',
    );
  });

  it('leaves a part in brackets out where one of its attributes is absent', () => {
    const template = 'Failed[ with {ccm.hresult}][ at {server.address}].';
    expect(fill(template, { 'ccm.hresult': '0x87d0027e' })).toBe('Failed with 0x87d0027e.');
  });

  it('says that a value was not logged where it stands outside brackets', () => {
    expect(fill('{host} cannot reach {server.address}.', { host: 'WIN-1' })).toBe(
      'WIN-1 cannot reach (not logged).',
    );
  });

  it('takes nothing from a value for a place of its own', () => {
    expect(fill('{line}', { line: 'odd {host} [text]', host: 'WIN-1' })).toBe('odd {host} [text]');
  });
});
