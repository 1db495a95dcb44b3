import type { KnownEvent } from '../segment.ts';
import { logOf, type OpenSegment, threadOf } from './open-segment.ts';

/**
 * The open span that a record belongs to, by the keys of its rule: message id before thread before SID. A message id
 * that differs excludes; being the only one open in its log is the weakest tie, and none where two are.
 * Of equals the one opened last is taken.
 */
export function findSegment(open: readonly OpenSegment[], known: KnownEvent): OpenSegment | undefined {
  let best: OpenSegment | undefined;
  let bestScore = 0;
  let equals = 0;
  for (const segment of open) {
    const score = scoreOf(segment, known);
    if (score <= 0 || score < bestScore) continue;
    equals = score === bestScore ? equals + 1 : 1;
    best = segment;
    bestScore = score;
  }
  return bestScore === onlyInLog && equals > 1 && open[0]?.rule.keys[0] !== 'log' ? undefined : best;
}

const onlyInLog = 1;
/** How far apart the first record of a span, without an id, and the next one that names an id may be. */
const adoptWithinUs = 1e6;
/** On another thread only this close, and for the same address: answers come on threads of their own. */
const adoptAcrossUs = 50_000;

/** Whether a record that names an id may be of a span whose records named none so far. */
function mayAdopt(segment: OpenSegment, known: KnownEvent): boolean {
  const elapsed = segment.rule.elapsed === '' ? undefined : known.event.attributes[segment.rule.elapsed];
  const beganUs = typeof elapsed === 'number' ? known.timeUs - elapsed * 1000 : known.timeUs;
  const apartUs = Math.abs(beganUs - segment.startUs);
  const sameThread = segment.thread === threadOf(known) && segment.log === logOf(known);
  return sameThread ? apartUs <= adoptWithinUs : apartUs <= adoptAcrossUs && sameAddress(segment, known);
}

/** The document's own sample has a slash too many. */
function sameAddress(segment: OpenSegment, known: KnownEvent): boolean {
  const left = segment.attributes['url.full'];
  const right = known.event.attributes['url.full'];
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  return left.toLowerCase().replace(/\/+/g, '/') === right.toLowerCase().replace(/\/+/g, '/');
}

function scoreOf(segment: OpenSegment, known: KnownEvent): number {
  let score = 0;
  const { attributes } = known.event;
  for (const key of segment.rule.keys) {
    switch (key) {
      case 'message id': {
        const id = attributes['ccm.message.id'];
        if (typeof id !== 'string') break;
        if (segment.messageId === id) score += 16;
        else if (segment.messageId !== '') return 0;
        else if (!mayAdopt(segment, known)) return 0;
        else if (sameAddress(segment, known)) score += 2;
        break;
      }
      case 'thread':
        if (segment.thread === threadOf(known) && segment.log === logOf(known)) score += 6;
        break;
      case 'sid': {
        const sid = attributes['ccm.user.sid'];
        if (typeof sid !== 'string' || segment.sid === '') break;
        score += segment.sid === sid ? 4 : -3;
        break;
      }
      case 'log':
        if (segment.log === logOf(known)) score += onlyInLog;
        break;
      default: {
        const unknown: never = key;
        throw new Error(`no such key: ${String(unknown)}`);
      }
    }
  }
  return score;
}

/** The open span on the record's own thread, or with its message id: what a step without further ids belongs to. */
export function findForStep(open: readonly OpenSegment[], known: KnownEvent): OpenSegment | undefined {
  const id = known.event.attributes['ccm.message.id'];
  const thread = threadOf(known);
  const log = logOf(known);
  let best: OpenSegment | undefined;
  for (const segment of open) {
    const keys = segment.rule.keys;
    if (typeof id === 'string' && keys[0] === 'message id') {
      if (segment.messageId === id) return segment;
      if (segment.messageId !== '' || !mayAdopt(segment, known)) continue;
    }
    if (segment.log !== log) continue;
    if (segment.thread === thread || keys[0] === 'log') best = segment;
  }
  return best;
}
