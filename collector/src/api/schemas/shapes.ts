const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;
const list = (items: object): object => ({ type: 'array', items });
const record = (properties: Readonly<Record<string, object>>, optional: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const micros = { type: 'integer', description: 'UTC, microseconds since 1970.' };
const columnOf = (items: object): object => ({ type: 'array', items, description: 'Aligned with timesUs.' });

export const errorBody = record({
  statusCode: whole,
  message: { type: 'string', description: 'What could not be done, and what to do.' },
});

const traceSummary = record(
  {
    traceId: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    story: text,
    startUs: micros,
    durationUs: whole,
    outcome: {
      enum: ['ok', 'warning', 'error'],
      description:
        '`warning`: it did not fail, yet something in it did not succeed. Traces stored before this was kept say `ok`.',
    },
    warned: {
      ...record({ span: text, subject: text }),
      description:
        'What did not succeed where the outcome is `warning`: the span, and for whom it asked Entra for a token (`device`, `user` or empty). As the view says of the open trace.',
    },
    errorType: text,
    httpStatus: { type: 'string', description: 'Of the answer that a failure came with, such as `403`.' },
    statusMessage: text,
    diagnosis: text,
    host: text,
    clientGuid: text,
    spanCount: whole,
    tiers: list(text),
    tokenExpiresUs: micros,
  },
  ['warned', 'httpStatus', 'tokenExpiresUs'],
);

export const tracePage = record({
  rows: list(traceSummary),
  next: { type: 'string', description: 'Pass as `after` for the next page; empty on the last one.' },
});

/** ExportTraceServiceRequest in OTLP's JSON form; its inner shape is that of opentelemetry-proto. */
export const otlpTraces = {
  type: 'object',
  required: ['resourceSpans'],
  properties: { resourceSpans: { type: 'array', items: { type: 'object' } } },
};

export const deviceView = record(
  {
    identities: record({
      hosts: list(text),
      clientGuids: list(text),
      entraDeviceIds: list(text),
      entraUserIds: list(text),
      sids: list(text),
      messageIds: list(text),
    }),
    attempts: list(traceSummary),
    attemptCount: whole,
    firstSeenUs: micros,
    lastSeenUs: micros,
    token: record({
      state: { enum: ['valid', 'overdue', 'expired', 'unknown'] },
      expiresUs: micros,
      cachedUs: micros,
      traceId: text,
    }),
    sameCause: record({ errorType: text, diagnosis: text, traces: whole, devices: whole }),
  },
  ['sameCause'],
);

const milliseconds = columnOf({ type: ['number', 'null'] });

export const fleetView = record({
  sinceUs: micros,
  untilUs: micros,
  bucketUs: whole,
  timesUs: list(micros),
  outcomes: list(record({ story: text, ok: columnOf(whole), error: columnOf(whole) })),
  sts: record({ count: columnOf(whole), p50Ms: milliseconds, p95Ms: milliseconds, p99Ms: milliseconds }),
  errors: list(
    record({
      errorType: text,
      diagnosis: text,
      story: text,
      traces: whole,
      devices: whole,
      lastUs: micros,
      traceId: text,
      statusMessage: text,
    }),
  ),
  overdue: record({
    count: whole,
    devices: list(
      record({ host: text, clientGuid: text, expiresUs: micros, lastSeenUs: micros, traceId: text }),
    ),
  }),
  totals: record({ traces: whole, failed: whole, devices: whole }),
});

export const diagnosesView = record({ diagnoses: list({ type: 'object' }) });
