import type { TellJoinCheck } from '../contract/join-check.ts';
import type { Report } from '../contract/loss.ts';
import type { LogRecord } from '../model/record.ts';
import type { Original } from './assembly/evidence.ts';
import type { JoinOptions } from './join/index.ts';
import type { Knowledge } from './knowledge/knowledge.ts';

/** How a correlator works; times are event time in microseconds. */
export interface CorrelatorOptions {
  readonly knowledge: Knowledge;
  readonly report: Report;
  /** Told of joins that ids prove, with what time alone would have said. */
  readonly checked: TellJoinCheck;
  /** Site code of a host; empty where neither configured nor learned. */
  readonly siteOf: (host: string) => string;
  /** What span events keep of the record. Default full. */
  readonly original: Original;
  /** How long an ended story waits for late records of other tiers. Default 60 s. */
  readonly settleUs: number;
  readonly joins: Partial<JoinOptions>;
  /**
   * Whether the story that a record opens was told before a restart and is only half read again: its trace is durable
   * and must not be replaced by what is left of it.
   */
  readonly isTold: (opening: LogRecord) => boolean;
  /** A stretch without any hop after which nothing earlier can be joined. Default 10 s. */
  readonly quietUs: number;
  /** Hops wait this long for company to be joined with. Default 10 s. */
  readonly minWindowUs: number;
  /** They wait no longer than this where no stretch is quiet. Default 60 s. */
  readonly windowUs: number;
  /**
   * A hop that is open for longer than this, and than the silence that would end it, keeps the others waiting no more; it is
   * late evidence then. Default 60 s.
   */
  readonly maxHopWaitUs: number;
  /** Decided hops that late evidence is compared with. Default 4,000. */
  readonly history: number;
  /** Decided hops that gaps between tiers are learned from, besides those of the batch. Default 600. */
  readonly recentHops: number;
  /** Client hosts whose clocks are remembered by their last joins. Default 20,000. */
  readonly maxClockHosts: number;
  /** Spans open at once on one host. Default 10,000. */
  readonly maxOpenPerHost: number;
  /** Records kept as evidence of one span. Default 2,000. */
  readonly maxEventsPerSpan: number;
  /** Spans of one trace on one host. Default 10,000. */
  readonly maxSpansPerTrace: number;
  /** Identities of told records kept, of all hosts together, to know copies that come late. Default 200,000. */
  readonly maxRecentIds: number;
  /** Records of what disturbs the path that are remembered. Default 10,000. */
  readonly maxDisturbances: number;
  /** A host without a record for this long is forgotten. Default 7 days. */
  readonly maxHostAgeUs: number;
}

export const correlatorDefaults: Omit<CorrelatorOptions, 'knowledge' | 'report'> = {
  checked: () => {},
  siteOf: () => '',
  original: 'full',
  settleUs: 60e6,
  joins: {},
  isTold: () => false,
  quietUs: 10e6,
  minWindowUs: 10e6,
  windowUs: 60e6,
  maxHopWaitUs: 60e6,
  history: 4_000,
  recentHops: 600,
  maxClockHosts: 20_000,
  maxOpenPerHost: 10_000,
  maxEventsPerSpan: 2_000,
  maxSpansPerTrace: 10_000,
  maxRecentIds: 200_000,
  maxDisturbances: 10_000,
  maxHostAgeUs: 7 * 24 * 3600e6,
};
