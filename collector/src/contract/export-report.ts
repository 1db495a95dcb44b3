/**
 * What became of spans, log records or data points sent to a destination: taken by it, refused inside a request that it
 * took (`partialSuccess`), or refused with their request and kept as dead letters.
 */
export type ExportOutcome = 'accepted' | 'rejected' | 'dead';

/** Where exporters tell what they did. Implemented by telemetry. */
export interface ExportReport {
  exported(destination: string, outcome: ExportOutcome, spans: number): void;
  /** One request ended; `status` is the HTTP status, or `network` or `timeout` where none came. */
  requested(destination: string, status: string): void;
}
