import type { Attributes } from '../../model/attributes.ts';
import type { StoryRule } from '../knowledge/knowledge.ts';
import type { Segment } from '../segment.ts';
import type { HostIdentities } from './host-identities.ts';
import {
  addIdentities,
  addIdentity,
  emptyIdentitySet,
  frozenIdentities,
  identityKinds,
} from './identities.ts';
import type { Ending, OpenSegment } from './open-segment.ts';

/** A segment with what assembly needs to know of how it came about. */
export interface StorySegment extends Segment {
  readonly rule: StoryRule;
  readonly ending: Ending;
  readonly partial: boolean;
  /** Identity of the record that opened the root of its tree on its host. */
  readonly rootKey: string;
  readonly children: readonly StorySegment[];
}

/** What a host adds to its segments. */
export interface HostFacts {
  readonly name: string;
  readonly site: string;
  readonly identities: HostIdentities;
}

/** Freezes ended spans and what is under them, each once: a hop is the same object alone and under its root. */
export type ToSegment = (open: OpenSegment, host: HostFacts) => StorySegment;

export function createToSegment(): ToSegment {
  const made = new WeakMap<OpenSegment, StorySegment>();
  return function toSegment(open, host) {
    const before = made.get(open);
    if (before !== undefined) return before;
    const children = open.children.map((child) => toSegment(child, host));
    const segment = freeze(open, children, host);
    made.set(open, segment);
    return segment;
  };
}

function freeze(open: OpenSegment, children: readonly StorySegment[], host: HostFacts): StorySegment {
  const set = emptyIdentitySet();
  if (open.prefaced) addIdentities(set, open.attributes);
  for (const { event } of open.events) addIdentities(set, event.attributes);
  for (const child of children)
    for (const kind of identityKinds) for (const id of child.identities[kind]) addIdentity(set[kind], id);
  if (open.rule.tier === 'client') host.identities.addKnown(set, open.endUs + open.rule.lingerUs);
  const ending = open.ending ?? 'timeout';
  const failed = hasFailed(ending, open);
  const address = addressOf(open.attributes);
  return {
    rule: open.rule,
    ending,
    partial: open.partial,
    key: open.opener.id,
    name: open.rule.span,
    kind: open.rule.kind,
    tier: open.rule.tier,
    rootKey: rootOf(open).opener.id,
    host: host.name,
    site: host.site,
    startUs: open.startUs,
    endUs: Math.max(open.endUs, open.startUs),
    startKnown: open.startKnown,
    endKnown: open.endKnown,
    status: { code: failed ? 'error' : ending === 'ok' ? 'ok' : 'unset', message: '' },
    attributes: open.attributes,
    events: open.events,
    children,
    method: open.method,
    identities: frozenIdentities(set),
    urlPath: address.path,
    httpStatus: statusOf(open, failed),
    serverAddress: address.host,
  };
}

/** What ended without a word of its own failed if its last word was a failure. */
function hasFailed(ending: Ending, open: OpenSegment): boolean {
  switch (ending) {
    case 'fail':
    case 'timeout':
      return true;
    case 'ok':
    case 'unset':
      return false;
    case 'next':
    case 'parent':
    case 'restart':
    case 'silence':
      return (
        open.events.some(({ event }) => event.outcome === 'fail') &&
        open.events.at(-1)?.event.outcome !== 'ok'
      );
    default: {
      const unknown: never = ending;
      throw new Error(`no such ending: ${String(unknown)}`);
    }
  }
}

function rootOf(open: OpenSegment): OpenSegment {
  return open.parent === undefined ? open : rootOf(open.parent);
}

function statusOf(open: OpenSegment, failed: boolean): number {
  const status = open.attributes['http.response.status_code'];
  if (typeof status === 'number') return status;
  return !failed && open.ending === 'ok' && open.rule.answers ? 200 : 0;
}

function addressOf(attributes: Attributes): { host: string; path: string } {
  const full = attributes['url.full'];
  const address = attributes['server.address'];
  const named = typeof address === 'string' ? (address.split('/', 1)[0] ?? '') : '';
  const [, host = '', path = ''] =
    typeof full === 'string' ? (/^[a-z]+:\/\/+([^/:]+)(?::\d+)?(\/[^\s'"]*)?/i.exec(full) ?? []) : [];
  const own = attributes['url.path'];
  return {
    host: (host || named).toLowerCase(),
    path: (path || (typeof own === 'string' ? own : ''))
      .toLowerCase()
      .replace(/\?.*$/, '')
      .replace(/\/$/, ''),
  };
}
