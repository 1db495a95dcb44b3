import type { AttributeValue } from '../model/attributes.ts';
import type { Outcome } from '../model/event.ts';
import type { Tier } from '../model/tier.ts';
import type { CodeTable } from './codes.ts';
import type { LineFile } from './schema.ts';
import type { Template } from './template.ts';
import type { ErrorRule, Values } from './verdict.ts';

/** One wording of a line of a mapping. */
export interface Rule {
  /** Position in `RuleSet.rules`. */
  readonly id: number;
  readonly event: string;
  readonly template: Template;
  readonly fallback: boolean;
  readonly opens: string | undefined;
  readonly set: Values;
  readonly outcome: (values: Values) => Outcome;
  readonly error: ErrorRule | undefined;
  readonly samples: LineFile['samples'];
  /** Where it is written, for messages. */
  readonly file: string;
  readonly line: number;
}

/** A log and the rules that apply to its records. */
export interface LogRules {
  readonly log: string;
  readonly tier: Tier;
  readonly rules: readonly Rule[];
  /** `has[rule.id]` is 1 where the rule applies. */
  readonly has: Uint8Array;
  readonly ignored: readonly { readonly line: string; readonly file: string; readonly at: number }[];
}

/** All rules, and which of them apply to a record. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly logs: readonly LogRules[];
  readonly codes: CodeTable;
  /** Rules of a record: by its component where that is known, else by its file's log. */
  find(log: string, component: string): LogRules | undefined;
  /** Components that belong to a log, as written in the mappings. */
  readonly components: readonly string[];
}

/** What a rule made of a text. */
export interface Made {
  readonly rule: Rule;
  readonly outcome: Outcome;
  readonly attributes: Record<string, AttributeValue>;
}

export interface LogNames {
  readonly rules: LogRules;
  /** Names of the log; `*` stands for anything. */
  readonly names: readonly string[];
  readonly components: readonly string[];
}

/** Finds logs by component and by file name, both without letter case and each name looked up only once. */
export function createLogFinder(
  logs: readonly LogNames[],
): (log: string, component: string) => LogRules | undefined {
  const byComponent = new Map<string, LogRules>();
  const byName = new Map<string, LogRules>();
  const patterns: { readonly head: string; readonly tail: string; readonly rules: LogRules }[] = [];
  for (const { rules, names, components } of logs) {
    for (const component of components) byComponent.set(component.toLowerCase(), rules);
    for (const name of names) {
      const lower = baseName(name);
      const star = lower.indexOf('*');
      if (star < 0) byName.set(lower, rules);
      else patterns.push({ head: lower.slice(0, star), tail: lower.slice(star + 1), rules });
    }
  }
  let last:
    | { readonly log: string; readonly component: string; readonly rules: LogRules | undefined }
    | undefined;
  return (log, component) => {
    if (last?.log === log && last.component === component) return last.rules;
    const name = baseName(log);
    const rules =
      byComponent.get(component.toLowerCase()) ??
      byName.get(name) ??
      patterns.find(({ head, tail }) => name.startsWith(head) && name.endsWith(tail))?.rules;
    last = { log, component, rules };
    return rules;
  };
}

/** A log's name without its ending and without what a copy added: `CcmMessaging - Copy.log`, `CCM_STS.log (old)`. */
function baseName(log: string): string {
  const [name = ''] = log.toLowerCase().split(/\s/);
  return name.replace(/\.(?:log|lo_)$/, '');
}
