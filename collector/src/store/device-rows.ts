/** What is known of each device among these traces: `traces` is what follows FROM, with its conditions. */
export function devicesAmong(traces: string): string {
  return `SELECT device_no, max(start_us) AS last_start_us, max(start_us + duration_us) AS seen_us,
      max(token_expires_us) AS expires_us, arg_max(host, start_us) AS host,
      arg_max(client_guid, start_us) AS client_guid, arg_max(trace_id, start_us) AS trace_id
    FROM ${traces} AND device_no > 0 GROUP BY device_no`;
}

/** One row per device from several; `rows` selects rows of the form of `devices`. */
export function mergedDevices(rows: string): string {
  return `SELECT device_no, max(last_start_us) AS last_start_us, max(seen_us) AS seen_us, max(expires_us) AS expires_us,
      arg_max(host, last_start_us) AS host, arg_max(client_guid, last_start_us) AS client_guid,
      arg_max(trace_id, last_start_us) AS trace_id
    FROM (${rows}) GROUP BY device_no`;
}

/**
 * When each device was seen and its token runs out, devices of traces after the settled ones included: numbers alone,
 * since merging names of a hundred thousand devices takes longer than all else.
 */
export function timesOfDevices(settledUpTo: bigint): string {
  return `SELECT device_no, max(last_start_us) AS last_start_us, max(seen_us) AS seen_us, max(expires_us) AS expires_us
    FROM (
      SELECT device_no, last_start_us, seen_us, expires_us FROM devices
      UNION ALL SELECT device_no, start_us, start_us + duration_us, token_expires_us
        FROM traces WHERE trace_no > ${settledUpTo} AND device_no > 0)
    GROUP BY device_no`;
}

/** These devices whole. */
export function devicesByNumber(settledUpTo: bigint, numbers: readonly number[]): string {
  const theirs = `device_no IN (${numbers.join(', ')})`;
  return mergedDevices(
    `FROM devices WHERE ${theirs} UNION ALL ${devicesAmong(`traces WHERE trace_no > ${settledUpTo} AND ${theirs}`)}`,
  );
}
