import type { LogEvent } from '../../collector/src/model/event.ts';
import type { LogSource } from '../../collector/src/model/record.ts';

/** What a test says of an event; the rest is made up. */
export interface GivenEvent extends Partial<Pick<LogEvent, 'tier' | 'log' | 'outcome' | 'attributes'>> {
  readonly host?: string;
  readonly thread?: number;
  readonly message?: string;
  readonly source?: LogSource;
  readonly offset?: number;
}

/** Events of one or more hosts, by milliseconds after a fixed instant. */
export function createEventMaker(): (name: string, atMs: number, given?: GivenEvent) => LogEvent {
  const sources = new Map<string, LogSource>();
  let offset = 0;
  return (name, atMs, given = {}) => {
    const {
      tier = 'client',
      log = 'CcmMessaging.log',
      outcome = 'info',
      attributes = {},
      host = 'WIN-1',
    } = given;
    const path = `${host}/${log}`;
    const source = given.source ?? sources.get(path) ?? { path, host, log, generation: 1 };
    sources.set(path, source);
    offset += 100;
    const timeUs = 1_770_000_000e6 + atMs * 1000;
    return {
      name,
      tier,
      log,
      outcome,
      attributes,
      record: {
        source,
        offset: given.offset ?? offset,
        envelope: 'cmtrace',
        message: given.message ?? `${name} at ${atMs}`,
        component: log.replace('.log', ''),
        timeUs,
        loggedAt: new Date(timeUs / 1000).toISOString(),
        thread: given.thread ?? 1,
        severity: 1,
      },
    };
  };
}
