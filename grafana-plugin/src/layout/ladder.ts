import { textOf } from '../model/span-detail.ts';
import { statusError, statusOk, type SpanTable } from '../model/span-table.ts';
import { percentSure, type Lane, type Lanes } from './lanes.ts';
import { tierOf, type TierKey } from './tiers.ts';
import type { SilentTier, Verdict } from './verdict.ts';
import type { SpanTree } from './tree.ts';

/** A vertical line of the ladder. */
export interface LadderLane {
  readonly key: string;
  readonly tier: TierKey | undefined;
  readonly service: string;
  readonly host: string;
  readonly colour: string;
  /** Why it has no record; undefined for lanes that have some. */
  readonly silent: SilentTier | undefined;
}

export type Tone = 'plain' | 'error' | 'warning';

/** One line of the ladder: a call or reply from lane to lane, or a note on one lane. */
export interface LadderStep {
  readonly kind: 'call' | 'reply' | 'note';
  readonly from: number;
  /** The same as `from` for notes. */
  readonly to: number;
  /** UTC milliseconds. */
  readonly atMs: number;
  readonly text: string;
  readonly tone: Tone;
  /** No record says that this hop belongs here: it is inferred. */
  readonly dashed: boolean;
  /** How sure that is, in words; empty where a record says so, or nothing can be said. */
  readonly sure: string;
  readonly span: number;
}

export interface Ladder {
  readonly lanes: readonly LadderLane[];
  readonly steps: readonly LadderStep[];
  /** Steps beyond the limit. */
  readonly more: number;
}

/** The ladder's words, in the reader's language. */
export interface LadderWords {
  readonly name: (name: string) => string;
  readonly entraRequest: (subject: string) => string;
  readonly entraOk: string;
  readonly through: string;
  readonly reply: string;
  /** What an `error.type` is called. */
  readonly failure: (errorType: string) => string;
  readonly duration: (ms: number) => string;
  readonly cached: (until: string) => string;
  readonly sure: (percent: number) => string;
}

export interface LadderSource {
  readonly table: SpanTable;
  readonly tree: SpanTree;
  readonly lanes: Lanes;
  readonly verdict: Verdict;
}

const plain = { tone: 'plain', dashed: false, sure: '' } as const;

interface Drawn extends LadderStep {
  readonly order: number;
}

/** Who asked whom, in order of time; at most `limit` steps, and the note of a warning that no step shows. */
export function buildLadder(source: LadderSource, words: LadderWords, limit: number): Ladder {
  const { table, tree, verdict } = source;
  const { lanes, laneAt } = ladderLanes(source);
  const entra = lanes.findIndex((lane) => lane.tier === 'entra');
  const gateway = lanes.findIndex((lane) => lane.tier === 'gateway' && lane.silent !== undefined);
  const steps: Drawn[] = [];
  let more = 0;
  const push = (step: LadderStep) => {
    if (steps.length < limit) steps.push({ ...step, order: orderOf(step, steps.length) });
    else more += 1;
  };
  const hop = (
    span: number,
    from: number,
    to: number,
    between: { startMs: number; endMs: number },
    mid: number,
  ) => {
    const reply = replyOf(table, span, words);
    const end = table.startMs[span]! + table.durationMs[span]!;
    const text = words.name(table.names[span]!);
    const percent = percentSure(table, span);
    const sure = percent === undefined ? '' : words.sure(percent);
    const base = { ...plain, span };
    const inferred = { ...base, dashed: true, sure };
    if (mid < 0) {
      const ends = percent === undefined ? base : inferred;
      push({ ...ends, kind: 'call', from, to, atMs: table.startMs[span]!, text });
      push({ ...ends, ...reply, kind: 'reply', from: to, to: from, atMs: end });
      return;
    }
    push({
      ...base,
      kind: 'call',
      from,
      to: mid,
      span: tree.parent[span]!,
      atMs: between.startMs,
      text: pathOf(table, tree.parent[span]!, words),
    });
    push({ ...inferred, kind: 'call', from: mid, to, atMs: table.startMs[span]!, text: words.through });
    push({ ...inferred, ...reply, kind: 'reply', from: to, to: mid, atMs: end });
    push({
      ...base,
      ...replyOf(table, tree.parent[span]!, words),
      kind: 'reply',
      from: mid,
      to: from,
      span: tree.parent[span]!,
      atMs: between.endMs,
    });
  };
  for (const span of tree.order) {
    const mine = laneAt[source.lanes.laneOf[span]!]!;
    const start = table.startMs[span]!;
    const end = start + table.durationMs[span]!;
    const parent = tree.parent[span]!;
    const above = parent < 0 ? mine : laneAt[source.lanes.laneOf[parent]!]!;
    if (above !== mine) {
      const through = lanes[above]!.tier === 'client' && tierOf(table.services[span]!) !== 'gateway';
      const sent = parent < 0 ? start : sentAt(table, parent);
      const parentEnd = table.startMs[parent]! + table.durationMs[parent]!;
      const answered = table.names[parent] === 'token request' && through ? gateway : -1;
      hop(span, above, mine, { startMs: Math.min(sent, start), endMs: Math.max(parentEnd, end) }, answered);
    } else if (entra >= 0 && table.names[span] === 'entra token request') {
      const subject = textOf(table.detail(span).attributes, 'ccm.entra.token.subject');
      const base = { ...plain, span };
      push({ ...base, kind: 'call', from: mine, to: entra, atMs: start, text: words.entraRequest(subject) });
      const reply = replyOf(table, span, words);
      const took = words.duration(table.durationMs[span]!);
      const text = reply.tone === 'plain' ? `${words.entraOk} · ${took}` : reply.text;
      push({ ...base, ...reply, text, kind: 'reply', from: entra, to: mine, atMs: end });
    } else if (table.names[span] === 'token request' && gateway >= 0 && !crosses(source, span)) {
      const base = { ...plain, span };
      push({
        ...base,
        kind: 'call',
        from: mine,
        to: gateway,
        atMs: sentAt(table, span),
        text: pathOf(table, span, words),
      });
      push({ ...base, ...replyOf(table, span, words), kind: 'reply', from: gateway, to: mine, atMs: end });
    }
    for (const note of notesOf(table, span, verdict, words))
      push({ ...plain, ...note, from: mine, to: mine, span });
    // What the verdict names is shown, however long the ladder; a warning that crosses to another lane has its mark there.
    if (
      span === verdict.culprit &&
      verdict.outcome === 'warning' &&
      steps.every((step) => step.span !== span)
    )
      steps.push({
        ...plain,
        ...warningOf(table, span, verdict, words),
        from: mine,
        to: mine,
        span,
        order: 3e9,
      });
  }
  steps.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  return { lanes, steps, more };
}

