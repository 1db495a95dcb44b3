import { describe, expect, it } from 'vitest';
import { hostOf, logNameOf, stemOf } from './names.ts';

describe('hostOf()', () => {
  it.each([
    ['/data/fleet/MP01/SMS_CCM/Logs/CCM_STS.log', 'MP01'],
    ['/data/fleet/WIN-042/CCM/Logs/CcmMessaging.log', 'WIN-042'],
    ['/data/fleet/WIN-042/Windows/ccmsetup/Logs/ccmsetup.log', 'WIN-042'],
    ['/data/SITE01/Program Files/Microsoft Configuration Manager/Logs/CMGService.log', 'SITE01'],
    ['\\\\MP01\\C$\\SMS_CCM\\Logs\\CCM_STS.log', 'MP01'],
    ['C:\\Windows\\CCM\\Logs\\CcmMessaging.log', 'FALLBACK'],
    ['CCM/Logs/CcmMessaging.log', 'FALLBACK'],
  ])('takes %s as written by %s', (path, host) => {
    expect(hostOf(path, 'FALLBACK')).toBe(host);
  });
});

describe('logNameOf()', () => {
  it.each([
    ['CcmMessaging.log', 'CcmMessaging.log'],
    ['CcmMessaging.lo_', 'CcmMessaging.log'],
    ['CcmMessaging-20241020-062929.log', 'CcmMessaging.log'],
    ['SensorManagedProvider-20230216-163303.Log', 'SensorManagedProvider.log'],
    ['CMG-CONTOSOCMG-ProxyService_IN_0-CMGService.log', 'CMGService.log'],
    ['notes.txt', 'notes.txt'],
  ])('takes %s for a piece of %s', (file, log) => {
    expect(logNameOf(file).log).toBe(log);
  });

  it('orders dated pieces by their stamp, then the .lo_, then the live log', () => {
    const files = ['A.log', 'A.lo_', 'A-20240102-000000.log', 'A-20240101-000000.Log'];
    const sorted = files.toSorted((a, b) => (logNameOf(a).order < logNameOf(b).order ? -1 : 1));
    expect(sorted).toEqual(['A-20240101-000000.Log', 'A-20240102-000000.log', 'A.lo_', 'A.log']);
  });
});

describe('stemOf()', () => {
  it('is the same for all pieces of a log and for nothing else', () => {
    const pieces = [
      'CMG-A-0-CMGService.log',
      'CMG-A-0-CMGService.lo_',
      'CMG-A-0-CMGService-20240101-000000.Log',
    ];
    expect(new Set(pieces.map(stemOf))).toEqual(new Set(['cmg-a-0-cmgservice']));
    const others = ['A', 'a.txt', 'A.log', 'B.log', 'A-2024.log', '.log', 'CMG-B-0-CMGService.log'];
    expect(new Set(others.map(stemOf)).size).toBe(others.length);
  });
});
