import type { Condition } from '../../base/condition.ts';
import type { LogEvent, Outcome } from '../../model/event.ts';
import type { SpanKind } from '../../model/span.ts';
import type { Tier } from '../../model/tier.ts';

/** Every condition holds on the event's attributes. */
export type Where = readonly (readonly [attribute: string, condition: Condition])[];

export type StoryKey = 'message id' | 'thread' | 'sid' | 'log';

/** One kind of span, compiled; `index` is its place in `Knowledge.stories`. */
export interface StoryRule {
  readonly index: number;
  readonly span: string;
  /** 0 for what is under nothing; more than everything it can be under. */
  readonly depth: number;
  readonly tier: Tier;
  readonly kind: SpanKind;
  readonly alone: 'story' | 'failed' | 'token request' | 'drop';
  readonly keys: readonly StoryKey[];
  /** Lower-case canonical log names; all logs where absent. */
  readonly logs: ReadonlySet<string> | undefined;
  readonly under: readonly Placement[];
  readonly preface: ReadonlySet<string>;
  readonly awaits: { readonly span: number; readonly withinUs: number } | undefined;
  readonly elapsed: string;
  readonly timeoutUs: number;
  readonly longestUs: number;
  /** -1: silence does not end it. */
  readonly idleUs: number;
  readonly lingerUs: number;
  /** Records besides failures that may follow its end within `lingerUs`. */
  readonly trails: ReadonlySet<string>;
  readonly suffices: ReadonlySet<string>;
  /** It calls another host or is called by one. */
  readonly hop: boolean;
  readonly answers: boolean;
  readonly forgiven: boolean;
}

export interface Placement {
  readonly span: number;
  readonly by: 'thread' | 'log' | 'host';
  readonly logs: ReadonlySet<string> | undefined;
}

/** What an event may do to one kind of span. Roles of one event are in this order. */
export interface Role {
  readonly rule: StoryRule;
  readonly does: 'until' | 'opens' | 'continues' | 'closes' | 'step';
  readonly where: Where;
  /** `opens`: what it means while one is open. */
  readonly again: 'step' | 'restart';
  /** `continues`: only as the first record of its thread. */
  readonly first: boolean;
  /** `continues`: only where no open span takes the record. */
  readonly unclaimed: boolean;
  /** `closes`: one record tells the whole span. */
  readonly alone: boolean;
  readonly outcome: Outcome | 'unset' | undefined;
}

/** A cause of failure; its place in `Knowledge.errors` says how much it tells. */
export interface ErrorRule {
  readonly errorType: string;
  /** Event name or family; empty for any. */
  readonly event: string;
  readonly where: Where;
  readonly message: string;
}

/** A record of what disturbs the path: it explains failures of these types that end up to `withinUs` after it. */
export interface DisturbanceRule {
  readonly event: string;
  readonly where: Where;
  readonly withinUs: number;
  readonly explains: ReadonlySet<string>;
}

/** The signature of a diagnosis over a trace; what a person reads about it is in mappings/diagnoses.yaml. */
export interface DiagnosisRule {
  readonly id: string;
  /** Names of root spans; any where empty. */
  readonly story: readonly string[];
  readonly all: readonly EventTest[];
  readonly any: readonly EventTest[];
  readonly none: readonly EventTest[];
  /** A host of the trace is whole quarter hours off its peers; such a diagnosis is told of traces that went well too. */
  readonly misreadZone: boolean;
  /** On error.type of any span. */
  readonly errorType: Condition | undefined;
  /** Higher is more specific. */
  readonly precedence: number;
}

export interface EventTest {
  readonly event: string;
  readonly where: Where;
}

/** What correlation knows of stories, failures and their causes; made once by `loadKnowledge`. */
export interface Knowledge {
  readonly stories: readonly StoryRule[];
  /** Roles by exact event name and by family (`http.`). */
  readonly roles: ReadonlyMap<string, readonly Role[]>;
  /** Events whose identities a later span of their thread takes. */
  readonly prefaces: ReadonlySet<string>;
  readonly errors: readonly ErrorRule[];
  readonly disturbances: readonly DisturbanceRule[];
  readonly diagnoses: readonly DiagnosisRule[];
}

export function holds(where: Where, event: Pick<LogEvent, 'attributes'>): boolean {
  for (const [attribute, condition] of where) if (!condition(event.attributes[attribute])) return false;
  return true;
}

/** Whether a name fits a pattern: equal, or of the family `http.*`. */
export function namesEvent(pattern: string, name: string): boolean {
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
