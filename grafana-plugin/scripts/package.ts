// Makes the release: bundle, checks, and a zip with one folder named as the plugin.
// `npm run plugin:package -w grafana-plugin [-- --out FOLDER]`; the bundle goes to FOLDER/panel, by default below dist.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import webpack from 'webpack';
import { pluginFolder, pluginId, version } from '../.config/webpack/constants.ts';
import config from '../.config/webpack/webpack.config.ts';
import { checkBundle } from './check-bundle.ts';
import { zip } from './zip.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: join(pluginFolder, 'dist') } } });
const bundle = join(values.out, 'panel');
const day = process.env['SOURCE_DATE_EPOCH'];
const when = day === undefined ? new Date() : new Date(Number(day) * 1000);

rmSync(bundle, { recursive: true, force: true });
await build();
const complaints = checkBundle(bundle);
if (complaints.length > 0) throw new Error(`The plugin is not fit for release:\n${complaints.join('\n')}`);
const files = readdirSync(bundle, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) =>
    join(entry.parentPath, entry.name)
      .slice(bundle.length + 1)
      .split('\\')
      .join('/'),
  )
  .sort()
  .map((name) => ({ name: `${pluginId}/${name}`, content: readFileSync(join(bundle, name)) }));
const out = join(values.out, `${pluginId}-${version}.zip`);
writeFileSync(out, zip(files, when));
process.stdout.write(`${out}\n`);

async function build(): Promise<void> {
  const compiler = webpack(config({ day: when.toISOString().slice(0, 10), bundle }));
  if (compiler === null) throw new Error('The bundler gave no compiler.');
  await new Promise<void>((resolve, reject) => {
    compiler.run((error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors() === true) reject(new Error(stats.toString({ all: false, errors: true })));
      else resolve();
    });
  });
  await new Promise<void>((resolve) => {
    compiler.close(() => resolve());
  });
}
