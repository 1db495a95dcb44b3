import { z } from 'zod';

const eventName = z
  .string()
  .regex(/^[a-z0-9_.]+(\.\*)?$/, 'must be an event name, or a family such as http.*');
const duration = z.string().regex(/^\d+(ms|s|m|h)$/, 'must be a number with ms, s, m or h, such as 90s');
const written = z.union([z.string(), z.number(), z.boolean()]);
const where = z.record(z.string(), z.union([written, z.array(written)]));

const opening = z.union([
  eventName,
  z.strictObject({
    event: eventName,
    again: z.enum(['step', 'restart']).default('step').describe('What it means while one is open.'),
    where: where.optional(),
  }),
]);

const closing = z.union([
  eventName,
  z.strictObject({
    event: eventName,
    alone: z
      .boolean()
      .default(false)
      .describe('One record that tells the whole span, from its elapsed time.'),
    outcome: z.enum(['ok', 'fail', 'unset']).optional().describe('Otherwise what the mapping says.'),
    where: where.optional(),
  }),
]);

const continuing = z.union([
  eventName,
  z.strictObject({
    event: eventName,
    first: z.boolean().default(false).describe('Only as the first record of its thread.'),
    unclaimed: z.boolean().default(false).describe('Only where no open span takes it.'),
    where: where.optional(),
  }),
]);

/** A file mappings/stories/<span>.yaml: one kind of span, and which records begin, advance and end it. */
export const storySchema = z.strictObject({
  span: z.string().min(1).describe('Span name; low cardinality.'),
  about: z.string().min(1),
  source: z.string().min(1).describe('The document or the observed lines that this rests on.'),
  tier: z.enum(['client', 'cloud management gateway', 'connection point', 'management point']),
  kind: z.enum(['internal', 'client', 'server']),
  alone: z
    .enum(['story', 'failed', 'token request', 'drop'])
    .default('drop')
    .describe(
      'Without a parent: a trace of its own, one only where it failed, the outermost tier of a token request, or nothing.',
    ),
  keys: z
    .array(z.enum(['message id', 'thread', 'sid', 'log']))
    .min(1)
    .describe('How a record finds the open span it belongs to, strongest first.'),
  logs: z.array(z.string()).optional().describe('Only records of these logs.'),
  opens: z.array(opening).default([]),
  continues: z
    .array(continuing)
    .default([])
    .describe('Records that prove a span whose beginning was not logged.'),
  closes: z.array(closing).default([]),
  until: z
    .array(eventName)
    .default([])
    .describe('Records of the next phase: they end the span and are no part of it.'),
  steps: z.array(eventName).default([]),
  under: z
    .array(
      z.strictObject({
        span: z.string(),
        by: z.enum(['thread', 'log', 'host']),
        logs: z.array(z.string()).optional(),
      }),
    )
    .default([])
    .describe('Open spans of the same host that it is placed under, best first.'),
  preface: z
    .array(eventName)
    .default([])
    .describe('Earlier records of the thread whose identities it takes.'),
  awaits: z
    .strictObject({ span: z.string(), within: duration })
    .optional()
    .describe('A span that follows the closing record and belongs to it.'),
  elapsed: z
    .string()
    .optional()
    .describe('Attribute of a closing record with the milliseconds since the start.'),
  timeout: duration.describe('Longest time without a record before it counts as never closed.'),
  longest: duration.default('24h').describe('Longest time open, whatever is recorded.'),
  idle: duration.optional().describe('Silence that ends a span whose log has no closing record.'),
  linger: duration.default('2s').describe('How long after its end records of its thread still belong to it.'),
  trails: z.array(eventName).default([]).describe('Records besides failures that may follow its end.'),
  suffices: z.array(eventName).default([]).describe('Steps after which a missing end is no failure.'),
  hop: z.boolean().default(false).describe('It calls another host or is called by one.'),
  answers: z.boolean().default(false).describe('A good end means HTTP status 200.'),
  forgiven: z
    .boolean()
    .default(false)
    .describe('A failure is a warning where a later one under the same parent is good.'),
});

/** mappings/stories/errors.yaml: which cause counts where several were logged, and what to tell a person. */
export const errorsSchema = z.strictObject({
  errors: z.literal('ranking'),
  about: z.string().min(1),
  ranking: z.array(
    z.strictObject({
      error_type: z.string().regex(/^[a-z0-9_]+$/),
      event: eventName.optional().describe('Only for these records.'),
      where: where.optional(),
      message: z
        .string()
        .min(1)
        .describe(
          'Status message; {attribute} is replaced, a part in [brackets] goes where its attribute is absent.',
        ),
    }),
  ),
});

/** mappings/stories/disturbances.yaml: records of what disturbs the path, and which failures they explain. */
export const disturbancesSchema = z.strictObject({
  disturbances: z.array(
    z.strictObject({
      event: eventName,
      where: where.optional(),
      within: duration.describe('How long before the end of a failed story it still explains it.'),
      explains: z.array(z.string()).min(1).describe('Values of error.type.'),
    }),
  ),
  about: z.string().min(1),
});

const signed = z.looseObject({ event: z.string(), where: where.optional() });

/** The part of mappings/diagnoses.yaml that decides; the rest is for people and checked with the mappings. */
export const diagnosesSchema = z.looseObject({
  diagnoses: z.array(
    z.looseObject({
      id: z.string().min(1),
      precedence: z.number().default(0),
      signature: z.strictObject({
        story: z.union([z.string(), z.array(z.string())]).optional(),
        error_type: z.union([written, z.array(written)]).optional(),
        misread_zone: z.boolean().default(false),
        all: z.array(signed).default([]),
        any: z.array(signed).default([]),
        none: z.array(signed).default([]),
      }),
    }),
  ),
});

export type DiagnosesFile = z.output<typeof diagnosesSchema>;
export type StoryFile = z.output<typeof storySchema>;
export type DisturbancesFile = z.output<typeof disturbancesSchema>;
export type ErrorsFile = z.output<typeof errorsSchema>;
