import { textOf } from '../model/span-detail.ts';
import { statusError, type SpanTable } from '../model/span-table.ts';
import type { TraceRow } from '../model/trace-row.ts';

/** A story has a handful; a trace with more is of another product and need not be read in full. */
const maxRequests = 50;

/** The row that stands for a trace among others: its first root, and what that says. */
export function summarise(table: SpanTable): TraceRow {
  let root = 0;
  let found = false;
  let endMs = -Infinity;
  let tokenExpiresMs: number | undefined;
  let requests = 0;
  const services = new Set<string>();
  for (let span = 0; span < table.count; span += 1) {
    const parent = table.parentIds[span];
    const isRoot = parent === undefined || parent === null || parent === '';
    if (isRoot && (!found || table.startMs[span]! < table.startMs[root]!)) {
      root = span;
      found = true;
    }
    endMs = Math.max(endMs, table.startMs[span]! + table.durationMs[span]!);
    services.add(table.services[span]!);
    if (
      requests < maxRequests &&
      table.names[span] === 'token request' &&
      table.status[span] !== statusError
    ) {
      requests += 1;
      const expires = Date.parse(withZone(textOf(table.detail(span).attributes, 'ccm.token.expires_at')));
      if (Number.isFinite(expires)) tokenExpiresMs = expires;
    }
  }
  const { attributes, statusMessage } = table.detail(root);
  return {
    traceId: table.traceId,
    name: table.names[root] ?? '',
    startMs: table.startMs[root] ?? 0,
    durationMs: Math.max(0, endMs - (table.startMs[root] ?? endMs)),
    outcome: table.status[root] === statusError ? 'error' : 'ok',
    errorType: table.status[root] === statusError ? textOf(attributes, 'error.type') : '',
    message: statusMessage,
    diagnosis: textOf(attributes, 'ccm.diagnosis.id'),
    host: table.hosts[root] ?? '',
    clientGuid: textOf(attributes, 'ccm.client.guid'),
    spanCount: table.count,
    services: [...services],
    tokenExpiresMs,
  };
}

/** A time without a zone is UTC, as the collector takes it. */
function withZone(time: string): string {
  return /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(time) ? `${time}Z` : time;
}
