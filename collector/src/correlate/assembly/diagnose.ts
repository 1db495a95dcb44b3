import type { AttributeValue } from '../../model/attributes.ts';
import {
  type DiagnosisRule,
  type EventTest,
  holds,
  type Knowledge,
  namesEvent,
} from '../knowledge/knowledge.ts';
import type { Verdict } from './cause.ts';
import type { SpanNode } from './span-node.ts';

/** The diagnoses whose signature a failed trace shows, most specific first: `ccm.diagnosis.id` and `ccm.diagnosis.others`. */
export function diagnose(
  story: string,
  verdicts: ReadonlyMap<SpanNode, Verdict>,
  root: SpanNode,
  knowledge: Knowledge,
): Record<string, AttributeValue> {
  if (verdicts.get(root)?.code !== 'error') return {};
  const [first, ...others] = knowledge.diagnoses
    .filter((rule) => applies(rule, story, verdicts))
    .sort((a, b) => b.precedence - a.precedence);
  if (first === undefined) return {};
  return {
    'ccm.diagnosis.id': first.id,
    ...(others.length === 0 ? {} : { 'ccm.diagnosis.others': others.map(({ id }) => id).join(' ') }),
  };
}

function applies(rule: DiagnosisRule, story: string, verdicts: ReadonlyMap<SpanNode, Verdict>): boolean {
  if (rule.story.length > 0 && !rule.story.includes(story)) return false;
  const { errorType } = rule;
  const failedSo = [...verdicts.values()].some(
    (verdict) =>
      verdict.code === 'error' && !verdict.warning && errorType?.(verdict.cause.errorType) === true,
  );
  if (errorType !== undefined && !failedSo) return false;
  const seen = (test: EventTest): boolean =>
    [...verdicts.keys()].some(({ segment }) =>
      segment.events.some(({ event }) => namesEvent(test.event, event.name) && holds(test.where, event)),
    );
  if (!rule.all.every(seen) || rule.none.some(seen)) return false;
  return rule.any.length === 0 || rule.any.some(seen);
}
