/**
 * The store's schema as steps from an empty database. A step that was released is never edited: a new one is added,
 * and a test brings stores of every earlier version, with rows in them, to the newest.
 */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

/**
 * Version 1. Traces are numbered in the order in which they became durable (`trace_no`); a replaced trace takes a new
 * number. So the traces themselves are the exporters' outbox, and every other table finds its rows by a number that
 * rises with the file (zone maps) instead of by a random id. `position` counts the spans of a trace.
 */
const first: Migration = {
  version: 1,
  statements: [
    `CREATE TABLE traces (
      trace_no BIGINT NOT NULL, trace_id UHUGEINT NOT NULL, digest UBIGINT NOT NULL, written_us BIGINT NOT NULL,
      story VARCHAR NOT NULL, start_us BIGINT NOT NULL, duration_us BIGINT NOT NULL, failed BOOLEAN NOT NULL,
      error_type VARCHAR NOT NULL, status_message VARCHAR NOT NULL, diagnosis VARCHAR NOT NULL,
      host VARCHAR NOT NULL, site VARCHAR NOT NULL, client_guid VARCHAR NOT NULL, span_count INTEGER NOT NULL, tiers UTINYINT NOT NULL,
      token_expires_us BIGINT, identities VARCHAR NOT NULL)`,
    `CREATE TABLE spans (
      trace_no BIGINT NOT NULL, position INTEGER NOT NULL, span_id UBIGINT NOT NULL, parent_span_id UBIGINT,
      name VARCHAR NOT NULL, kind UTINYINT NOT NULL, start_us BIGINT NOT NULL, duration_us BIGINT NOT NULL,
      tier UTINYINT NOT NULL, host VARCHAR NOT NULL, site VARCHAR NOT NULL, clock_offset_ms DOUBLE NOT NULL,
      clock_error_ms DOUBLE NOT NULL, status UTINYINT NOT NULL, status_message VARCHAR NOT NULL,
      error_type VARCHAR NOT NULL, attributes VARCHAR NOT NULL)`,
    `CREATE TABLE span_events (
      trace_no BIGINT NOT NULL, position INTEGER NOT NULL, ordinal INTEGER NOT NULL, name VARCHAR NOT NULL,
      time_us BIGINT NOT NULL, log_path VARCHAR, log_offset BIGINT, logged_at VARCHAR, thread BIGINT,
      original VARCHAR, attributes VARCHAR)`,
    `CREATE TABLE span_links (
      trace_no BIGINT NOT NULL, position INTEGER NOT NULL, ordinal INTEGER NOT NULL,
      linked_trace_id UHUGEINT NOT NULL, linked_span_id UBIGINT NOT NULL, attributes VARCHAR NOT NULL)`,
    `CREATE TABLE identities (identity_no INTEGER NOT NULL, kind VARCHAR NOT NULL, value VARCHAR NOT NULL)`,
    `CREATE TABLE trace_identities (identity_no INTEGER NOT NULL, trace_no BIGINT NOT NULL)`,
    `CREATE TABLE trace_messages (message UHUGEINT NOT NULL, trace_no BIGINT NOT NULL)`,
    `CREATE TABLE destinations (name VARCHAR NOT NULL, delivered BIGINT NOT NULL, lost BIGINT NOT NULL)`,
    `CREATE TABLE dead_letters (
      destination VARCHAR NOT NULL, at_us BIGINT NOT NULL, reason VARCHAR NOT NULL, trace_ids VARCHAR NOT NULL,
      spans INTEGER NOT NULL)`,
  ],
};

/**
 * Version 2. One column tells whose a trace is, also where a client's log is missing; and a renewal that failed tells
 * when the old token ran out, without having cached a new one.
 */
const devices: Migration = {
  version: 2,
  statements: [
    "ALTER TABLE traces ADD COLUMN device VARCHAR DEFAULT ''",
    'ALTER TABLE traces ADD COLUMN token_cached BOOLEAN DEFAULT false',
    'UPDATE traces SET device = lower(host), token_cached = token_expires_us IS NOT NULL',
  ],
};

