import { describe, expect, it } from 'vitest';
import { type MadeSpan, madeTable } from '../../../test/support/span-table.ts';
import { statusError } from '../model/span-table.ts';
import { summarise } from './summarise.ts';

const root: MadeSpan = { id: 'renewal', name: 'renewal', at: [0, 100] };
const failed: Partial<MadeSpan> = { under: 'renewal', status: statusError };

describe('summarise()', () => {
  it('tells a trace that was well from one in which something did not succeed, as the trace itself does', () => {
    const got = (...spans: MadeSpan[]) => summarise(madeTable([root, ...spans])).outcome;
    expect(got()).toBe('ok');
    expect(got({ id: 'device', name: 'device token', at: [0, 20], ...failed })).toBe('warning');
    expect(summarise(madeTable([{ ...root, status: statusError }])).outcome).toBe('error');
  });

  it('takes as long as the trace as a whole, though its root ended before', () => {
    const late: MadeSpan = { id: 'late', name: 'late', at: [90, 160], under: 'renewal' };
    expect(summarise(madeTable([root, late])).durationMs).toBe(160);
  });

  it('says why a trace failed where only a span below its root knows', () => {
    const known = { attributes: { 'error.type': 'http_403', 'http.response.status_code': 403 } };
    const request: MadeSpan = { id: 'request', name: 'request', at: [0, 20], ...failed, ...known };
    expect(summarise(madeTable([{ ...root, status: statusError }, request]))).toMatchObject({
      errorType: 'http_403',
      httpStatus: '403',
    });
    expect(summarise(madeTable([root, request]))).toMatchObject({ errorType: '', httpStatus: '' });
  });
});
