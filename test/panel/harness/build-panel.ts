import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rspack } from '@rspack/core';
import {
  fillPluginJson,
  pluginFolder,
  pluginId,
  sourceFolder,
  swcOptions,
} from '../../../grafana-plugin/.config/webpack/constants.ts';
import { externals } from '../../../grafana-plugin/.config/webpack/externals.ts';

/** Bundles the panel for a test as the release is bundled, in half a second; gives the folder. */
export async function buildPanel(out: string): Promise<string> {
  const compiler = rspack({
    context: sourceFolder,
    mode: 'production',
    devtool: false,
    entry: {
      module: [join(pluginFolder, '.config', 'webpack', 'public-path.js'), join(sourceFolder, 'module.ts')],
    },
    externals,
    target: ['web', 'es2022'],
    output: {
      path: out,
      filename: '[name].js',
      library: { type: 'amd' },
      publicPath: `public/plugins/${pluginId}/`,
      uniqueName: pluginId,
      clean: true,
    },
    resolve: { extensions: ['.ts', '.tsx', '.js'] },
    module: {
      rules: [
        {
          test: /\.tsx?$/,
          exclude: /node_modules/,
          loader: 'builtin:swc-loader',
          options: swcOptions,
          type: 'javascript/auto',
        },
      ],
    },
    performance: { hints: false },
  });
  if (compiler === null) throw new Error('The bundler gave no compiler.');
  await run(compiler);
  const json = readFileSync(join(sourceFolder, 'plugin.json'), 'utf8');
  writeFileSync(join(out, 'plugin.json'), fillPluginJson(json, '2026-01-01'));
  return out;
}

/** Runs a compiler once; rejects with everything it complained of. */
export async function run(compiler: NonNullable<ReturnType<typeof rspack>>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    compiler.run((error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors() === true) reject(new Error(stats.toString({ all: false, errors: true })));
      else resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    compiler.close((error) => (error ? reject(error) : resolve()));
  });
}
