import type { DataFrame, Field } from '@grafana/data';

/** What is read of a frame; the same whether Grafana's own or one made in a test. */
export type Frame = Pick<DataFrame, 'fields' | 'length'>;

/** The first field with one of these names, whatever their case. */
export function fieldOf(frame: Frame, ...names: readonly string[]): Field | undefined {
  for (const name of names) {
    const found = frame.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A column as it lies in the frame: read by index, never row by row. */
export function columnOf(frame: Frame, ...names: readonly string[]): ArrayLike<unknown> | undefined {
  return fieldOf(frame, ...names)?.values as ArrayLike<unknown> | undefined;
}

/** A cell as text; empty for nothing. */
export function cellText(column: ArrayLike<unknown> | undefined, row: number): string {
  const value = column?.[row];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A cell as a number; NaN for what is none. */
export function cellNumber(column: ArrayLike<unknown> | undefined, row: number): number {
  const value = column?.[row];
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '') return Number(value);
  return Number.NaN;
}
