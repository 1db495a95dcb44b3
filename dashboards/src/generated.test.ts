import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allDashboards, serialise } from './all.ts';

const out = join(import.meta.dirname, '..', 'out');
const dashboards = allDashboards();

describe('dashboards/out', () => {
  it('holds exactly the dashboards of the sources', () => {
    expect(readdirSync(out).sort()).toEqual(
      Object.keys(dashboards)
        .map((name) => `${name}.json`)
        .sort(),
    );
  });

  it.each(Object.entries(dashboards))(
    'is fresh: %s.json (npm run generate -w dashboards)',
    (name, dashboard) => {
      expect(readFileSync(join(out, `${name}.json`), 'utf8')).toBe(serialise(dashboard));
    },
  );
});
