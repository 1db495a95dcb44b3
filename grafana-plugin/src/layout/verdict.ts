import { textOf, attributeOf } from '../model/span-detail.ts';
import { flagPartial, flagWarning, statusError, type SpanTable } from '../model/span-table.ts';
import { tierOf, type TierKey } from './tiers.ts';
import type { SpanTree } from './tree.ts';

export type VerdictOutcome = 'ok' | 'warning' | 'error';

/** What a trace comes to: whether it failed, where, and with what. */
export interface Verdict {
  readonly outcome: VerdictOutcome;
  readonly partial: boolean;
  /** Span index where the failure (or the warning) began; -1 where all is well. */
  readonly culprit: number;
  readonly errorType: string;
  readonly httpStatus: string;
  /** Of Windows, as the log has it; empty where none was logged. */
  readonly code: string;
  readonly message: string;
  readonly diagnosis: string;
}

/**
 * Judges a trace. A failure began where the way down from the first failed root through what decided it ends; a warning, in a trace that
 * is well otherwise, at the deepest span that has one.
 */
export function judge(table: SpanTable, tree: SpanTree): Verdict {
  let partial = false;
  let warned = -1;
  let depth = -1;
  for (let position = 0; position < table.count; position += 1) {
    const span = tree.order[position]!;
    const flags = table.flags[span]!;
    if ((flags & flagPartial) !== 0) partial = true;
    const noticed = table.status[span] === statusError || (flags & flagWarning) !== 0;
    if (!noticed || tree.depth[position]! <= depth) continue;
    warned = span;
    depth = tree.depth[position]!;
  }
  const root = tree.roots.find((each) => table.status[each] === statusError);
  const culprit = root === undefined ? warned : decidedBy(table, tree, root);
  const outcome = root === undefined ? (warned < 0 ? 'ok' : 'warning') : 'error';
  return { outcome, partial, culprit, ...explain(table, tree, culprit) };
}

/** How long a trace took as a whole: from the start of `root` to the last end of any span, ms. A root alone may end before what it caused. */
export function tookMs(table: SpanTable, root: number): number {
  const startMs = table.startMs[root] ?? 0;
  let endMs = startMs;
  for (let span = 0; span < table.count; span += 1)
    endMs = Math.max(endMs, table.startMs[span]! + table.durationMs[span]!);
  return endMs - startMs;
}

/** Failures below one span whose kinds are compared; of more the last decides. */
const maxCompared = 64;

/**
 * The last failure on the way down: below a failed span the failure of its own kind decided, else the one that ended last; one before it
 * was got over, as a device's token that a user's stood in for.
 */
function decidedBy(table: SpanTable, tree: SpanTree, root: number): number {
  const below = failuresBelow(table, tree);
  const endOf = (span: number) => table.startMs[span]! + table.durationMs[span]!;
  const kindOf = (span: number) => textOf(table.detail(span).attributes, 'error.type');
  for (let at = root; ; ) {
    const candidates = below.get(at);
    if (candidates === undefined) return at;
    const kind = candidates.length > 1 && candidates.length <= maxCompared ? kindOf(at) : '';
    const alike = kind === '' ? [] : candidates.filter((span) => kindOf(span) === kind);
    at = (alike.length > 0 ? alike : candidates).reduce((best, span) =>
      endOf(span) > endOf(best) ? span : best,
    );
  }
}

/** Failed spans by the nearest failed span above them. */
function failuresBelow(table: SpanTable, tree: SpanTree): ReadonlyMap<number, readonly number[]> {
  const below = new Map<number, number[]>();
  const nearest = new Int32Array(table.count).fill(-1);
  for (const span of tree.order) {
    const parent = tree.parent[span]!;
    const above = parent < 0 ? -1 : table.status[parent] === statusError ? parent : nearest[parent]!;
    nearest[span] = above;
    if (above < 0 || table.status[span] !== statusError) continue;
    const known = below.get(above);
    if (known === undefined) below.set(above, [span]);
    else known.push(span);
  }
  return below;
}

function explain(table: SpanTable, tree: SpanTree, culprit: number) {
  const found = { errorType: '', httpStatus: '', code: '', message: '', diagnosis: '' };
  // What the culprit does not say, the spans above it may.
  for (let span = culprit, steps = 0; span >= 0 && steps < 64; span = tree.parent[span]!, steps += 1) {
    const { attributes, statusMessage } = table.detail(span);
    found.errorType ||= textOf(attributes, 'error.type');
    found.httpStatus ||= textOf(attributes, 'http.response.status_code');
    found.code ||= textOf(attributes, 'ccm.hresult') || textOf(attributes, 'ccm.winhttp.code');
    found.message ||= statusMessage;
    found.diagnosis ||= textOf(attributes, 'ccm.diagnosis.id');
  }
  return found;
}

/** A tier that the way of a token request passes and that left no span in this trace. */
export interface SilentTier {
  readonly tier: TierKey;
  /** `not-reached`: the request failed before it; `not-logged`: it was passed, no record says so. */
  readonly why: 'not-reached' | 'not-logged';
  /** Average of the gateway's counters over the interval that the request fell in, where the collector found it; ms. */
  readonly averageMs: number | undefined;
  readonly host: string;
}

const way: readonly TierKey[] = ['client', 'gateway', 'connection-point', 'management-point'];

/** The tiers of the way that a trace with a token request says nothing about. Empty for traces of other products. */
export function findSilentTiers(table: SpanTable, verdict: Verdict): SilentTier[] {
  const seen = new Set<TierKey>();
  let request = -1;
  for (let span = 0; span < table.count; span += 1) {
    const tier = tierOf(table.services[span]!);
    if (tier !== undefined) seen.add(tier);
    if (table.names[span] === 'token request') request = span;
  }
  if (request < 0 || seen.size === 0) return [];
  const end = way.indexOf(endOf(table, verdict) ?? 'management-point');
  const { attributes } = table.detail(request);
  const average = attributeOf(attributes, 'ccm.cmg.average_elapsed_ms');
  return way
    .filter((tier) => !seen.has(tier))
    .map((tier) => ({
      tier,
      why: way.indexOf(tier) > end ? 'not-reached' : 'not-logged',
      averageMs: tier === 'gateway' && typeof average === 'number' ? average : undefined,
      host: tier === 'gateway' ? textOf(attributes, 'ccm.cmg.name') : '',
    }));
}

/** Failures with which a request does not leave the client. */
const beforeSending = /^(?:tls|cannot_connect|name_not_resolved|proxy|entra|no_token|wam)/;

/**
 * The tier at which a failed request ended; undefined where that is not certain. A client that was only answered
 * with a failure does not know who failed: silence of the tiers behind it may as well be a missing log.
 */
function endOf(table: SpanTable, { outcome, culprit, errorType, message }: Verdict): TierKey | undefined {
  if (outcome !== 'error' || culprit < 0) return undefined;
  const tier = tierOf(table.services[culprit]!);
  if (tier !== 'client') return tier;
  if (beforeSending.test(errorType)) return 'client';
  return message.includes('CMGService_') ? 'gateway' : undefined;
}
