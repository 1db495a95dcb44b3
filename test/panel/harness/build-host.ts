import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rspack } from '@rspack/core';
import { swcOptions } from '../../../grafana-plugin/.config/webpack/constants.ts';
import { run } from './build-panel.ts';
import type { Generation } from './generations.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

/** Bundles the host page with one generation of Grafana's packages; kept, for it changes rarely and takes seconds. */
export async function buildHost(generation: Generation, packages: string): Promise<string> {
  const out = join(repository, '.cache', 'panel-host', generation.name, 'host');
  const made = join(out, 'made-of');
  const print = fingerprint(generation);
  if (existsSync(made) && readFileSync(made, 'utf8') === print) return out;
  const source = sourceBeside(packages);
  const compiler = rspack({
    context: source,
    mode: 'production',
    devtool: false,
    entry: { host: join(source, 'host.tsx') },
    target: ['web', 'es2022'],
    output: {
      path: out,
      filename: '[name].js',
      chunkFilename: 'chunk-[name].js',
      publicPath: 'auto',
      clean: true,
    },
    resolve: { extensions: ['.tsx', '.ts', '.mjs', '.js'], modules: ['node_modules'] },
    resolveLoader: { modules: [join(repository, 'node_modules')] },
    module: {
      rules: [
        {
          test: /\.tsx?$/,
          exclude: /node_modules/,
          loader: 'builtin:swc-loader',
          options: swcOptions,
          type: 'javascript/auto',
        },
        { test: /\.m?js$/, resolve: { fullySpecified: false } },
        { test: /\.css$/, type: 'css/auto' },
        { test: /\.(?:svg|png|ttf|woff2?)$/, type: 'asset/resource' },
        // SystemJS brings its own `define`; it must not be taken for a module format.
        { test: /systemjs[\\/]dist/, parser: { amd: false, commonjs: false } },
      ],
    },
    plugins: [
      new rspack.DefinePlugin({
        'process.env': JSON.stringify({ NODE_ENV: 'production' }),
        // With SystemJS's `define` on the page, UMD packages would register themselves there instead of exporting.
        'typeof define': JSON.stringify('undefined'),
      }),
    ],
    performance: { hints: false },
    optimization: { splitChunks: false },
  });
  if (compiler === null) throw new Error('The bundler gave no compiler.');
  await run(compiler);
  writeFileSync(made, print);
  return out;
}

/** Changes with the host's sources, with this file and with the generation. */
function fingerprint(generation: Generation): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(generation))
    .update(readFileSync(import.meta.filename));
  const folder = join(import.meta.dirname, 'host');
  for (const file of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

/** The host's source where it finds a generation's packages and no others: beside them. */
function sourceBeside(packages: string): string {
  const source = join(import.meta.dirname, 'host');
  if (packages === join(repository, 'node_modules')) return source;
  const copy = join(dirname(packages), 'host');
  cpSync(source, copy, { recursive: true });
  return copy;
}
