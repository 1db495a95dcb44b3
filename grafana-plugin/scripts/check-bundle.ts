import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

interface PluginJson {
  readonly id?: string;
  readonly type?: string;
  readonly name?: string;
  readonly info?: {
    readonly version?: string;
    readonly updated?: string;
    readonly description?: string;
    readonly keywords?: readonly string[];
    readonly author?: { readonly name?: string };
    readonly logos?: { readonly small?: string; readonly large?: string };
    readonly screenshots?: readonly { readonly path?: string }[];
  };
  readonly dependencies?: { readonly grafanaDependency?: string };
}

/** What Grafana's plugin validator would refuse in a bundle, by its published rules; one sentence each, none when it is fit. */
export function checkBundle(folder: string): string[] {
  const complaints: string[] = [];
  const need = (fits: boolean, complaint: string) => {
    if (!fits) complaints.push(complaint);
  };
  const has = (path: string | undefined) =>
    path !== undefined && statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true;
  for (const file of ['module.js', 'plugin.json', 'README.md', 'CHANGELOG.md', 'LICENSE']) {
    need(has(file), `${file} is missing.`);
  }
  if (!has('plugin.json')) return complaints;
  const json = JSON.parse(readFileSync(join(folder, 'plugin.json'), 'utf8')) as PluginJson;
  const { info } = json;
  need(
    /^[0-9a-z]+-([0-9a-z]+-)?panel$/.test(json.id ?? ''),
    `The id ${json.id} is not of the form org-name-panel.`,
  );
  need(json.type === 'panel', 'The type is not panel.');
  need((json.name ?? '') !== '', 'The name is empty.');
  need(
    /^\d+\.\d+\.\d+/.test(info?.version ?? ''),
    `The version ${info?.version} is no version: was it filled in?`,
  );
  need(
    /^\d{4}-\d\d-\d\d$/.test(info?.updated ?? ''),
    `The date ${info?.updated} is no date: was it filled in?`,
  );
  need((info?.description ?? '') !== '', 'The description is empty.');
  need((info?.keywords ?? []).length > 0, 'There are no keywords.');
  need((info?.author?.name ?? '') !== '', 'The author has no name.');
  need(has(info?.logos?.small) && has(info?.logos?.large), 'A logo is missing.');
  for (const logo of [info?.logos?.small, info?.logos?.large]) {
    if (has(logo) && logo?.endsWith('.svg') === true)
      need(
        !/<script|<foreignObject|\son\w+\s*=|javascript:/i.test(readFileSync(join(folder, logo), 'utf8')),
        `The logo ${logo} holds a script.`,
      );
  }
  need((info?.screenshots ?? []).length > 0, 'There are no screenshots.');
  for (const { path } of info?.screenshots ?? []) need(has(path), `The screenshot ${path} is missing.`);
  need(
    /^>=\d+\.\d+\.\d+/.test(json.dependencies?.grafanaDependency ?? ''),
    'grafanaDependency names no version.',
  );
  if (has('module.js'))
    need(
      /^\s*(?:\/\*.*?\*\/\s*)?define\(/s.test(readFileSync(join(folder, 'module.js'), 'utf8').slice(0, 2000)),
      'module.js is no AMD module.',
    );
  if (has('README.md'))
    need(
      !/\]\((?!https?:|#)[^)]*\.(?:png|jpe?g|svg|gif)/.test(readFileSync(join(folder, 'README.md'), 'utf8')),
      'README.md shows a picture by a relative address, which the catalogue cannot follow.',
    );
  return complaints;
}
