import { textOf } from '../model/span-detail.ts';
import { statusError, type SpanTable } from '../model/span-table.ts';
import type { TraceRow, WarnedSpan } from '../model/trace-row.ts';
import { treeOf } from './tree.ts';
import { judge, tookMs } from './verdict.ts';

/** A story has a handful; a trace with more is of another product and need not be read in full. */
const maxRequests = 50;

/** The row that stands for a trace among others: it says of it what the trace itself says above its spans. */
export function summarise(table: SpanTable): TraceRow {
  const tree = treeOf(table);
  const verdict = judge(table, tree);
  const root = tree.roots[0] ?? 0;
  const { attributes, statusMessage } = table.detail(root);
  const failed = verdict.outcome === 'error';
  return {
    traceId: table.traceId,
    name: table.names[root] ?? '',
    startMs: table.startMs[root] ?? 0,
    durationMs: tookMs(table, root),
    outcome: verdict.outcome,
    errorType: failed ? verdict.errorType : '',
    httpStatus: failed ? verdict.httpStatus : '',
    message: statusMessage || (failed ? verdict.message : ''),
    warned: verdict.outcome === 'warning' ? warnedSpan(table, verdict.culprit) : undefined,
    diagnosis: verdict.diagnosis || textOf(attributes, 'ccm.diagnosis.id'),
    host: table.hosts[root] ?? '',
    clientGuid: textOf(attributes, 'ccm.client.guid'),
    spanCount: table.count,
    services: [...new Set(table.services)],
    tokenExpiresMs: expiryOf(table),
  };
}

function warnedSpan(table: SpanTable, span: number): WarnedSpan {
  return {
    name: table.names[span] ?? '',
    subject: textOf(table.detail(span).attributes, 'ccm.entra.token.subject'),
  };
}

/** When the last token that was got in the trace runs out; ms. */
function expiryOf(table: SpanTable): number | undefined {
  let found: number | undefined;
  let requests = 0;
  for (let span = 0; span < table.count && requests < maxRequests; span += 1) {
    if (table.names[span] !== 'token request' || table.status[span] === statusError) continue;
    requests += 1;
    const expires = Date.parse(withZone(textOf(table.detail(span).attributes, 'ccm.token.expires_at')));
    if (Number.isFinite(expires)) found = expires;
  }
  return found;
}

/** A time without a zone is UTC, as the collector takes it. */
function withZone(time: string): string {
  return /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(time) ? `${time}Z` : time;
}
