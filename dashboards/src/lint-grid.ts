import type { GridPos, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';

/** Columns of Grafana's grid. */
const columns = 24;

/** Panels without a place, outside the grid, or on top of each other; a folded row is a grid of its own. */
export function overlaps(panels: readonly (Panel | RowPanel)[]): string[] {
  const folded = panels.flatMap((panel) =>
    'panels' in panel && panel.panels.length > 0 ? [panel.panels] : [],
  );
  return [...overlapsIn(panels), ...folded.flatMap(overlapsIn)];
}

function overlapsIn(panels: readonly (Panel | RowPanel)[]): string[] {
  const placed: { title: string; at: GridPos }[] = [];
  const wrong: string[] = [];
  for (const panel of panels) {
    const title = `Panel "${panel.title ?? ''}"`;
    const at = panel.gridPos;
    if (at === undefined) {
      wrong.push(`${title} has no place.`);
      continue;
    }
    if (at.x < 0 || at.y < 0 || at.w < 1 || at.h < 1 || at.x + at.w > columns)
      wrong.push(`${title} lies outside the grid.`);
    wrong.push(
      ...placed.filter((other) => meet(other.at, at)).map((other) => `${title} covers ${other.title}.`),
    );
    placed.push({ title, at });
  }
  return wrong;
}

function meet(a: GridPos, b: GridPos): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
