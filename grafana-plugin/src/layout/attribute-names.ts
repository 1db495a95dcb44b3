import type { SpanTable } from '../model/span-table.ts';

/** Spans that are looked through: enough to choose from, whatever the size of the trace. */
const looked = 200;

/** Names of the attributes of the first spans and of their resources, sorted. */
export function attributeNames(table: SpanTable, order?: Int32Array): string[] {
  const names = new Set<string>();
  for (let k = 0; k < Math.min(looked, table.count); k += 1) {
    const { attributes, resource } = table.detail(order?.[k] ?? k);
    for (const { key } of attributes) names.add(key);
    for (const { key } of resource) names.add(key);
  }
  return [...names].sort();
}
