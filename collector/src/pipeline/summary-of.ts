import type { TraceSummary } from '../contract/trace-reader.ts';
import type { Trace } from '../model/span.ts';
import { tiers } from '../model/tier.ts';
import { outcomeOf } from '../model/trace-outcome.ts';

/** The row that a list shows of a trace just made. */
export function summaryOf(trace: Trace): TraceSummary {
  const root = trace.spans[0];
  const text = (name: string): string => String(root.attributes[name] ?? '');
  return {
    traceId: trace.traceId,
    story: root.name,
    startUs: root.startUs,
    durationUs: root.endUs - root.startUs,
    outcome: outcomeOf(trace),
    errorType: text('error.type'),
    statusMessage: root.status.message,
    diagnosis: text('ccm.diagnosis.id'),
    host: root.resource.host,
    clientGuid: trace.identities.clientGuids[0] ?? '',
    spanCount: trace.spans.length,
    tiers: tiers.filter((tier) => trace.spans.some((span) => span.resource.tier === tier)),
  };
}
