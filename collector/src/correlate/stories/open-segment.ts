import type { AttributeValue } from '../../model/attributes.ts';
import type { LinkMethod } from '../../model/span.ts';
import type { StoryRule } from '../knowledge/knowledge.ts';
import type { KnownEvent } from '../segment.ts';
import { normalIdentity } from './identities.ts';

/** How a span came to its end. `next`: the next phase began; `parent`: what it is under ended; `silence`: no more records. */
export type Ending = 'ok' | 'fail' | 'unset' | 'next' | 'parent' | 'restart' | 'silence' | 'timeout';

/** A span in the making on one host. */
export class OpenSegment {
  readonly rule: StoryRule;
  readonly opener: KnownEvent;
  readonly log: string;
  readonly thread: number;
  readonly parent: OpenSegment | undefined;
  readonly method: LinkMethod | undefined;
  readonly depth: number;
  readonly children: OpenSegment[] = [];
  readonly events: KnownEvent[] = [];
  readonly attributes: Record<string, AttributeValue> = {};
  startUs: number;
  startKnown = true;
  endUs: number;
  endKnown = false;
  /** Time of the last record in it or under it. */
  lastUs: number;
  messageId = '';
  sid = '';
  partial = false;
  /** It took attributes of a record that is not among its own. */
  prefaced = false;
  ending: Ending | undefined;
  closer: KnownEvent | undefined;
  /** The closing record came; a span that belongs to it may still follow until then. */
  awaitedUntilUs = -1;
  awaited: OpenSegment | undefined;

  constructor(
    rule: StoryRule,
    opener: KnownEvent,
    parent: OpenSegment | undefined,
    method: LinkMethod | undefined,
  ) {
    this.rule = rule;
    this.opener = opener;
    this.parent = parent;
    this.method = method;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.log = logOf(opener);
    this.thread = threadOf(opener);
    this.startUs = opener.timeUs;
    this.endUs = opener.timeUs;
    this.lastUs = opener.timeUs;
    if (parent?.rule.keys.includes('sid') === true) this.sid = parent.sid;
    parent?.children.push(this);
  }

  add(known: KnownEvent): void {
    if (this.events.at(-1) === known) return;
    this.events.push(known);
    this.#touch(known.timeUs);
    this.take(known);
  }

  #touch(timeUs: number): void {
    if (timeUs > this.lastUs) this.lastUs = timeUs;
    if (this.parent !== undefined) this.parent.#touch(timeUs);
  }

  /** Attributes of the first record that has them; of the last one where the last word counts. */
  take(known: KnownEvent): void {
    const { attributes } = known.event;
    for (const name in attributes) {
      const value = attributes[name];
      if (value === undefined || name === 'error.type' || (name in this.attributes && !lastWord.has(name)))
        continue;
      if (name === 'ccm.user.sid' && normalIdentity(value) === '' && known.event.tier !== 'client') continue;
      this.attributes[name] = value;
    }
    const id = attributes['ccm.message.id'];
    if (this.messageId === '' && typeof id === 'string') this.messageId = id;
    const sid = attributes['ccm.user.sid'];
    if (this.sid === '' && typeof sid === 'string') this.sid = sid;
  }
}

const lastWord: ReadonlySet<string> = new Set([
  'http.response.status_code',
  'ccm.hresult',
  'ccm.token.expires_at',
  'ccm.registration.approval_status',
]);

/** Canonical name of the log; logs of one process that share it (CCM_STS, CCM_STS_ManagedBase) share their threads. */
export function logOf({ event }: KnownEvent): string {
  return event.log;
}

/** -1 where the record names no thread. */
export function threadOf({ event }: KnownEvent): number {
  return event.record.thread ?? -1;
}
