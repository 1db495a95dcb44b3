import { type HoleType, isHoleType, holeTypes } from './hole-types.ts';
import { trim } from './trim.ts';

/** Fixed text of a template. White space is single; at a hole's side it was cut off and is kept as a flag. */
export interface Literal {
  readonly kind: 'literal';
  readonly text: string;
  /** White space stood between the hole before and this text. */
  readonly spaceBefore: boolean;
  /** White space stood between this text and the hole after. */
  readonly spaceAfter: boolean;
}

export interface Hole {
  readonly kind: 'hole';
  /** Attribute that the value becomes; empty where it is not kept. */
  readonly attribute: string;
  readonly type: HoleType;
  /** `?`: may be empty. */
  readonly optional: boolean;
  /** `~`: a value that does not convert is left out instead of refusing the line. */
  readonly lenient: boolean;
}

export type Part = Literal | Hole;

/** A log line with typed holes, ready to be run. */
export interface Template {
  readonly source: string;
  readonly parts: readonly Part[];
  /** Number of fixed characters: of two templates that match, the one with more is the more specific. */
  readonly weight: number;
  /** Index of the first part from which on everything may be absent (optional holes, closing punctuation). */
  readonly optionalFrom: number;
}

/** White space runs and `~~` line breaks of messages and templates become one space each. */
export function squeeze(text: string): string {
  return trim(text.replace(/(?:\s|~~)+/g, ' '), ' ~');
}

/**
 * Reads a template: `Cached encrypted token for '{ccm.user.sid:sid}'.` A hole is `{attribute:type}`, `{:type}` where the
 * value is not kept; after the type `?` (may be empty) or `~` (left out where it does not convert). `{{` and `}}` are braces.
 */
export function parseTemplate(source: string): Template | { readonly problem: string } {
  const raw: (string | Hole)[] = [];
  let text = '';
  const clean = source.replace(/\s+/g, ' ').trim();
  for (let at = 0; at < clean.length; at += 1) {
    const char = clean.charAt(at);
    if ((char === '{' || char === '}') && clean.charAt(at + 1) === char) {
      text += char;
      at += 1;
      continue;
    }
    if (char === '}') return { problem: `a "}" with no hole; write "}}" for a brace` };
    if (char !== '{') {
      text += char;
      continue;
    }
    const close = clean.indexOf('}', at);
    if (close < 0) return { problem: `the hole "${clean.slice(at)}" is not closed; write "{{" for a brace` };
    const hole = parseHole(clean.slice(at + 1, close));
    if ('problem' in hole) return hole;
    if (text === '' && raw.length > 0) return { problem: 'two holes touch; put the text between them' };
    if (text !== '') raw.push(text);
    text = '';
    raw.push(hole);
    at = close;
  }
  if (text !== '') raw.push(text);
  return finish(source, raw);
}

function parseHole(inside: string): Hole | { readonly problem: string } {
  const found = /^([a-z][a-z0-9_.]*)?:([a-z]+)([?~]{0,2})$/.exec(inside);
  if (found === null)
    return { problem: `"{${inside}}" is no hole; write {attribute:type}, {:type} or {{ for a brace` };
  const [, attribute = '', type = '', marks = ''] = found;
  if (!isHoleType(type)) return { problem: `"${type}" is no type; use one of ${holeTypes.join(', ')}` };
  return { kind: 'hole', attribute, type, optional: marks.includes('?'), lenient: marks.includes('~') };
}

function finish(source: string, raw: readonly (string | Hole)[]): Template | { readonly problem: string } {
  const parts = raw.map((part, index): Part => {
    if (typeof part !== 'string') return part;
    const after = index > 0;
    const before = index < raw.length - 1;
    let text = part;
    if (after) text = text.trimStart();
    if (before) text = text.trimEnd();
    return {
      kind: 'literal',
      text,
      spaceBefore: after && /^\s/.test(part),
      spaceAfter: before && /\s$/.test(part),
    };
  });
  const words = parts.flatMap((part) => (part.kind === 'literal' ? part.text.split(' ') : []));
  if (!words.some((word) => word.length >= 3)) {
    return {
      problem: 'the line has no fixed word of three characters or more; it would match nearly everything',
    };
  }
  let optionalFrom = parts.length;
  while (optionalFrom > 0) {
    const part = parts[optionalFrom - 1];
    if (part === undefined || !(part.kind === 'hole' ? part.optional : isPunctuation(part.text))) break;
    optionalFrom -= 1;
  }
  return { source, parts, weight: words.join('').length, optionalFrom };
}

/** Closing quotes, stops and the like: absent in cut and hand-edited lines. */
function isPunctuation(text: string): boolean {
  return /^[\s.'"`’”,;:>)\]…~-]*$/.test(text);
}
