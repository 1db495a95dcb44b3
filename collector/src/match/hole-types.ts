import type { AttributeValue } from '../model/attributes.ts';
import { trimEnd } from './trim.ts';

/** The closed list of hole types. */
export const holeTypes = [
  'guid',
  'clientguid',
  'sid',
  'int',
  'code',
  'hex',
  'hresult',
  'ms',
  'bytes',
  'bool',
  'url',
  'path',
  'host',
  'word',
  'thumbprint',
  'quoted',
  'datetime',
  'text',
  'rest',
] as const;

export type HoleType = (typeof holeTypes)[number];

export function isHoleType(name: string): name is HoleType {
  return (holeTypes as readonly string[]).includes(name);
}

/** The type, in attributes.yaml, of what a hole gives. */
export function attributeTypeOf(type: HoleType): 'string' | 'integer' | 'boolean' {
  if (type === 'bool') return 'boolean';
  return type === 'int' || type === 'code' || type === 'ms' || type === 'bytes' ? 'integer' : 'string';
}

/** What became of the text in a hole: a value, nothing (a placeholder for nothing), or a text that does not fit the type. */
export type Converted =
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'absent' }
  | { readonly kind: 'misfit' };

const absent: Converted = { kind: 'absent' };
const misfit: Converted = { kind: 'misfit' };
const value = (of: AttributeValue): Converted => ({ kind: 'value', value: of });

const maxTextLength = 2048;

/**
 * Converts the text of a hole (trimmed) to its normal form. Placeholders for nothing are absent: the all-zero GUID, an empty
 * SID, `<unknown>`, `(null)`. Normal forms: GUIDs lower case without braces; client GUIDs upper case without `GUID:`; SIDs
 * upper case; HRESULTs `0x` and 8 lower-case digits; hosts lower case without scheme, port and path; times ISO 8601, without
 * an offset as the lines carry none; ms and bytes as numbers; texts as written, cut at 2,048 characters.
 */
export function convert(type: HoleType, text: string): Converted {
  if (text === '' || text === '<unknown>' || text === '(null)') return absent;
  return converters[type](text);
}

const converters: Readonly<Record<HoleType, (text: string) => Converted>> = {
  guid: (text) => guid(text.replace(/^\{(.*)\}$/, '$1'), false),
  clientguid: (text) => guid(text.replace(/^guid:/i, '').replace(/^\{(.*)\}$/, '$1'), true),
  sid: (text) => {
    if (/^empty$/i.test(text)) return absent;
    return /^S-1(?:-\d+)+$/i.test(text) ? value(text.toUpperCase()) : misfit;
  },
  int: (text) => integer(text, /^[+-]?\d{1,15}$/, 10),
  code: (text) =>
    /^0x/i.test(text) ? integer(text, /^0x[0-9a-f]{1,8}$/i, 16) : integer(text, /^[+-]?\d{1,10}$/, 10),
  hex: (text) => (/^(?:0x)?[0-9a-f]{1,16}$/i.test(text) ? value(text.toLowerCase()) : misfit),
  hresult,
  ms: (text) => integer(text.replace(/ ?ms$/i, ''), /^\d{1,15}$/, 10),
  bytes: (text) => integer(text.replace(/ ?bytes?$/i, ''), /^\d{1,15}$/, 10),
  bool: (text) => {
    if (/^(?:1|true|yes)$/i.test(text)) return value(true);
    return /^(?:0|false|no)$/i.test(text) ? value(false) : misfit;
  },
  url: (text) => (/^[a-z][a-z0-9+.-]*:\/\/[^\s]+$/i.test(text) ? value(unquote(text)) : misfit),
  path: (text) => (/^\/[^\s]*$/.test(text) ? value(unquote(text)) : misfit),
  host,
  word: (text) => (/\s/.test(text) ? misfit : value(text)),
  thumbprint: (text) => {
    const found = /^([0-9a-f]{40})(?: [0-9a-f]{40})?$/i.exec(text);
    return found === null ? misfit : value((found[1] ?? '').toUpperCase());
  },
  quoted: (text) => {
    const inner = /^'(.*)'$|^"(.*)"$/s.exec(text);
    if (inner === null) return misfit;
    const content = (inner[1] ?? inner[2] ?? '').trim();
    return content === '' ? absent : value(content.slice(0, maxTextLength));
  },
  datetime,
  text: (text) => value(text.slice(0, maxTextLength)),
  rest: (text) => value(text.slice(0, maxTextLength)),
};

function guid(text: string, upper: boolean): Converted {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text))
    return text === '' ? absent : misfit;
  if (/^[0-]+$/.test(text)) return absent;
  return value(upper ? text.toUpperCase() : text.toLowerCase());
}

function integer(text: string, form: RegExp, radix: number): Converted {
  return form.test(text) ? value(Number.parseInt(text, radix)) : misfit;
}

function hresult(text: string): Converted {
  if (/^(?:0x)?[0-9a-f]{8}$/i.test(text)) return value(`0x${text.replace(/^0x/i, '').toLowerCase()}`);
  if (/^0x[0-9a-f]{1,7}$/i.test(text)) return value(`0x${text.slice(2).toLowerCase().padStart(8, '0')}`);
  if (!/^-?\d{1,10}$/.test(text)) return misfit;
  return value(`0x${(Number(text) >>> 0).toString(16).padStart(8, '0')}`);
}

function host(text: string): Converted {
  const authority = text.replace(/^[a-z][a-z0-9+.-]*:\/+/i, '').replace(/[/?].*$/s, '');
  const name = authority.replace(/:\d+$/, '').replace(/\.$/, '');
  return /^[a-z0-9._-]+$/i.test(name) || /^\[[0-9a-f:.]+\]$/i.test(name) ? value(name.toLowerCase()) : misfit;
}

/** `MM/DD/YYYY HH:MM:SS` in all published lines; ISO 8601 is taken as well. */
function datetime(text: string): Converted {
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2}):(\d{2})$/.exec(text);
  if (us !== null) {
    const [, month = '', day = '', year = '', hour = '', minute = '', second = ''] = us;
    if (!within(month, 1, 12) || !within(day, 1, 31) || !within(hour, 0, 23)) return misfit;
    return value(
      `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${hour.padStart(2, '0')}:${minute}:${second}`,
    );
  }
  const cim = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})\.(\d{3})\d{3}[+-]000$/.exec(text);
  if (cim !== null) return value(`${cim[1]}-${cim[2]}-${cim[3]}T${cim[4]}:${cim[5]}:${cim[6]}.${cim[7]}Z`);
  return /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?$/.test(text)
    ? value(text.replace(' ', 'T'))
    : misfit;
}

function within(digits: string, least: number, most: number): boolean {
  return Number(digits) >= least && Number(digits) <= most;
}

function unquote(text: string): string {
  return trimEnd(text, `'"`);
}
