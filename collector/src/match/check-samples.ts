import type { AttributeValue } from '../model/attributes.ts';
import { matchText } from './match-text.ts';
import type { LogRules, Rule, RuleSet } from './rules.ts';
import { runTemplate } from './run-template.ts';
import { squeeze } from './template.ts';
import type { Problem } from './yaml-file.ts';

/**
 * Runs every sample of every log against every line of that log. A sample must be recognised by its own line, with the
 * attributes that it says, and by no other; an ignored line by none.
 */
export function checkLogs(rules: RuleSet, problems: Problem[]): void {
  const seen = new Set<string>();
  const add = (problem: Problem): void => {
    const key = `${problem.file}:${problem.line}: ${problem.message}`;
    if (!seen.has(key)) problems.push(problem);
    seen.add(key);
  };
  for (const log of rules.logs) {
    for (const rule of log.rules) {
      for (const sample of rule.samples) checkSample(rules, log, rule, sample, add);
    }
    for (const { line, file, at } of log.ignored) {
      const [rule] = fitting(log, squeeze(line));
      if (rule !== undefined) {
        add({ file, line: at, message: `the ignored line "${short(line)}" is matched by ${place(rule)}` });
      }
    }
  }
}

function checkSample(
  rules: RuleSet,
  log: LogRules,
  rule: Rule,
  sample: Rule['samples'][number],
  add: (problem: Problem) => void,
): void {
  const { line, yields, outcome } =
    typeof sample === 'string' ? { line: sample, yields: undefined, outcome: undefined } : sample;
  const say = (message: string): void => add({ file: rule.file, line: rule.line, message });
  const text = squeeze(line);
  const matches = fitting(log, text).filter((one) => one.fallback === rule.fallback || !one.fallback);
  const own = matches.filter((one) => one.file === rule.file && one.line === rule.line);
  const others = matches.filter((one) => !own.includes(one));
  if (own.length === 0) {
    const stop = runTemplate(rule.template, text);
    const where = stop.fits
      ? ''
      : `; it stopped at "${short(text.slice(stop.at).trimStart())}", where it wants ${stop.wanted}`;
    say(`the line does not match its sample "${short(line)}"${where}`);
    return;
  }
  const [other] = others;
  if (other !== undefined) {
    say(
      `the sample "${short(line)}" is matched by ${place(other)} as well; make one of the lines more exact`,
    );
    return;
  }
  const ids = Int32Array.from(own, ({ id }) => id);
  const made = matchText(rules, log, text, ids, ids.length);
  if (yields !== undefined && made !== undefined && !same(yields, made.attributes)) {
    say(
      `the sample "${short(line)}" yields ${JSON.stringify(made.attributes)}, not ${JSON.stringify(yields)}`,
    );
  }
  if (outcome !== undefined && made !== undefined && made.outcome !== outcome) {
    say(`the sample "${short(line)}" has the outcome ${made.outcome}, not ${outcome}`);
  }
}

function fitting(log: LogRules, text: string): readonly Rule[] {
  return log.rules.filter((rule) => runTemplate(rule.template, text).fits);
}

function same(
  wanted: Readonly<Record<string, AttributeValue>>,
  found: Readonly<Record<string, AttributeValue>>,
): boolean {
  const keys = Object.keys(found);
  return keys.length === Object.keys(wanted).length && keys.every((key) => wanted[key] === found[key]);
}

function place(rule: Rule): string {
  return `${rule.event} (${rule.file}:${rule.line})`;
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
