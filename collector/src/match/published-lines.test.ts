import { describe, expect, it } from 'vitest';
import { bareRecord, readPublishedLines, shipped } from './fixtures.ts';
import { createMatcher, loadMappings } from './index.ts';

const matcher = createMatcher(await loadMappings([shipped]));
const lines = readPublishedLines();

describe('createMatcher()', () => {
  it.each(lines.filter(({ event }) => event !== '-'))(
    'knows $log: $message',
    ({ log, event, outcome, message }) => {
      const found = matcher.explain(bareRecord(message, log));
      expect({ event: found.event, outcome: found.outcome }).toEqual({ event, outcome });
    },
  );

  it.each(lines.filter(({ event }) => event === '-'))('does not know $log: $message', ({ log, message }) => {
    expect(matcher.matchRecord(bareRecord(message, log))).toBeUndefined();
  });

  it('has rows for every log that the mappings know by published lines', () => {
    expect(lines.filter(({ event }) => event !== '-').length).toBeGreaterThan(160);
    expect(lines.filter(({ event }) => event === '-').length).toBeGreaterThan(15);
  });
});