/**
 * Version 3. Devices are numbered among the identities: counting and grouping millions of traces by a small number takes
 * a fraction of what it takes by text.
 */
const numberedDevices: Migration = {
  version: 3,
  statements: [
    `INSERT INTO identities
      SELECT (SELECT coalesce(max(identity_no), 0) FROM identities) + row_number() OVER (ORDER BY device), 'device', device
      FROM (SELECT DISTINCT device FROM traces WHERE device <> '')`,
    `INSERT INTO trace_identities
      SELECT identity_no, trace_no FROM traces JOIN identities ON kind = 'device' AND value = device`,
    'ALTER TABLE traces ADD COLUMN device_no INTEGER DEFAULT 0',
    `UPDATE traces SET device_no = identity_no FROM identities WHERE kind = 'device' AND value = device`,
  ],
};

/** Version 4. The text that version 3 has numbered; a table cannot be filled and reshaped in one transaction. */
const withoutDeviceText: Migration = { version: 4, statements: ['ALTER TABLE traces DROP COLUMN device'] };

/**
 * Version 5. Summaries of the traces up to `settled` (see settle.ts), empty at first: an older store's traces are settled
 * bit by bit while it is used. `trace_identities.device_no` is the trace's device, NULL where that is not written there yet.
 */
const summaries: Migration = {
  version: 5,
  statements: [
    'CREATE TABLE settled (trace_no BIGINT NOT NULL)',
    'INSERT INTO settled VALUES (0)',
    'ALTER TABLE trace_identities ADD COLUMN device_no INTEGER',
    `CREATE TABLE outcome_slots (
      slot BIGINT NOT NULL, story VARCHAR NOT NULL, failed BOOLEAN NOT NULL, traces BIGINT NOT NULL)`,
    'CREATE TABLE sts_slots (slot BIGINT NOT NULL, class INTEGER NOT NULL, spans BIGINT NOT NULL)',
    `CREATE TABLE failures (
      trace_no BIGINT NOT NULL, trace_id UHUGEINT NOT NULL, start_us BIGINT NOT NULL, story VARCHAR NOT NULL,
      error_type VARCHAR NOT NULL, diagnosis VARCHAR NOT NULL, status_message VARCHAR NOT NULL, device_no INTEGER NOT NULL)`,
    `CREATE TABLE devices (
      device_no INTEGER NOT NULL, last_start_us BIGINT NOT NULL, seen_us BIGINT NOT NULL, expires_us BIGINT,
      host VARCHAR NOT NULL, client_guid VARCHAR NOT NULL, trace_id UHUGEINT NOT NULL)`,
  ],
};

/** Version 6. Up to `merged`, settled runs are merged into longer ones. */
const longRuns: Migration = {
  version: 6,
  statements: ['ALTER TABLE settled ADD COLUMN merged BIGINT DEFAULT 0'],
};

/**
 * Version 7. Whether something in a trace that did not fail did not succeed (trace-outcome.ts). It is not looked for in what an
 * older store holds: those traces have `false`, as until now, until they are written again with other content.
 */
const warnings: Migration = {
  version: 7,
  statements: ['ALTER TABLE traces ADD COLUMN warned BOOLEAN DEFAULT false'],
};

/**
 * Versions 8 to 10. The span that did not succeed in such a trace, for whom it asked Entra for a token, and the status that a failure was answered
 * with (culprit.ts); empty in what an older store holds. A step each: DuckDB may refuse to commit a second column
 * that a table with rows is given in one transaction.
 */
const particulars: readonly Migration[] = ['warned_span', 'warned_subject', 'http_status'].map(
  (column, i) => ({
    version: 8 + i,
    statements: [`ALTER TABLE traces ADD COLUMN ${column} VARCHAR DEFAULT ''`],
  }),
);

export const migrations: readonly Migration[] = [
  first,
  devices,
  numberedDevices,
  withoutDeviceText,
  summaries,
  longRuns,
  warnings,
  ...particulars,
];
