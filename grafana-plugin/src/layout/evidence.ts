import type { SpanRecord } from '../model/span-detail.ts';
import { statusError, type SpanTable } from '../model/span-table.ts';
import { textOf } from '../model/span-detail.ts';

/** A record with the span that it belongs to. */
export interface Evidence {
  readonly span: number;
  readonly record: SpanRecord;
}

/** The records of some spans, merged by corrected time; at most `limit`, `more` counts the rest. */
export function mergeEvidence(
  table: SpanTable,
  spans: Iterable<number>,
  limit: number,
): { rows: Evidence[]; more: number } {
  const rows: Evidence[] = [];
  let more = 0;
  for (const span of spans) {
    for (const record of table.detail(span).records) {
      if (rows.length < limit) rows.push({ span, record });
      else more += 1;
    }
  }
  rows.sort((a, b) => a.record.timeMs - b.record.timeMs || a.span - b.span);
  return { rows, more };
}

/** Where a record is written: `path @ byte offset`; empty where it does not say. */
export function placeOf(record: SpanRecord): { path: string; file: string; offset: string } {
  const path = textOf(record.attributes, 'log.file.path');
  return {
    path,
    file: path.slice(path.lastIndexOf('/') + 1),
    offset: textOf(record.attributes, 'ccm.log.offset'),
  };
}

const failures =
  /(?:^|\.)(?:failed|rejected|exception|expired|untrusted|invalid|unavailable|chain_failed|missing)$/;

/** Whether a record tells of a failure: by its name, or as an error line of a span that failed. */
export function tellsFailure(table: SpanTable, { span, record }: Evidence): boolean {
  return (
    failures.test(record.name) || (table.status[span] === statusError && /error|fail/i.test(record.name))
  );
}

/** Where reading begins for a span: its first record of a failure, else its first; -1 where it has none. */
export function beginningOf(table: SpanTable, rows: readonly Evidence[], span: number): number {
  const failure = rows.findIndex((row) => row.span === span && tellsFailure(table, row));
  return failure >= 0 ? failure : rows.findIndex((row) => row.span === span);
}

/** The same records, those of failures first. */
export function failuresFirst(table: SpanTable, rows: readonly Evidence[]): Evidence[] {
  return [
    ...rows.filter((row) => tellsFailure(table, row)),
    ...rows.filter((row) => !tellsFailure(table, row)),
  ];
}

const texts = ['log.record.original', 'message', 'body', 'exception.message', 'event'];

/** What a record says: its original text, or for other products' events whatever comes nearest. */
export function sayingOf(record: SpanRecord): string {
  for (const key of texts) {
    const found = textOf(record.attributes, key);
    if (found !== '') return found;
  }
  const rest = record.attributes.map(({ key, value }) => `${key}=${value}`).join(' ');
  return rest === '' ? record.name : rest;
}
