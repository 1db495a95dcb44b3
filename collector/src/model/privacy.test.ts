import { describe, expect, test } from 'vitest';
import { madeTrace } from '../../../test/support/traces.ts';
import { identityKeys, parseIdentity } from './identity.ts';
import { createAddressPrivacy, createIdentityQuery, createPrivacy, type PrivacyOptions } from './privacy.ts';
import type { Span, Trace } from './span.ts';

const user = 'e8838041-db7a-42d5-b9ae-78813910e4cc';
const sid = 'S-1-5-21-1004336348-1177238915-682003330-1001';
const entraSid = 'S-1-12-1-3902996545-1118165882-2021756601-3437551737';
const key = 'a key of sixteen characters';

function trace(): Trace {
  const made = madeTrace({ number: 1, errorType: 'http_401' });
  const root: Span = {
    ...made.spans[0],
    status: { code: 'error', message: `No token for ${sid.toLowerCase()} (anna.b@contoso.com).` },
    attributes: {
      'user.id': user,
      'ccm.user.sid': sid,
      'url.full': `https://mp01/users/${user.toUpperCase()}?upn=anna.b%40contoso.com`,
      'ccm.entra.device.id': '8d2b4ff9-0172-4998-9851-b5324303385f',
      'thread.id': 7,
    },
    events: [
      {
        name: 'token.cached',
        timeUs: 1,
        attributes: {
          'ccm.user.sid': 'S-1-5-18',
          'log.record.original': `UserID=${user} SID: ${entraSid} C:\\Users\\anna\\AppData mail anna.b@contoso.com eyJ0eXAiOiJKV1Qi.eyJvaWQiOiIx.c2ln device 8d2b4ff9-0172-4998-9851-b5324303385f`,
        },
      },
    ],
    links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: { 'ccm.user.sid': sid } }],
  };
  return {
    ...made,
    spans: [root],
    identities: { ...made.identities, entraUserIds: [user], sids: ['S-1-5-18', sid, entraSid] },
  };
}

/** Everything of a trace as one text, to look for what must not be in it. */
const written = (one: Trace): string => JSON.stringify(one).toLowerCase();
const secrets = [user, sid, entraSid, 'anna', 'eyj0exaioijkv1qi', '1004336348', '3902996545'];

