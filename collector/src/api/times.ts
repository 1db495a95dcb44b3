import { Refusal } from './refusal.ts';

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/i;
const micros = /^\d{1,16}$/;

/**
 * UTC microseconds of a time in a query: ISO 8601 with an offset (`2026-03-01T09:00:00Z`), or microseconds since 1970.
 *
 * @throws Refusal naming the parameter.
 */
export function readTime(name: string, text: string): number {
  if (micros.test(text)) return Number(text);
  const ms = iso.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isFinite(ms)) {
    throw new Refusal(
      400,
      `${name} cannot be read as a time: write it as 2026-03-01T09:00:00Z, or in microseconds since 1970.`,
    );
  }
  return ms * 1000;
}
