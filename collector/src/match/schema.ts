import { z } from 'zod';

/** Event names: lower-case words joined by dots, such as `sts.request.started`. */
const eventName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/,
    'write lower-case words joined by dots, such as sts.request.started',
  );
const attributeName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/, 'write an attribute of attributes.yaml');
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const condition = z
  .union([scalar, z.array(scalar).min(1)])
  .describe('present, absent, a value, "!= 0", ">= 400", a text with * at its ends, or a list of these');
const conditions = z.record(attributeName, condition);
const outcomeName = z.enum(['ok', 'fail', 'info']);

const outcome = z.union([
  outcomeName,
  z.strictObject({
    by: attributeName.describe('the attribute that tells'),
    fail: condition.optional(),
    ok: condition.optional(),
    info: condition.optional(),
    else: outcomeName.describe('where no condition holds'),
  }),
]);

const sample = z.union([
  z.string(),
  z.strictObject({
    line: z.string(),
    yields: z
      .record(attributeName, scalar)
      .optional()
      .describe('every attribute of the event; compared whole'),
    outcome: outcomeName.optional(),
  }),
]);

export const lineSchema = z.strictObject({
  event: eventName,
  outcome: outcome.default('info'),
  line: z
    .union([z.string(), z.array(z.string()).min(1)])
    .describe('the log line with typed holes, or a list of wordings of the same event'),
  fallback: z
    .boolean()
    .default(false)
    .describe('a family by form: tried only where no other line of the log fits'),
  opens: z
    .string()
    .optional()
    .describe('what the line is the first of, for readers; stories name the events they open with'),
  set: z.record(attributeName, scalar).optional().describe('attributes that the words themselves tell'),
  error: z
    .string()
    .optional()
    .describe('where the outcome is fail: a type of error-types.yaml, or "by NAME" for a table of that file'),
  samples: z.array(sample).min(1),
});

const lines = z.array(lineSchema).default([]);

export const logSchema = z.strictObject({
  log: z.string().regex(/\.log$/i, 'write the file name of the log, such as CCM_STS.log'),
  also: z.array(z.string()).default([]).describe('other names of the same log; * stands for anything'),
  components: z
    .array(z.string())
    .default([])
    .describe('components whose records are this log, whatever the file'),
  tier: z.enum(['client', 'cloud management gateway', 'connection point', 'management point']),
  about: z.string(),
  source: z.string().describe('where the lines were seen or are documented'),
  include: z.array(z.string()).default([]).describe('families of lines shared with other logs'),
  replaces: z.array(eventName).default([]).describe('events whose lines of an earlier folder are dropped'),
  lines,
  ignored: z.array(z.string()).default([]).describe('ordinary lines of this log that must match nothing'),
});

export const familySchema = z.strictObject({
  family: z.string().regex(/^[a-z][a-z0-9-]*$/),
  about: z.string(),
  source: z.string(),
  lines,
});

export const attributesSchema = z.strictObject({
  attributes: z.array(
    z.strictObject({
      name: attributeName,
      type: z.enum(['string', 'integer', 'boolean']),
      unit: z.string().optional(),
      meaning: z.string(),
      example: scalar,
    }),
  ),
});

export const codesSchema = z.strictObject({
  codes: z.array(
    z.strictObject({
      kind: z
        .enum(['hresult', 'win32', 'winhttp', 'aadsts', 'ccm', 'ccmsetup'])
        .describe('hresult and ccm: 0x and 8 lower-case digits; the others: the number'),
      code: z.string(),
      name: z.string().describe('the symbol where one is published, else a short phrase'),
      meaning: z.string(),
      source: z.string(),
      wrong_claims: z.array(z.string()).optional().describe('what public tables say wrongly'),
    }),
  ),
});

export const errorTypesSchema = z.strictObject({
  types: z.array(z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9_]*$/), meaning: z.string() })),
  tables: z.record(
    z.string(),
    z.array(z.strictObject({ when: conditions.optional(), error: z.string() })).min(1),
  ),
});

const signed = z.strictObject({ event: z.string(), where: conditions.optional() });

export const diagnosesSchema = z.strictObject({
  diagnoses: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z][a-z0-9-]*$/),
      title: z.string(),
      signature: z.strictObject({
        story: z
          .union([z.string(), z.array(z.string())])
          .optional()
          .describe('name of the root span'),
        error_type: condition.optional().describe('error.type of any span of the trace'),
        misread_zone: z
          .boolean()
          .default(false)
          .describe(
            'a host of the trace is whole quarter hours off its peers; told of traces that went well too',
          ),
        all: z.array(signed).default([]),
        any: z.array(signed).default([]),
        none: z.array(signed).default([]),
      }),
      precedence: z.number().int().describe('higher is more specific and is told first'),
      confidence: z.enum(['high', 'medium', 'low']),
      cause: z.string(),
      remedy: z.string(),
      documentation: z.url(),
      source: z.string(),
      ja: z.strictObject({ title: z.string(), cause: z.string(), remedy: z.string() }).optional(),
    }),
  ),
});

export type LineFile = z.infer<typeof lineSchema>;
export type LogFile = z.infer<typeof logSchema>;
export type FamilyFile = z.infer<typeof familySchema>;
export type AttributesFile = z.infer<typeof attributesSchema>;
export type CodesFile = z.infer<typeof codesSchema>;
export type ErrorTypesFile = z.infer<typeof errorTypesSchema>;
export type DiagnosesFile = z.infer<typeof diagnosesSchema>;
