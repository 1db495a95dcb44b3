import type { AttributeValue } from '../model/attributes.ts';
import type { Hole, Literal, Template } from './template.ts';
import { convert } from './hole-types.ts';
import { trimEnd } from './trim.ts';

/** A template that fitted, or how far it got. */
export type Run = { readonly fits: true; readonly values: Readonly<Record<string, AttributeValue>> } | Stop;

export interface Stop {
  readonly fits: false;
  /** Character of the squeezed text at which it stopped. */
  readonly at: number;
  /** Fixed characters that had fitted by then. */
  readonly matched: number;
  /** What was wanted there, in words. */
  readonly wanted: string;
}

/** Leftovers at a line's end that say nothing: stops, closing quotes. */
const idleTail = /^[\s.'"’”,;~…]*$/;
/** How long a text that does not convert may be before the line is refused after all; placeholders are short. */
const maxMisfit = 80;
const maxMisfitAddress = 512;

/**
 * Runs a template over squeezed text in one pass without going back: a hole ends at the first occurrence of the fixed
 * text behind it (the last fixed text is looked for at the line's end), so the time is linear in the text's length.
 */
export function runTemplate(template: Template, text: string): Run {
  const { parts } = template;
  const values: Record<string, AttributeValue> = {};
  let at = 0;
  let matched = 0;
  const stop = (wanted: string): Stop => ({ fits: false, at, matched, wanted });

  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index];
    if (part === undefined) break;
    if (part.kind === 'literal') {
      // Only the first part can be a literal here: the others are taken together with the hole before them.
      if (!text.startsWith(part.text, at)) {
        const same = commonLength(part.text, text, at);
        at += same;
        matched += same;
        return stop(`"${part.text.slice(same)}"`);
      }
      at += part.text.length;
      matched += part.text.length;
      if (part.spaceAfter && at < text.length && text.charAt(at) !== ' ') return stop('white space');
      continue;
    }
    const next = parts[index + 1];
    const end = holeEnd(template, index, text, at);
    if (end === undefined)
      return stop(next?.kind === 'literal' ? `"${next.text}" somewhere after` : 'the end');
    const problem = take(part, text.slice(at, end.hole).trim(), next === undefined, values);
    if (problem !== undefined) return stop(problem);
    at = end.next;
    if (end.over) return { fits: true, values };
    if (next?.kind === 'literal') {
      matched += next.text.length;
      if (next.spaceAfter && at < text.length && text.charAt(at) !== ' ') return stop('white space');
      index += 1;
    }
  }
  if (at < text.length && !idleTail.test(text.slice(at))) return stop('the end of the line');
  return { fits: true, values };
}

interface HoleEnd {
  /** End of the hole's text. */
  readonly hole: number;
  /** Where the next part goes on. */
  readonly next: number;
  /** Nothing of the template is left to be wanted. */
  readonly over: boolean;
}

function holeEnd(template: Template, index: number, text: string, at: number): HoleEnd | undefined {
  const next = template.parts[index + 1];
  if (next === undefined || next.kind === 'hole') return { hole: text.length, next: text.length, over: true };
  const last = index + 2 === template.parts.length;
  const found = last ? findLast(next, text, at) : findNext(next, text, at);
  if (found !== undefined) return { hole: found, next: found + next.text.length, over: last };
  if (index + 1 < template.optionalFrom) return undefined;
  // Closing punctuation may be cut off; where it is there with more behind it, the line says something else.
  const hole = template.parts[index];
  const free = hole?.kind === 'hole' && (hole.type === 'text' || hole.type === 'rest');
  if (last && !free && text.includes(next.text, at)) return undefined;
  return { hole: text.length, next: text.length, over: true };
}

/** The last fixed text must stand at the end, apart from an idle tail. */
function findLast(literal: Literal, text: string, at: number): number | undefined {
  const found = text.lastIndexOf(literal.text);
  if (found < at) return undefined;
  if (!idleTail.test(text.slice(found + literal.text.length))) return undefined;
  return literal.spaceBefore && text.charAt(found - 1) !== ' ' ? undefined : found;
}

function findNext(literal: Literal, text: string, at: number): number | undefined {
  if (literal.text === '') {
    const space = text.indexOf(' ', at);
    if (space !== at) return space < 0 ? undefined : space;
    const second = text.indexOf(' ', at + 1);
    return second < 0 ? undefined : second;
  }
  let found = text.indexOf(literal.text, at);
  while (found >= 0 && !standsApart(literal, text, found)) found = text.indexOf(literal.text, found + 1);
  return found < 0 ? undefined : found;
}

/** White space of the template beside the text is there (or the line ends). */
function standsApart(literal: Literal, text: string, found: number): boolean {
  const after = found + literal.text.length;
  if (literal.spaceBefore && found > 0 && text.charAt(found - 1) !== ' ') return false;
  return !literal.spaceAfter || after >= text.length || text.charAt(after) === ' ';
}

/** Puts a hole's value where it belongs; returns what was wanted instead where the text does not fit. */
function take(
  hole: Hole,
  text: string,
  last: boolean,
  values: Record<string, AttributeValue>,
): string | undefined {
  const loose = hole.type === 'text' || hole.type === 'rest';
  const clean = last && !loose ? trimEnd(text, `.,;'"`) : text;
  if (clean === '' && !hole.optional && !hole.lenient) return `a value of type ${hole.type}`;
  const converted = convert(hole.type, clean);
  if (converted.kind === 'value' && hole.attribute !== '') values[hole.attribute] = converted.value;
  if (converted.kind !== 'misfit') return undefined;
  const limit =
    hole.type === 'url' || hole.type === 'word' || hole.type === 'path' ? maxMisfitAddress : maxMisfit;
  return hole.lenient && clean.length <= limit ? undefined : `a value of type ${hole.type}`;
}

function commonLength(wanted: string, text: string, at: number): number {
  let same = 0;
  while (same < wanted.length && wanted.charAt(same) === text.charAt(at + same)) same += 1;
  return same;
}
