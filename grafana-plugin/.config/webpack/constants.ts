import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const pluginFolder = join(import.meta.dirname, '..', '..');
export const sourceFolder = join(pluginFolder, 'src');

export const pluginId = (
  JSON.parse(readFileSync(join(sourceFolder, 'plugin.json'), 'utf8')) as { id: string }
).id;

export const version = (
  JSON.parse(readFileSync(join(pluginFolder, 'package.json'), 'utf8')) as { version: string }
).version;

/** One loader for release and tests: TypeScript and JSX by swc, as the scaffold does it. */
export const swcOptions = {
  jsc: {
    parser: { syntax: 'typescript', tsx: true },
    transform: { react: { runtime: 'automatic' } },
    target: 'es2022',
  },
} as const;

/** Files that the plugin ships beside its script: from, relative to `pluginFolder`, to, relative to the bundle. */
export const shipped = [
  { from: 'src/plugin.json', to: 'plugin.json' },
  { from: 'src/img', to: 'img' },
  { from: 'README.md', to: 'README.md' },
  { from: 'CHANGELOG.md', to: 'CHANGELOG.md' },
  { from: '../LICENSE', to: 'LICENSE' },
] as const;

/** Fills what plugin.json leaves open; `day` is `YYYY-MM-DD`. */
export function fillPluginJson(text: string, day: string): string {
  return text.replaceAll('%VERSION%', version).replaceAll('%TODAY%', day);
}
