import { join } from 'node:path';
import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import { externals } from './externals.ts';
import { fillPluginJson, pluginFolder, pluginId, shipped, sourceFolder, swcOptions } from './constants.ts';

/**
 * The release: an AMD module in `bundle` (by default dist/panel), as Grafana's loader and validator expect it. Externals, loader and
 * public path follow what @grafana/create-plugin writes; what a panel without styles and backend does not need is left out.
 */
export default function config(env: { readonly day?: string; readonly bundle?: string } = {}): Configuration {
  const day = env.day ?? new Date().toISOString().slice(0, 10);
  return {
    context: sourceFolder,
    mode: 'production',
    devtool: 'source-map',
    entry: { module: [join(import.meta.dirname, 'public-path.js'), join(sourceFolder, 'module.ts')] },
    externals,
    target: ['web', 'es2022'],
    output: {
      path: env.bundle ?? join(pluginFolder, 'dist', 'panel'),
      filename: '[name].js',
      chunkFilename: '[name].js?_cache=[contenthash]',
      library: { type: 'amd' },
      publicPath: `public/plugins/${pluginId}/`,
      uniqueName: pluginId,
      crossOriginLoading: 'anonymous',
      clean: true,
    },
    resolve: { extensions: ['.ts', '.tsx', '.js'] },
    module: {
      rules: [
        { test: /\.tsx?$/, exclude: /node_modules/, use: { loader: 'swc-loader', options: swcOptions } },
      ],
    },
    plugins: [
      new CopyWebpackPlugin({
        patterns: shipped.map(({ from, to }) => ({
          from: join(pluginFolder, from),
          to,
          toType: to === 'img' ? ('dir' as const) : ('file' as const),
          transform: (content: Buffer, path: string) =>
            path.endsWith('plugin.json') ? fillPluginJson(content.toString('utf8'), day) : content,
        })),
      }),
    ],
    performance: { hints: false },
  };
}
