/** Writes `out/<dashboard>.json`: `npm run generate -w dashboards`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allDashboards, serialise } from './all.ts';

const out = join(import.meta.dirname, '..', 'out');
mkdirSync(out, { recursive: true });
for (const [name, dashboard] of Object.entries(allDashboards())) {
  writeFileSync(join(out, `${name}.json`), serialise(dashboard));
}
