/** Colours, fonts and sizes that a host gives; every one becomes a custom property `--ccm-NAME`. */
export interface Tokens {
  readonly scheme: 'dark' | 'light';
  readonly background: string;
  readonly pane: string;
  readonly raised: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly link: string;
  readonly focus: string;
  readonly selected: string;
  readonly error: string;
  readonly errorText: string;
  readonly errorPane: string;
  readonly warning: string;
  readonly warningText: string;
  readonly warningPane: string;
  readonly ok: string;
  readonly okText: string;
  readonly okPane: string;
  readonly font: string;
  readonly mono: string;
  readonly fontSize: string;
  readonly unit: string;
  readonly radius: string;
  /** By tier, and `other-0` … `other-7`: the first of these look like no tier and no failure. */
  readonly lanes: Readonly<Record<string, string>>;
}

const font = 'Inter, system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK JP", sans-serif';
const mono = '"Roboto Mono", ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace';
const sizes = { font, mono, fontSize: '13px', unit: '8px', radius: '3px' };

export const darkTokens: Tokens = {
  scheme: 'dark',
  background: '#111217',
  pane: '#181b1f',
  raised: '#22252b',
  line: '#34383e',
  text: '#d5d9e0',
  dim: '#9aa2b0',
  link: '#6e9fff',
  focus: '#84a9ff',
  selected: '#6e9fff24',
  error: '#f2495c',
  errorText: '#ff8494',
  errorPane: '#f2495c17',
  warning: '#ff9830',
  warningText: '#ffb066',
  warningPane: '#ff983017',
  ok: '#73bf69',
  okText: '#8fd18a',
  okPane: '#73bf691c',
  ...sizes,
  lanes: {
    client: '#6e9fff',
    entra: '#b877d9',
    gateway: '#5ad1c9',
    'connection-point': '#f2cc0c',
    'management-point': '#73bf69',
    'other-0': '#93a6c2',
    'other-1': '#c0a38a',
    'other-2': '#ca95e5',
    'other-3': '#ffb357',
    'other-4': '#ffa6b0',
    'other-5': '#96d98d',
    'other-6': '#7eb8c9',
    'other-7': '#e0b400',
  },
};

export const lightTokens: Tokens = {
  scheme: 'light',
  background: '#f4f5f5',
  pane: '#ffffff',
  raised: '#f1f2f4',
  line: '#d8dade',
  text: '#24292e',
  dim: '#5b636d',
  link: '#1f62e0',
  focus: '#1f62e0',
  selected: '#1f62e014',
  error: '#d10e30',
  errorText: '#b80d2b',
  errorPane: '#d10e300d',
  warning: '#c15c00',
  warningText: '#8f4700',
  warningPane: '#ff990014',
  ok: '#2c7a26',
  okText: '#24691f',
  okPane: '#2c7a2614',
  ...sizes,
  lanes: {
    client: '#3871dc',
    entra: '#8f3bb8',
    gateway: '#0b857c',
    'connection-point': '#a37200',
    'management-point': '#37872d',
    'other-0': '#5a708f',
    'other-1': '#86694f',
    'other-2': '#8d5bb0',
    'other-3': '#b8660b',
    'other-4': '#c4526a',
    'other-5': '#4a8c3f',
    'other-6': '#3d7f93',
    'other-7': '#8c7400',
  },
};

/** Writes the tokens on an element; through the style object, which a strict content security policy allows. */
export function applyTokens(element: HTMLElement, tokens: Tokens): void {
  const { lanes, ...plain } = tokens;
  for (const [name, value] of Object.entries(plain)) {
    element.style.setProperty(`--ccm-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`, value);
  }
  for (const [name, value] of Object.entries(lanes)) element.style.setProperty(`--ccm-lane-${name}`, value);
  element.style.setProperty('color-scheme', tokens.scheme);
}
