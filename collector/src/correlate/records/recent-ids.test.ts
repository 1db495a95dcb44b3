import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRecentIds } from './recent-ids.ts';

const idOf = (number: number): string => hash('sha256', `record ${number}`, 'hex').slice(0, 32);

describe('createRecentIds()', () => {
  it('knows the newest again, and forgets what is older than twice as many', () => {
    const recent = createRecentIds(100);
    for (let number = 0; number < 1000; number++) expect(recent.add(idOf(number))).toBe(true);
    for (let number = 900; number < 1000; number++) expect(recent.add(idOf(number))).toBe(false);
    for (let number = 0; number < 700; number++) expect(recent.add(idOf(number))).toBe(true);
  });
});
