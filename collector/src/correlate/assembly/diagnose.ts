import type { AttributeValue } from '../../model/attributes.ts';
import {
  type DiagnosisRule,
  type EventTest,
  holds,
  type Knowledge,
  namesEvent,
} from '../knowledge/knowledge.ts';
import type { KnownEvent } from '../segment.ts';
import type { Verdict } from './cause.ts';
import type { SpanNode } from './span-node.ts';

/** The diagnoses whose signature a trace that did not go well shows, or whose hosts' zone is misread, most specific first: `ccm.diagnosis.id` and `ccm.diagnosis.others`. */
export function diagnose(
  story: string,
  verdicts: ReadonlyMap<SpanNode, Verdict>,
  root: SpanNode,
  disturbing: readonly KnownEvent[],
  misreadZone: boolean,
  knowledge: Knowledge,
): Record<string, AttributeValue> {
  // What its last record left undecided, such as a registration that waits for approval, can be explained too.
  const explicable = verdicts.get(root)?.code === 'error' || root.segment.ending === 'unset';
  if (!explicable && !misreadZone) return {};
  const [first, ...others] = knowledge.diagnoses
    .filter(
      (rule) => (rule.misreadZone ? misreadZone : explicable) && applies(rule, story, verdicts, disturbing),
    )
    .sort((a, b) => b.precedence - a.precedence);
  if (first === undefined) return {};
  return {
    'ccm.diagnosis.id': first.id,
    ...(others.length === 0 ? {} : { 'ccm.diagnosis.others': others.map(({ id }) => id).join(' ') }),
  };
}

function applies(
  rule: DiagnosisRule,
  story: string,
  verdicts: ReadonlyMap<SpanNode, Verdict>,
  disturbing: readonly KnownEvent[],
): boolean {
  if (rule.story.length > 0 && !rule.story.includes(story)) return false;
  const { errorType } = rule;
  const failedSo = [...verdicts.values()].some(
    (verdict) =>
      verdict.code === 'error' && !verdict.warning && errorType?.(verdict.cause.errorType) === true,
  );
  if (errorType !== undefined && !failedSo) return false;
  const seen = (test: EventTest): boolean =>
    disturbing.some((known) => shows(test, known)) ||
    [...verdicts.keys()].some(({ segment }) => segment.events.some((known) => shows(test, known)));
  if (!rule.all.every(seen) || rule.none.some(seen)) return false;
  return rule.any.length === 0 || rule.any.some(seen);
}

function shows(test: EventTest, { event }: KnownEvent): boolean {
  return namesEvent(test.event, event.name) && holds(test.where, event);
}
