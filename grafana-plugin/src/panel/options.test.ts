import { describe, expect, it } from 'vitest';
import { defaultOptions, migrateOptions } from './options.ts';

describe('migrateOptions()', () => {
  it('gives a panel without options the defaults', () => {
    expect(migrateOptions({ options: undefined as never })).toEqual(defaultOptions);
  });

  it('keeps what it understands', () => {
    const options = {
      ...defaultOptions,
      view: 'ladder',
      column: 'ccm.user.sid',
      colours: { client: '#ff0000' },
    } as const;
    expect(migrateOptions({ options })).toEqual(options);
  });

  it('replaces what it does not understand and drops what it does not know', () => {
    const options = { view: 'pie', maxRecords: -1, critical: 'yes', colours: [], from: 'elsewhere' };
    expect(migrateOptions({ options })).toEqual(defaultOptions);
  });
});
