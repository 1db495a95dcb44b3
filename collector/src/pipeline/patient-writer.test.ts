import { describe, expect, it } from 'vitest';
import { createMemoryReport } from '../../../test/support/report.ts';
import { Failure } from '../base/failure.ts';
import { createPatientWriter } from './patient-writer.ts';

/** Fails as often as told, then takes what it is given. */
function failing(times: number, message = 'No space left on device') {
  const stop = new AbortController();
  const report = createMemoryReport();
  let attempts = 0;
  const writer = createPatientWriter(
    {
      write: () => {
        attempts += 1;
        return attempts <= times
          ? Promise.reject(new Error(message))
          : Promise.resolve({ added: new Set(['a']) });
      },
    },
    { folder: '/store', report, signal: stop.signal, pauseMs: 1 },
  );
  return { writer, report, stop, attempts: () => attempts };
}

describe('createPatientWriter()', () => {
  it('is pending until the store takes the traces, and says what it waits for', async () => {
    const { writer, report } = failing(3);
    const written = writer.write([]);
    await Promise.resolve();
    await Promise.resolve();
    expect(writer.waiting).toBe('the store in /store cannot be written: No space left on device');
    expect((await written).added).toEqual(new Set(['a']));
    expect(writer.waiting).toBe('');
    expect(report.troubles[0]?.sentence).toContain('The store in /store cannot be written: No space left');
  });

  it('fails with a sentence where the store takes nothing until it is opened again', async () => {
    const { writer, attempts } = failing(9, 'FATAL Error: the database has been invalidated');
    await expect(writer.write([])).rejects.toThrow(Failure);
    expect(attempts()).toBe(1);
  });

  it('stops waiting when it is to stop', async () => {
    const { writer, stop } = failing(Infinity);
    const written = writer.write([]);
    setTimeout(() => stop.abort(), 20);
    await expect(written).rejects.toThrow('No space left');
  });
});
