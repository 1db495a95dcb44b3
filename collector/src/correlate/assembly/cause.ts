import type { Attributes } from '../../model/attributes.ts';
import type { LogEvent } from '../../model/event.ts';
import { holds, type Knowledge, namesEvent } from '../knowledge/knowledge.ts';
import type { KnownEvent } from '../segment.ts';
import type { SpanNode } from './span-node.ts';

/** Why a span failed. */
export interface Cause {
  /** Place of its rule: the lower, the more it tells. */
  readonly rank: number;
  readonly timeUs: number;
  readonly errorType: string;
  readonly message: string;
}

export type Verdict =
  | { readonly code: 'ok' | 'unset' }
  | { readonly code: 'error'; readonly cause: Cause; readonly warning: boolean };

/** Says of every span of a tree how it ended, and why where it failed: its own records and those of what it called. */
export function judge(root: SpanNode, knowledge: Knowledge): ReadonlyMap<SpanNode, Verdict> {
  const verdicts = new Map<SpanNode, Verdict>();
  judgeNode(root, knowledge, verdicts);
  return verdicts;
}

function judgeNode(node: SpanNode, knowledge: Knowledge, verdicts: Map<SpanNode, Verdict>): void {
  for (const child of node.children) judgeNode(child, knowledge, verdicts);
  const { status } = node.segment;
  if (status.code !== 'error') {
    verdicts.set(node, { code: status.code });
    return;
  }
  const causes = [...ownCauses(node, knowledge)];
  const lastOfName = new Map<string, SpanNode>();
  for (const child of [...node.children].sort((a, b) => a.startUs - b.startUs))
    lastOfName.set(child.segment.name, child);
  for (const child of lastOfName.values()) {
    const verdict = verdicts.get(child);
    if (verdict?.code === 'error' && !isForgiven(child)) causes.push(verdict.cause);
  }
  causes.sort((a, b) => a.rank - b.rank || b.timeUs - a.timeUs);
  const cause = causes[0] ?? unexplained(node);
  verdicts.set(node, { code: 'error', cause, warning: isForgiven(node) });
}

/** A failure of a kind that is normal to fail, when a later one under the same parent was good. */
function isForgiven(node: SpanNode): boolean {
  const { rule } = node.segment;
  if (!rule.forgiven || node.parent === undefined) return false;
  return node.parent.children.some(
    (other) =>
      other.segment.rule === rule &&
      other.startUs >= node.startUs &&
      other !== node &&
      other.segment.status.code === 'ok',
  );
}

function* ownCauses(node: SpanNode, knowledge: Knowledge): Generator<Cause> {
  const { segment } = node;
  for (const { event, timeUs } of segment.events) {
    const errorType = event.outcome === 'fail' ? event.attributes['error.type'] : undefined;
    if (typeof errorType !== 'string') continue;
    const rank = rankOf(errorType, event, knowledge);
    const message = fill(knowledge.errors[rank]?.message ?? 'This failed: {line}', {
      ...(segment.serverAddress === '' ? {} : { 'server.address': segment.serverAddress }),
      ...segment.attributes,
      ...event.attributes,
      host: segment.host,
      line: quote(event.record.message),
    });
    yield { rank, timeUs, errorType, message };
  }
  if (segment.ending === 'timeout')
    yield {
      rank: knowledge.errors.length,
      timeUs: segment.endUs,
      errorType: 'timeout',
      message: `${capital(segment.name)} on ${segment.host} never ended: the last step reached was ${lastStep(node)}.`,
    };
}

/** Place of the first rule that fits; after all of them where none does. */
function rankOf(errorType: string, event: LogEvent, knowledge: Knowledge): number {
  const rank = knowledge.errors.findIndex(
    (rule) =>
      rule.errorType === errorType &&
      (rule.event === '' || namesEvent(rule.event, event.name)) &&
      holds(rule.where, event),
  );
  return rank < 0 ? knowledge.errors.length : rank;
}

function unexplained(node: SpanNode): Cause {
  const { segment } = node;
  const last = segment.events.findLast(({ event }) => event.outcome === 'fail') ?? segment.events.at(-1);
  return {
    rank: Infinity,
    timeUs: segment.endUs,
    errorType: 'unknown',
    message: `${capital(segment.name)} on ${segment.host} failed${last === undefined ? '.' : `: ${firstLine(last)}`}`,
  };
}

function lastStep(node: SpanNode): string {
  let last: KnownEvent | undefined;
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const known = next.segment.events.at(-1);
    if (known !== undefined && !next.joined && (last === undefined || known.timeUs >= last.timeUs))
      last = known;
    open.push(...next.children.filter(({ joined }) => !joined));
  }
  return last === undefined ? 'not logged' : `${last.event.name} ("${firstLine(last)}")`;
}

const longestQuote = 160;

function firstLine({ event }: KnownEvent): string {
  return quote(event.record.message);
}

function quote(message: string): string {
  const line = message.split('\n', 1)[0]?.trim() ?? '';
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Replaces {attribute}; a part in square brackets is left out where one of its attributes is absent. */
export function fill(template: string, attributes: Attributes): string {
  const withParts = template.replace(/\[([^[\]]*)\]/g, (_, part: string) =>
    [...part.matchAll(hole)].every(([, name = '']) => attributes[name] !== undefined) ? part : '',
  );
  return withParts.replace(hole, (_, name: string) => String(attributes[name] ?? '(not logged)'));
}

const hole = /\{([^{}]+)\}/g;
