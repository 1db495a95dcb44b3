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

const out = readOut(process.argv.slice(2));
const bundle = join(out, 'panel');
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
const archive = join(out, `${pluginId}-${version}.zip`);
writeFileSync(archive, zip(files, when));
process.stdout.write(`${archive}\n`);

/** The folder to write to; ends the program where only help is asked for, or something that is not known. */
function readOut(args: readonly string[]): string {
  const usage = `npm run plugin:package [-- --out FOLDER]

Makes the release of the panel: ${pluginId}-${version}.zip, and the bundle unpacked in the folder panel beside it.

  --out FOLDER   where to put them; grafana-plugin/dist by default
  --help         this text
`;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        out: { type: 'string', default: join(pluginFolder, 'dist') },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help !== true) return values.out;
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

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
