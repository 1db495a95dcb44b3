import type { AttributeValue } from '../model/attributes.ts';
import { decodeCodes } from './codes.ts';
import { readGatewayService } from './gateway-service.ts';
import type { LogRules, Made, Rule, RuleSet } from './rules.ts';
import { runTemplate } from './run-template.ts';

/**
 * The rule that fits a squeezed text: of those with words of their own the one with most fixed characters, else a family
 * by form. `candidates[0, count)` are the ids worth trying.
 */
export function matchText(
  { rules, codes }: RuleSet,
  log: LogRules,
  text: string,
  candidates: Int32Array,
  count: number,
): Made | undefined {
  let best: { readonly rule: Rule; readonly values: Readonly<Record<string, AttributeValue>> } | undefined;
  for (let index = 0; index < count; index += 1) {
    const rule = rules[candidates[index] ?? -1];
    if (rule === undefined || log.has[rule.id] !== 1) continue;
    if (best !== undefined && !isBetter(rule, best.rule)) continue;
    const run = runTemplate(rule.template, text);
    if (run.fits) best = { rule, values: run.values };
  }
  return best === undefined ? undefined : makeEvent(best.rule, best.values, codes);
}

function isBetter(rule: Rule, than: Rule): boolean {
  if (rule.fallback !== than.fallback) return than.fallback;
  return rule.template.weight > than.template.weight;
}

/** Completes a rule's values: what the words tell, what codes mean, how it ended and why it failed. */
function makeEvent(
  rule: Rule,
  values: Readonly<Record<string, AttributeValue>>,
  codes: RuleSet['codes'],
): Made {
  const attributes: Record<string, AttributeValue> = { ...values, ...rule.set };
  readGatewayService(attributes);
  decodeCodes(attributes, codes);
  const outcome = rule.outcome(attributes);
  const error = outcome === 'fail' ? rule.error?.(attributes) : undefined;
  if (error !== undefined) attributes['error.type'] = error;
  return { rule, outcome, attributes };
}
