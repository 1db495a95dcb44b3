import { useEffect, useMemo, useState } from 'react';
import type { SpanTable } from '../model/span-table.ts';
import type { SpanTree } from '../layout/tree.ts';
import { sayingOf } from '../layout/evidence.ts';
import { storyName } from './texts/story-names.ts';
import type { Language } from './texts/translator.ts';

export interface Matches {
  /** Span indices in tree order. */
  readonly spans: readonly number[];
  /** False while a long trace is still being looked through. */
  readonly complete: boolean;
}

const none: Matches = { spans: [], complete: true };
const sliceMs = 12;

/** Looks for `query` in names as written and as shown, services, ids, attributes and records; in slices, so that typing never waits. */
export function useMatches(table: SpanTable, tree: SpanTree, query: string, language: Language): Matches {
  const wanted = useMemo(() => query.trim().toLowerCase(), [query]);
  const [matches, setMatches] = useState<Matches>(none);
  useEffect(() => {
    if (wanted === '') return undefined;
    const found: number[] = [];
    let position = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const slice = () => {
      const until = performance.now() + sliceMs;
      while (position < table.count && (position % 64 !== 0 || performance.now() < until)) {
        const span = tree.order[position]!;
        if (spanMatches(table, span, wanted, language)) found.push(span);
        position += 1;
        if (position % 64 === 0 && performance.now() >= until) break;
      }
      const complete = position >= table.count;
      if (complete || found.length < 1000) setMatches({ spans: found.slice(), complete });
      if (!complete) timer = setTimeout(slice, 0);
    };
    timer = setTimeout(slice, 0);
    return () => clearTimeout(timer);
  }, [table, tree, wanted, language]);
  return wanted === '' ? none : matches;
}

/** Whether a span holds `wanted`, which is lower case. */
function spanMatches(table: SpanTable, span: number, wanted: string, language: Language): boolean {
  const has = (text: string) => text.toLowerCase().includes(wanted);
  if (
    has(table.names[span]!) ||
    has(storyName(table.names[span]!, language)) ||
    has(table.services[span]!) ||
    has(table.hosts[span]!) ||
    has(table.ids[span]!)
  ) {
    return true;
  }
  const detail = table.detail(span);
  return (
    has(detail.statusMessage) ||
    detail.attributes.some(({ key, value }) => has(key) || has(String(value))) ||
    detail.records.some((record) => has(record.name) || has(sayingOf(record)))
  );
}
