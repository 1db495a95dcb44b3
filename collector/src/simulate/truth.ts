/** Where and when a record was written, as its own log says; absent where no file holds it. */
export interface Stamp {
  readonly host: string;
  readonly log: string;
  readonly thread: number;
  /** ISO 8601 with the offset as logged. */
  readonly time: string;
}

/** What really happened in one token request or registration: joins are scored against it. */
export interface CallTruth {
  readonly call: number;
  readonly story: 'client install' | 'client registration' | 'token renewal';
  readonly kind: 'token request' | 'registration';
  readonly device: string;
  readonly site: string;
  /** UTC, ISO 8601, by a clock that is right. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'error';
  /** Failure kind; empty for a call that went well. */
  readonly failure: string;
  /** First record on the client. */
  readonly client: Stamp | undefined;
  /** Last record on the client. */
  readonly clientEnd: Stamp | undefined;
  /** MessageID on the connection point; empty where the call never got there. */
  readonly messageId: string;
  /** What the gateway wrote of this call alone: a refusal, or with `gatewayRecords` its request line. */
  readonly gateway: Stamp | undefined;
  readonly forward: Stamp | undefined;
  readonly sts: Stamp | undefined;
  readonly register: Stamp | undefined;
}

/** A host's clock, for scoring corrections. */
export interface HostTruth {
  readonly host: string;
  readonly zone: string;
  readonly misreadZone: boolean;
  readonly offsetMs: number;
  readonly driftPpm: number;
  /** UTC, ISO 8601; empty where the clock never steps. */
  readonly stepAt: string;
  readonly stepMs: number;
  readonly collected: boolean;
  readonly late: boolean;
}
