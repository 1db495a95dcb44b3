import type { GrafanaTheme2 } from '@grafana/data';
import { darkTokens, lightTokens, type Tokens } from '../view/theme.ts';
import type { TracePanelOptions } from './options.ts';

/** The view's tokens from Grafana's theme; lanes keep their own colours, chosen for contrast, unless a dashboard sets them. */
export function tokensOf(theme: GrafanaTheme2, colours: TracePanelOptions['colours']): Tokens {
  const base = theme.isDark ? darkTokens : lightTokens;
  const { background, border, text } = theme.colors;
  const set = Object.entries(colours)
    .filter(([, colour]) => colour !== undefined && colour !== '')
    .map(([tier, colour]) => [tier, theme.visualization.getColorByName(colour)]);
  return {
    ...base,
    background: background.canvas,
    pane: background.primary,
    raised: background.secondary,
    line: border.medium,
    text: text.primary,
    link: text.link,
    font: theme.typography.fontFamily,
    mono: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    radius: theme.shape.radius.default,
    lanes: { ...base.lanes, ...Object.fromEntries(set) },
  };
}
