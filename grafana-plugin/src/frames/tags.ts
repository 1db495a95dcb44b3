import type { Attribute, AttributeValue } from '../model/span-detail.ts';
import { visible } from '../model/visible.ts';

/** Tags as Tempo (`{key, value}`) and Jaeger (`{key, type, value}`) write them; a text that holds such a list as well. */
export function readTags(cell: unknown): Attribute[] {
  const list = listOf(cell);
  const tags: Attribute[] = [];
  for (const tag of list) {
    if (!isTag(tag)) continue;
    tags.push({ key: visible(tag.key), value: valueOf(tag.value, tag.type) });
  }
  return tags;
}

/** The value of one tag, without making a list of all. */
export function tagValue(cell: unknown, key: string): unknown {
  for (const tag of listOf(cell)) if (isTag(tag) && tag.key === key) return tag.value;
  return undefined;
}

/** A cell that holds a list, or a list as JSON text; anything else is an empty list. */
export function listOf(cell: unknown): readonly unknown[] {
  if (Array.isArray(cell)) return cell as unknown[];
  if (typeof cell !== 'string' || !cell.startsWith('[')) return [];
  try {
    const parsed: unknown = JSON.parse(cell);
    return Array.isArray(parsed) ? (parsed as unknown[]) : [];
  } catch {
    return [];
  }
}

interface Tag {
  readonly key: string;
  readonly value?: unknown;
  readonly type?: unknown;
}

/** A tag is whatever has a key that is a text. */
export function isTag(tag: unknown): tag is Tag {
  return typeof tag === 'object' && tag !== null && typeof (tag as { key?: unknown }).key === 'string';
}

function valueOf(value: unknown, type: unknown): AttributeValue {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (type === 'int64' || type === 'float64')
      return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
    if (type === 'bool') return value === 'true';
    return visible(value);
  }
  return value === null || value === undefined ? '' : visible(JSON.stringify(value) ?? '');
}