describe('createPrivacy()', () => {
  test('keeps a trace as it is where that is asked for', () => {
    const one = trace();
    expect(createPrivacy({ identities: 'keep' })(one)).toBe(one);
  });

  test.each(['pseudonymise', 'drop'] as const)(
    'leaves no user behind (%s), and keeps what is no user',
    (identities) => {
      const text = written(createPrivacy({ identities, key })(trace()));
      for (const secret of secrets) expect(text).not.toContain(secret.toLowerCase());
      for (const kept of [
        '8d2b4ff9-0172-4998-9851-b5324303385f',
        's-1-5-18',
        'win-1',
        '"thread.id":7',
        'appdata',
      ]) {
        expect(text).toContain(kept);
      }
    },
  );

  test('gives one user one pseudonym everywhere, in the form of what it stands for', () => {
    const one = createPrivacy({ identities: 'pseudonymise', key })(trace());
    const [root] = one.spans;
    const id = String(root.attributes['user.id']);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(one.identities.entraUserIds).toEqual([id]);
    expect(root.attributes['url.full']).toContain(id);
    expect(root.events[0]?.attributes['log.record.original']).toContain(`UserID=${id}`);
    const userSid = String(root.attributes['ccm.user.sid']);
    expect(one.identities.sids).toContain(userSid);
    expect(root.status.message).toContain(userSid);
    expect(root.links[0]?.attributes['ccm.user.sid']).toBe(userSid);
  });

  test('gives the same pseudonyms with the same key and others with another', () => {
    const first = createPrivacy({ identities: 'pseudonymise', key })(trace());
    expect(createPrivacy({ identities: 'pseudonymise', key })(trace())).toEqual(first);
    const other = createPrivacy({ identities: 'pseudonymise', key: `${key}!` })(trace());
    expect(other.identities.entraUserIds).not.toEqual(first.identities.entraUserIds);
    expect(other.identities.sids).not.toEqual(first.identities.sids);
  });

  test.each(['pseudonymise', 'drop'] as const)(
    'changes nothing more when it is done twice (%s)',
    (identities) => {
      const privacy = createPrivacy({ identities, key });
      expect(privacy(privacy(trace()))).toEqual(privacy(trace()));
    },
  );

  test('leaves users out altogether where they are dropped', () => {
    const one = createPrivacy({ identities: 'drop' })(trace());
    expect(one.identities).toMatchObject({ entraUserIds: [], sids: ['S-1-5-18'], hosts: ['WIN-1'] });
    expect(one.spans[0].attributes).not.toHaveProperty(['user.id']);
    expect(one.spans[0].attributes).not.toHaveProperty(['ccm.user.sid']);
    expect(one.spans[0].status.message).toBe('No token for … (…).');
  });

  test('takes no longer than in proportion to a hostile text', () => {
    const one = trace();
    const text = ['eyJ-', 'a@b.', 'S-1-5-21-1', '\\Users\\'].map((part) => part.repeat(100_000)).join('');
    const hostile: Trace = { ...one, spans: [{ ...one.spans[0], attributes: { text } }] };
    const started = performance.now();
    createPrivacy({ identities: 'drop' })(hostile);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('refuses to make pseudonyms without a key', () => {
    expect(() => createPrivacy({ identities: 'pseudonymise' })).toThrow('pseudonyms need a key');
  });

  test('leaves the trace that it was given unchanged', () => {
    const one = trace();
    createPrivacy({ identities: 'drop' })(one);
    expect(one).toEqual(trace());
  });
});

const pseudonyms: PrivacyOptions = { identities: 'pseudonymise', key };

describe('createIdentityQuery()', () => {
  const stored = identityKeys(createPrivacy(pseudonyms)(trace()).identities);
  const finds = (keys: ReturnType<typeof parseIdentity>): boolean =>
    keys.some(({ kind, value }) => stored.some((one) => one.kind === kind && one.value === value));

  test.each([
    user,
    user.toUpperCase(),
    `{${user}}`,
    user.replaceAll('-', ''),
    sid,
    sid.toLowerCase(),
    ` ${entraSid} `,
  ])('finds a user under the pseudonym by the real %s, with the same key only', (spelling) => {
    expect(finds(createIdentityQuery(pseudonyms)(spelling))).toBe(true);
    expect(finds(createIdentityQuery({ ...pseudonyms, key: `${key}!` })(spelling))).toBe(false);
    expect(finds(parseIdentity(spelling))).toBe(false);
  });

  test('finds a pseudonym by itself, and what is no user as before', () => {
    const hidden = createPrivacy(pseudonyms)(trace()).identities;
    for (const text of [...hidden.sids, ...hidden.entraUserIds, 'win-1', 'S-1-5-18'])
      expect([text, finds(createIdentityQuery(pseudonyms)(text))]).toEqual([text, true]);
    expect(createIdentityQuery(pseudonyms)('S-1-5-18')).toEqual(parseIdentity('S-1-5-18'));
    expect(createIdentityQuery({ identities: 'keep' })(sid)).toEqual(parseIdentity(sid));
  });
});

describe('createAddressPrivacy()', () => {
  const address = `/api/v1/devices/${user.toUpperCase()}?q=${sid}&upn=anna.b%40contoso.com&trace=${'a'.repeat(32)}`;

  test.each(['pseudonymise', 'drop'] as const)(
    'leaves no user in an address (%s), and keeps the rest',
    (identities) => {
      const text = createAddressPrivacy({ identities, key })(address).toLowerCase();
      for (const secret of secrets) expect(text).not.toContain(secret.toLowerCase());
      expect(text).toContain(`trace=${'a'.repeat(32)}`);
    },
  );

  test('keeps an address as it is where users are kept', () => {
    expect(createAddressPrivacy({ identities: 'keep' })(address)).toBe(address);
  });
});
