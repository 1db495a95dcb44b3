import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';

/** A panel and how many of the 24 columns it takes. */
export interface Cell {
  readonly width: number;
  readonly panel: Panel;
}

/** Panels side by side, all of one height in grid units (30 px). */
export interface Shelf {
  readonly height: number;
  readonly cells: readonly Cell[];
}

/** A titled section; a folded one asks its queries only when a person opens it. */
export interface Section {
  readonly title: string;
  readonly folded?: boolean;
  readonly shelves: readonly Shelf[];
}

export const shelf = (height: number, ...cells: readonly Cell[]): Shelf => ({ height, cells });

/** Panels of equal width across the shelf; columns left over go to the first ones. */
export function equally(height: number, ...panels: readonly Panel[]): Shelf {
  const width = Math.floor(24 / panels.length);
  const left = 24 % panels.length;
  return { height, cells: panels.map((panel, index) => ({ width: width + (index < left ? 1 : 0), panel })) };
}

/** Numbers and places every panel: sections from top to bottom, shelves filled from the left. */
export function place(sections: readonly Section[]): (Panel | RowPanel)[] {
  const placed: (Panel | RowPanel)[] = [];
  let id = 1;
  let y = 0;
  for (const section of sections) {
    const row: RowPanel = {
      type: 'row',
      id: id++,
      title: section.title,
      collapsed: section.folded === true,
      gridPos: { h: 1, w: 24, x: 0, y: y++ },
      panels: [],
    };
    const panels: Panel[] = [];
    for (const { height, cells } of section.shelves) {
      let x = 0;
      for (const { width, panel } of cells) {
        panels.push({ ...panel, id: id++, gridPos: { h: height, w: width, x, y } });
        x += width;
      }
      y += height;
    }
    placed.push(...(section.folded === true ? [{ ...row, panels }] : [row, ...panels]));
  }
  return placed;
}
