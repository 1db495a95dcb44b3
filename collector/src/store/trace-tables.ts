/** Tables whose rows belong to one trace, by `trace_no`. */
export const traceTables = [
  'traces',
  'spans',
  'span_events',
  'span_links',
  'trace_identities',
  'trace_messages',
  'failures',
] as const;
