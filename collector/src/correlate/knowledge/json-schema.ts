import { z } from 'zod';
import { disturbancesSchema, errorsSchema, storySchema } from './schema.ts';

/** JSON Schemas for editors, by file name in mappings/schema, from the schemas that stories are checked with. */
export function storyJsonSchemas(): ReadonlyMap<string, string> {
  const schemas = { story: storySchema, errors: errorsSchema, disturbances: disturbancesSchema };
  return new Map(
    Object.entries(schemas).map(([name, schema]) => {
      const json = {
        $comment: 'Generated from collector/src/correlate/knowledge/schema.ts; do not edit.',
        title: `ccmtrace ${name}`,
        ...z.toJSONSchema(schema, { io: 'input' }),
      };
      return [`${name}.schema.json`, `${JSON.stringify(json, undefined, 2)}\n`];
    }),
  );
}
