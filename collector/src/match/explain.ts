import type { LogRules, Rule } from './rules.ts';
import { runTemplate } from './run-template.ts';

/** The rule that came nearest to a text that none matched. */
export interface Nearest {
  readonly event: string;
  readonly line: string;
  /** `file:line` of the rule. */
  readonly rule: string;
  /** The part of the text that fitted. */
  readonly fitted: string;
  /** The text where it stopped. */
  readonly found: string;
  /** What the rule wants there, in words. */
  readonly wanted: string;
}

/** Finds the rule whose fixed text went furthest; absent where not even a word fitted. */
export function nearest(logs: readonly LogRules[], text: string): Nearest | undefined {
  let best:
    | { readonly rule: Rule; readonly at: number; readonly matched: number; readonly wanted: string }
    | undefined;
  for (const rule of new Set(logs.flatMap((log) => log.rules))) {
    const run = runTemplate(rule.template, text);
    if (run.fits || run.matched < 3) continue;
    if (best === undefined || run.matched > best.matched)
      best = { rule, at: run.at, matched: run.matched, wanted: run.wanted };
  }
  if (best === undefined) return undefined;
  const { rule, at, wanted } = best;
  return {
    event: rule.event,
    line: rule.template.source,
    rule: `${rule.file}:${rule.line}`,
    fitted: text.slice(0, at),
    found: text.slice(at, at + 120).trimStart(),
    wanted,
  };
}
