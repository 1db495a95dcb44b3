/** Colours of a terminal; every function returns its text unchanged where colours are off. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly magenta: (text: string) => string;
}

const wrap = (on: boolean, open: number, close: number) => (text: string) =>
  on && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;

export function createStyle(colours: boolean): Style {
  return {
    bold: wrap(colours, 1, 22),
    dim: wrap(colours, 2, 22),
    red: wrap(colours, 31, 39),
    green: wrap(colours, 32, 39),
    yellow: wrap(colours, 33, 39),
    blue: wrap(colours, 34, 39),
    cyan: wrap(colours, 36, 39),
    magenta: wrap(colours, 35, 39),
  };
}
