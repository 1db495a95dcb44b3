import { describe, expect, it } from 'vitest';
import {
  blanks,
  createRandom,
  digits,
  guid,
  hex,
  mixCase,
  pick,
  type Random,
  sid,
  valueFor,
} from './fixture-random.ts';
import { bareRecord, shipped } from './fixtures.ts';
import { createMatcher, loadMappings } from './index.ts';
import type { Rule } from './rules.ts';
import type { Part, Template } from './template.ts';

const mappings = await loadMappings([shipped]);
const matcher = createMatcher(mappings);
const cases = mappings.rules.logs.flatMap(({ log, rules }) =>
  rules.map((rule) => ({ log, rule, name: `${log} ${rule.event}` })),
);

const eventOf = (line: string, log: string): string | undefined =>
  matcher.matchRecord(bareRecord(line, log))?.name;

/** A line made of a template: its fixed text, and values of the holes' types. */
function lineOf({ parts }: Template, random: Random, fixed: (part: Part, index: number) => string): string {
  return parts
    .map((part, index) => {
      if (part.kind === 'hole') return valueFor(part.type, random);
      return `${part.spaceBefore ? ' ' : ''}${fixed(part, index)}${part.spaceAfter ? ' ' : ''}`;
    })
    .join('');
}

const asIs = (part: Part): string => (part.kind === 'literal' ? part.text : '');
const respaced = (line: string, random: Random): string => line.replace(/\s+/g, () => blanks(random));

/** Another value of the same form wherever a form can be told in a line as it was published. */
function revalued(line: string, random: Random): string {
  return line
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, () => guid(random))
    .replace(/S-1-5-21(?:-\d+)+/g, () => sid(random))
    .replace(/\b0x[0-9a-f]{8}\b/gi, () => `0x8${hex(random, 7)}`)
    .replace(/https?:\/\/[\w./-]+/g, (url) => mixCase(random, url))
    .replace(/(?<=\/)\d{5,}/g, (number) => digits(random, number.length));
}

/** Words of an exception inside a wording whose other form takes any exception: to change one keeps the event. */
const freeWords = /The remote server returned an error/;

/** Every line that differs in one letter of one fixed word of three letters or more. */
function* misspelt(rule: Rule, random: Random): Generator<string> {
  const { parts } = rule.template;
  for (const [index, part] of parts.entries()) {
    if (part.kind !== 'literal' || freeWords.test(part.text)) continue;
    for (const word of part.text.matchAll(/[A-Za-z]{3,}/g)) {
      const at = word.index + Math.floor(random() * word[0].length);
      const other = pick(random, part.text.charAt(at) === 'q' ? ['x'] : ['q']);
      const text = `${part.text.slice(0, at)}${other}${part.text.slice(at + 1)}`;
      yield lineOf(rule.template, random, (one, position) => (position === index ? text : asIs(one)));
    }
  }
}

describe('the shipped mappings', () => {
  it.each(cases)('know $name with any values and any spacing', ({ log, rule }) => {
    const random = createRandom(rule.id + 1);
    for (let round = 0; round < 20; round += 1) {
      const line = respaced(lineOf(rule.template, random, asIs), random);
      expect(`${line} => ${eventOf(line, log)}`).toBe(`${line} => ${rule.event}`);
    }
  });

  it.each(cases)('know the samples of $name with other values and other spacing', ({ log, rule }) => {
    const random = createRandom(rule.id + 7);
    for (const sample of rule.samples) {
      const line = typeof sample === 'string' ? sample : sample.line;
      for (let round = 0; round < 20; round += 1) {
        const changed = respaced(revalued(line, random), random);
        expect(`${changed} => ${eventOf(changed, log)}`).toBe(`${changed} => ${rule.event}`);
      }
    }
  });

  it.each(cases)('do not know $name with a letter of a fixed word changed', ({ log, rule }) => {
    const random = createRandom(rule.id + 13);
    for (const line of misspelt(rule, random)) {
      expect(`${line} => ${eventOf(line, log) === rule.event}`).toBe(`${line} => false`);
    }
  });
});