/** What stands at a step: of a call also how sure its place is; its reply is as sure. */
export function sayingOfStep({ kind, text, sure }: LadderStep): string {
  return kind === 'call' && sure !== '' ? `${text} · ${sure}` : text;
}

/** The lanes of the waterfall, and Entra ID where a client asked it for a token. */
function ladderLanes({ table, lanes: { lanes } }: LadderSource): { lanes: LadderLane[]; laneAt: number[] } {
  const made: LadderLane[] = lanes.map((lane: Lane) => ({
    key: lane.key,
    tier: lane.tier,
    service: lane.service,
    host: lane.host,
    colour: lane.colour,
    silent: lane.silent,
  }));
  const laneAt = lanes.map((_, k) => k);
  const asked = table.names.includes('entra token request') && !made.some((lane) => lane.tier === 'entra');
  if (!asked) return { lanes: made, laneAt };
  const after = made.findLastIndex((lane) => lane.tier === 'client') + 1;
  made.splice(after, 0, {
    key: 'entra',
    tier: 'entra',
    service: '',
    host: '',
    colour: 'entra',
    silent: { tier: 'entra', why: 'not-logged', averageMs: undefined, host: '' },
  });
  return { lanes: made, laneAt: laneAt.map((k) => (k >= after ? k + 1 : k)) };
}

/** At one instant: calls outside in, then what failed, then replies inside out, then what came of it. */
function orderOf({ kind, tone }: LadderStep, nth: number): number {
  if (kind === 'call') return nth;
  if (kind === 'reply') return 2e9 - nth;
  return tone === 'error' ? 1e9 : 3e9;
}

function crosses({ tree, lanes }: LadderSource, span: number): boolean {
  for (let child = tree.firstChild[span]!; child >= 0; child = tree.nextSibling[child]!) {
    if (lanes.laneOf[child] !== lanes.laneOf[span]) return true;
  }
  return false;
}

/** When a request left: its own record says so, else its span's start. */
function sentAt(table: SpanTable, span: number): number {
  const record = table.detail(span).records.find(({ name }) => name === 'token.request.sent');
  return record?.timeMs ?? table.startMs[span]!;
}

/** `POST …/CCM_STS` of the address asked for, else the span's name. */
function pathOf(table: SpanTable, span: number, words: LadderWords): string {
  const url = textOf(table.detail(span).attributes, 'url.full');
  const last = url.slice(url.lastIndexOf('/') + 1);
  return last === '' ? words.name(table.names[span]!) : `…/${last}`;
}

function replyOf(table: SpanTable, span: number, words: LadderWords): { text: string; tone: Tone } {
  const { attributes } = table.detail(span);
  const status = textOf(attributes, 'http.response.status_code');
  const error = textOf(attributes, 'error.type');
  const failed = table.status[span] === statusError;
  const what =
    status ||
    (error === '' ? '' : words.failure(error)) ||
    (table.status[span] === statusOk ? 'ok' : words.reply);
  const tone = failed ? 'error' : error === '' ? 'plain' : 'warning';
  return { text: `${what} · ${words.duration(table.durationMs[span]!)}`, tone };
}

type Note = Pick<LadderStep, 'kind' | 'atMs' | 'text' | 'tone'>;

/** A warning of a span that asks no other lane. */
function warningOf(table: SpanTable, span: number, { message }: Verdict, words: LadderWords): Note {
  const name = words.name(table.names[span]!);
  const atMs = table.startMs[span]! + table.durationMs[span]!;
  return { kind: 'note', atMs, text: message === '' ? name : `${name}: ${message}`, tone: 'warning' };
}

/** What deserves a note: where it failed, and until when the token is good. */
function notesOf(table: SpanTable, span: number, verdict: Verdict, words: LadderWords): Note[] {
  const end = table.startMs[span]! + table.durationMs[span]!;
  const notes: Note[] = [];
  if (span === verdict.culprit && verdict.outcome === 'error' && verdict.message !== '') {
    notes.push({ kind: 'note', atMs: end, text: verdict.message, tone: 'error' });
  }
  const until = textOf(table.detail(span).attributes, 'ccm.token.expires_at');
  if (until !== '' && table.names[span] === 'token request' && table.status[span] !== statusError) {
    notes.push({
      kind: 'note',
      atMs: end,
      text: words.cached(until.replace('T', ' ')),
      tone: 'plain',
    });
  }
  return notes;
}
