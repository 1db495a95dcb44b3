import type { DeviceIdentities } from './span.ts';

/** What an identity names. `host` is as logged, `host_short` its first label. */
export type IdentityKind =
  | 'trace'
  | 'span'
  | 'message'
  | 'client_guid'
  | 'entra_device'
  | 'entra_user'
  | 'sid'
  | 'host'
  | 'host_short';

/** One normalised look-up key. GUIDs: 32 lower-case hex digits, so that no spelling differs; SIDs upper, hosts lower case. */
export interface IdentityKey {
  readonly kind: IdentityKind;
  readonly value: string;
}

const dashedGuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hex32 = /^[0-9a-f]{32}$/;
const hex16 = /^[0-9a-f]{16}$/;
const sid = /^S-1-\d{1,14}(?:-\d{1,10}){1,15}$/;
const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const hostName = /^[\p{L}\p{N}_](?:[\p{L}\p{N}._-]{0,252}[\p{L}\p{N}_])?\.?$/u;
const maxLength = 300;

/** 32 lower-case hex digits of a GUID in any spelling (`{…}`, `(…)`, `GUID:…`, `urn:uuid:…`, no dashes); undefined for other text. */
export function guidDigits(text: string): string | undefined {
  const lower = bare(text).toLowerCase();
  if (dashedGuid.test(lower)) return lower.replaceAll('-', '');
  return hex32.test(lower) ? lower : undefined;
}

/**
 * What a person or program may have meant by `text`, most telling first: a client GUID, an Entra device or user id, a
 * SID, a host (short or fully qualified), a MessageID, a trace id (32 hex digits) or a span id (16). Empty for text
 * that can be none of these.
 */
export function parseIdentity(text: string): readonly IdentityKey[] {
  if (text.length > maxLength) return [];
  const trimmed = bare(text);
  const guid = guidDigits(text);
  if (guid !== undefined) return guidKeys(guid, text, trimmed.includes('-'));
  if (sid.test(trimmed.toUpperCase())) return [{ kind: 'sid', value: trimmed.toUpperCase() }];
  const lower = trimmed.toLowerCase();
  const keys: IdentityKey[] = hex16.test(lower) ? [{ kind: 'span', value: lower }] : [];
  const host = lower.startsWith('\\\\') ? lower.slice(2) : lower;
  if (hostName.test(host)) keys.push(...hostQuery(host.replace(/\.$/, '')));
  return keys;
}

/** Keys under which a trace of these identities is found. */
export function identityKeys(identities: DeviceIdentities): readonly IdentityKey[] {
  const keys = new Map<string, IdentityKey>();
  const add = (kind: IdentityKind, value: string): void => {
    if (value !== '' && value.length <= maxLength) keys.set(`${kind} ${value}`, { kind, value });
  };
  for (const value of identities.clientGuids) add('client_guid', guidOrText(value));
  for (const value of identities.entraDeviceIds) add('entra_device', guidOrText(value));
  for (const value of identities.entraUserIds) add('entra_user', guidOrText(value));
  for (const value of identities.messageIds) add('message', guidOrText(value));
  for (const value of identities.sids) add('sid', value.toUpperCase());
  for (const value of identities.hosts) {
    const host = value.toLowerCase();
    add('host', host);
    add('host_short', shortHost(host));
  }
  return [...keys.values()];
}

function guidOrText(value: string): string {
  return guidDigits(value) ?? value.toLowerCase();
}

/** First label of a host name in lower case; an IPv4 address whole. */
export function shortHost(host: string): string {
  const lower = host.toLowerCase();
  return ipv4.test(lower) ? lower : (lower.split('.', 1)[0] ?? lower);
}

/** A short name finds every domain; a full name finds itself and the same device logged by its short name. */
function hostQuery(host: string): IdentityKey[] {
  const short = shortHost(host);
  if (short === host) return [{ kind: 'host_short', value: host }];
  return [
    { kind: 'host', value: host },
    { kind: 'host', value: short },
  ];
}

function guidKeys(guid: string, text: string, dashed: boolean): readonly IdentityKey[] {
  if (/^\W*guid:/i.test(text.trim())) return [{ kind: 'client_guid', value: guid }];
  const kinds: readonly IdentityKind[] = dashed
    ? ['client_guid', 'entra_device', 'entra_user', 'message']
    : ['trace', 'client_guid', 'entra_device', 'entra_user', 'message'];
  return kinds.map((kind) => ({ kind, value: guid }));
}

/** Without surrounding space, quotes, braces and the prefixes that logs and tools put before a GUID. */
function bare(text: string): string {
  return text
    .trim()
    .replace(/^["'<[]+|["'>\],;]+$/g, '')
    .replace(/^(?:urn:uuid:|guid:)\s*/i, '')
    .replace(/^[{(](.*)[)}]$/, '$1')
    .replace(/^(?:urn:uuid:|guid:)\s*/i, '')
    .trim();
}
