import { createHmac } from 'node:crypto';
import type { Attributes, AttributeValue } from './attributes.ts';
import { type IdentityKey, parseIdentity } from './identity.ts';
import type { DeviceIdentities, Span, SpanEvent, SpanLink, Trace } from './span.ts';

/** What becomes of user ids and SIDs: kept, replaced by keyed pseudonyms, or left out. */
export type IdentityPrivacy = 'keep' | 'pseudonymise' | 'drop';

export interface PrivacyOptions {
  readonly identities: IdentityPrivacy;
  /** Key of the pseudonyms; the same key gives the same ones. Needed to pseudonymise. */
  readonly key?: string | undefined;
}

/** Attributes whose whole value names a user. */
const userAttributes: ReadonlySet<string> = new Set([
  'user.id',
  'user.name',
  'ccm.user.sid',
  'ccm.entra.user.id',
  'ccm.token.user.id',
]);

/** SIDs of accounts of a domain, a machine or Entra ID; well-known ones (S-1-5-18) name nobody. */
const accountSid = /\bS-1-(?:5-21|12-1)(?:-\d{1,10}){1,15}\b/gi;
const address = /[\p{L}\p{N}._%+-]{1,64}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
const profile = /([\\/]Users[\\/])([^\\/"'<>|:*?\r\n]{1,64})/gi;
/** Tokens say who their owner is to whoever can read them. */
const webToken = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;
/** Without dashes it cannot be told from a trace id. */
const anyGuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Takes users out of a trace, for store and export alike: Entra user ids and account SIDs wherever they stand
 * (identities, attributes, messages, the text of records), and addresses, profile folders and web tokens in texts.
 * Devices, hosts and ids of spans stay. A pure function of the trace, the choice and the key, so that a trace seen again
 * is the same trace, and one user's traces keep one pseudonym. Done twice, it changes nothing more.
 */
export function createPrivacy(options: PrivacyOptions): (trace: Trace) => Trace {
  if (options.identities === 'keep') return (trace) => trace;
  const replace = replacer(options);
  return (trace) => privateTrace(trace, replace);
}

/**
 * Keys under which the traces of an identity are found where its user ids and SIDs are pseudonymised: those of the
 * identity itself (a device's, or of traces stored before pseudonyms were asked for), and those of its pseudonym.
 */
export function createIdentityQuery(options: PrivacyOptions): (text: string) => readonly IdentityKey[] {
  if (options.identities !== 'pseudonymise') return parseIdentity;
  const { id } = replacer(options);
  return (text) => {
    const keys = parseIdentity(text);
    const hidden = keys.flatMap(({ kind, value }): IdentityKey[] => {
      if (kind === 'sid' && !isNobody(value)) return [{ kind, value: id(value).toUpperCase() }];
      if (kind !== 'entra_user') return [];
      return [{ kind, value: id(dashed(value)).replaceAll('-', '') }];
    });
    const known = new Set(keys.map(({ kind, value }) => `${kind} ${value}`));
    return [...keys, ...hidden.filter(({ kind, value }) => !known.has(`${kind} ${value}`))];
  };
}

/** Takes what may name a user out of an address of the API, which people look users up by. */
export function createAddressPrivacy(options: PrivacyOptions): (url: string) => string {
  if (options.identities === 'keep') return (url) => url;
  const { drops, id } = replacer(options);
  const mark = (value: string): string => (drops ? '…' : id(value));
  return (url) => url.replace(accountSid, mark).replace(address, mark).replace(anyGuid, mark);
}

function dashed(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What stands for a value: a pseudonym, or nothing. */
interface Replacer {
  readonly drops: boolean;
  readonly id: (value: string) => string;
}

/** @throws Error where pseudonyms are asked for without a key. */
function replacer({ identities, key }: PrivacyOptions): Replacer {
  if (identities === 'drop') return { drops: true, id: () => '' };
  if (key === undefined) throw new Error('pseudonyms need a key');
  return { drops: false, id: (value) => (isPseudonym(value) ? value : pseudonym(value, key)) };
}

/**
 * In the form of what it stands for, so that it can be looked up and shown as such: a GUID of version 8, an Entra SID, or
 * `user-` and hex digits. GUIDs and SIDs are marked as pseudonyms by fixed digits that no real one has.
 */
function pseudonym(value: string, key: string): string {
  const hex = createHmac('sha256', key).update(value.toLowerCase()).digest('hex');
  if (guid.test(value)) {
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15, 18)}-00ff${hex.slice(18, 26)}`;
  }
  if (/^S-1-/i.test(value)) {
    const part = (at: number): number => Number.parseInt(hex.slice(at, at + 7), 16);
    return `S-1-12-1-0-${part(0)}-${part(7)}-${part(14)}`;
  }
  return `user-${hex.slice(0, 16)}`;
}

function isPseudonym(value: string): boolean {
  return (
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-00ff[0-9a-f]{8}$/i.test(value) ||
    /^S-1-12-1-0-\d+-\d+-\d+$/i.test(value) ||
    /^user-[0-9a-f]{16}$/.test(value)
  );
}

function privateTrace(trace: Trace, replace: Replacer): Trace {
  const text = textReplacer(trace, replace);
  const [root, ...rest] = trace.spans;
  return {
    ...trace,
    spans: [privateSpan(root, text, replace), ...rest.map((span) => privateSpan(span, text, replace))],
    identities: privateIdentities(trace.identities, replace),
  };
}

type TextReplacer = (text: string) => string;

/** Replaces users in running text: those whom the trace names, and whatever has the form of a user. */
function textReplacer(trace: Trace, replace: Replacer): TextReplacer {
  const known = new Set(trace.identities.entraUserIds);
  for (const span of trace.spans) {
    for (const attributes of [span.attributes, ...span.events.map((event) => event.attributes)]) {
      for (const name of userAttributes) {
        const value = attributes[name];
        if (typeof value === 'string' && guid.test(value)) known.add(value);
      }
    }
  }
  const ids = [...known].filter((id) => guid.test(id));
  const named = ids.length === 0 ? undefined : new RegExp(ids.join('|'), 'gi');
  const mark = (value: string): string => (replace.drops ? '…' : replace.id(value));
  return (text) => {
    const without = text
      .replace(accountSid, mark)
      .replace(address, mark)
      .replace(profile, (_, folder: string, user: string) => folder + (user === '…' ? user : mark(user)))
      .replace(webToken, '…');
    return named === undefined ? without : without.replace(named, mark);
  };
}

function privateSpan(span: Span, text: TextReplacer, replace: Replacer): Span {
  return {
    ...span,
    status: { ...span.status, message: text(span.status.message) },
    attributes: privateAttributes(span.attributes, text, replace),
    events: span.events.map(
      (event): SpanEvent => ({ ...event, attributes: privateAttributes(event.attributes, text, replace) }),
    ),
    links: span.links.map(
      (link): SpanLink => ({ ...link, attributes: privateAttributes(link.attributes, text, replace) }),
    ),
  };
}

function privateAttributes(attributes: Attributes, text: TextReplacer, replace: Replacer): Attributes {
  const kept: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== 'string') kept[name] = value;
    else if (!userAttributes.has(name) || isNobody(value)) kept[name] = text(value);
    else if (!replace.drops) kept[name] = replace.id(value);
  }
  return kept;
}

/** The machine's own and other well-known SIDs. */
function isNobody(value: string): boolean {
  return /^S-1-/i.test(value) && !/^S-1-(?:5-21|12-1)-/i.test(value);
}

function privateIdentities(identities: DeviceIdentities, replace: Replacer): DeviceIdentities {
  const users = (values: readonly string[]): readonly string[] =>
    replace.drops
      ? values.filter(isNobody)
      : values.map((value) => (isNobody(value) ? value : replace.id(value))).sort();
  return { ...identities, entraUserIds: users(identities.entraUserIds), sids: users(identities.sids) };
}
