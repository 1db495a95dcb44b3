import { createColors } from 'picocolors';

/** Colours of a terminal; every function returns its text unchanged where colours are off. */
export type Style = Pick<
  ReturnType<typeof createColors>,
  'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan'
>;

export function createStyle(colours: boolean): Style {
  return createColors(colours);
}
