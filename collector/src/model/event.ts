import type { Attributes } from './attributes.ts';
import type { LogRecord } from './record.ts';
import type { Tier } from './tier.ts';

/** What a record says about the step it reports; comes from the words, never from the envelope's `type`. */
export type Outcome = 'ok' | 'fail' | 'info';

/** A record that a mapping recognised. */
export interface LogEvent {
  /** Event name of the mapping, such as `sts.request.started`. */
  readonly name: string;
  readonly tier: Tier;
  /** Canonical log of the mapping, such as `CCM_STS.log`. */
  readonly log: string;
  readonly outcome: Outcome;
  readonly attributes: Attributes;
  readonly record: LogRecord;
}
