import { assert, property, string, uuid } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guidDigits, identityKeys, parseIdentity, shortHost } from './identity.ts';
import type { DeviceIdentities } from './span.ts';

const nobody: DeviceIdentities = {
  hosts: [],
  clientGuids: [],
  entraDeviceIds: [],
  entraUserIds: [],
  sids: [],
  messageIds: [],
};
const digits = '7d4a1c2e0b5f4d3a9e8c112233445566';
const dashed = '7d4a1c2e-0b5f-4d3a-9e8c-112233445566';

describe('parseIdentity()', () => {
  test.each([
    dashed,
    dashed.toUpperCase(),
    `{${dashed}}`,
    `(${dashed.toUpperCase()})`,
    `  "${dashed}" `,
    `urn:uuid:${dashed}`,
    `'{${dashed}}',`,
  ])('reads %j as the same GUID', (text) => {
    expect(parseIdentity(text).map((key) => key.value)).toEqual([digits, digits, digits, digits]);
  });

  test.each([`GUID:${dashed.toUpperCase()}`, `guid:${dashed}`, `{GUID:${dashed}}`, `GUID:{${dashed}}`])(
    'takes %j for a client GUID and nothing else',
    (text) => {
      expect(parseIdentity(text)).toEqual([{ kind: 'client_guid', value: digits }]);
    },
  );

  test('takes 32 hex digits for a trace id first, and for a GUID without dashes', () => {
    expect(parseIdentity(digits.toUpperCase()).map((key) => key.kind)).toEqual([
      'trace',
      'client_guid',
      'entra_device',
      'entra_user',
      'message',
    ]);
  });

  test('takes 16 hex digits for a span id or a host of that name', () => {
    expect(parseIdentity('00F067AA0BA902B7').map((key) => key.kind)).toEqual(['span', 'host_short']);
  });

  test('reads a SID in any case', () => {
    expect(parseIdentity('s-1-12-1-1123456789-1098765432-2233445566-3344556677')).toEqual([
      { kind: 'sid', value: 'S-1-12-1-1123456789-1098765432-2233445566-3344556677' },
    ]);
  });

  test('finds a device by its short name whatever domain was logged, and by its full name when only the short one was', () => {
    const full = identityKeys({ ...nobody, hosts: ['WIN-042.contoso.local'] });
    const short = identityKeys({ ...nobody, hosts: ['WIN-042'] });
    const other = identityKeys({ ...nobody, hosts: ['win-042.fabrikam.local'] });
    const found = (text: string, keys: typeof full): boolean =>
      parseIdentity(text).some((asked) => keys.some((k) => k.kind === asked.kind && k.value === asked.value));
    expect(found('win-042', full)).toBe(true);
    expect(found('\\\\WIN-042', short)).toBe(true);
    expect(found('Win-042.CONTOSO.local.', full)).toBe(true);
    expect(found('win-042.contoso.local', short)).toBe(true);
    expect(found('win-042.contoso.local', other)).toBe(false);
    expect(found('win-04', full)).toBe(false);
  });

  test('keeps an IPv4 address whole', () => {
    expect(parseIdentity('10.1.2.3')).toEqual([{ kind: 'host_short', value: '10.1.2.3' }]);
    expect(shortHost('10.1.2.3')).toBe('10.1.2.3');
  });

  test.each([
    '',
    '   ',
    'a b',
    "x' OR 1=1 --",
    '<script>alert(1)</script>',
    '../../etc/passwd',
    'x'.repeat(301),
    '{}',
  ])('makes nothing of %j', (text) => {
    expect(parseIdentity(text)).toEqual([]);
  });

  test('never throws and never gives an empty value', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const key of parseIdentity(text)) expect(key.value).not.toBe('');
      }),
    );
  });
});

describe('identityKeys()', () => {
  test('gives every identity once, normalised', () => {
    const keys = identityKeys({
      ...nobody,
      hosts: ['WIN-042', 'win-042.contoso.local'],
      clientGuids: [dashed.toUpperCase()],
      sids: ['s-1-5-21-1-2-3-1001'],
      messageIds: [dashed],
    });
    expect(keys).toEqual([
      { kind: 'client_guid', value: digits },
      { kind: 'message', value: digits },
      { kind: 'sid', value: 'S-1-5-21-1-2-3-1001' },
      { kind: 'host', value: 'win-042' },
      { kind: 'host_short', value: 'win-042' },
      { kind: 'host', value: 'win-042.contoso.local' },
    ]);
  });

  test('makes keys that parseIdentity() finds, for any GUID', () => {
    assert(
      property(uuid(), (guid) => {
        const keys = identityKeys({ ...nobody, entraDeviceIds: [guid] });
        expect(parseIdentity(`{${guid.toUpperCase()}}`)).toContainEqual(keys[0]);
      }),
    );
  });
});

describe('guidDigits()', () => {
  test('refuses text that is not a GUID', () => {
    expect(guidDigits('7d4a1c2e-0b5f-4d3a-9e8c-11223344556')).toBeUndefined();
    expect(guidDigits('GUID:')).toBeUndefined();
  });
});
