import { describe, expect, it } from 'vitest';
import { parseCondition } from './condition.ts';

describe('parseCondition()', () => {
  it('compares without letter case and across number and text', () => {
    expect(parseCondition('CMGService_Invalid_Token')('cmgservice_invalid_token')).toBe(true);
    expect(parseCondition(401)('401')).toBe(true);
    expect(parseCondition('401')(402)).toBe(false);
  });

  it('compares numbers by size and refuses what is no number', () => {
    expect(parseCondition('>= 400')(400)).toBe(true);
    expect(parseCondition('< 400')(400)).toBe(false);
    expect(parseCondition('> 0')('x')).toBe(false);
    expect(parseCondition('>= 0')(undefined)).toBe(false);
  });

  it('holds != only for a value that is there', () => {
    expect(parseCondition('!= 0')(1)).toBe(true);
    expect(parseCondition('!= 0')(0)).toBe(false);
    expect(parseCondition('!= 0')(undefined)).toBe(false);
  });

  it.each([
    ['CMG*', 'cmgx', true],
    ['CMG*', 'xcmg', false],
    ['*IDX1*', 'a idx1 b', true],
    ['*.cab', 'x.CAB', true],
    ['a*z', 'abcz', true],
    ['ab*ba', 'aba', false],
  ])('reads %s as a pattern (%s: %s)', (pattern, value, holds) => {
    expect(parseCondition(pattern)(value)).toBe(holds);
  });

  it('holds a list where any of its members holds', () => {
    const condition = parseCondition(['absent', '>= 500']);
    expect([condition(undefined), condition(503), condition(404)]).toEqual([true, true, false]);
  });
});
