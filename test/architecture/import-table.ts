/**
 * Who may import whom: the architecture, as data. A folder not listed as allowed is refused. `face` means that only
 * the folder's `index.ts` may be imported.
 */
export interface Rule {
  /** Folder, relative to the repository. The longest match decides. */
  readonly folder: string;
  /** Folders whose files may be imported from here, besides the folder itself. */
  readonly may: readonly string[];
  /** Folders of which only `index.ts` may be imported from here. */
  readonly faces?: readonly string[];
  /** Also held by the folder's tests; off where tests set up neighbours. */
  readonly tests?: 'free';
}

const src = 'collector/src';
const nouns = [`${src}/contract`, `${src}/model`, `${src}/base`];
const stages = [
  'tail',
  'parse',
  'match',
  'correlate',
  'export',
  'store',
  'ingest',
  'api',
  'telemetry',
  'simulate',
];
const stageFolders = stages.map((stage) => `${src}/${stage}`);
const plugin = 'grafana-plugin/src';

export const importTable: readonly Rule[] = [
  { folder: `${src}/base`, may: [] },
  { folder: `${src}/model`, may: [`${src}/base`] },
  { folder: `${src}/contract`, may: [`${src}/model`, `${src}/base`] },
  ...stageFolders.map((folder) => ({ folder, may: nouns })),
  { folder: `${src}/config`, may: [`${src}/base`] },
  { folder: `${src}/pipeline`, may: [`${src}/config`, ...nouns, `${src}/telemetry`], faces: stageFolders },
  {
    folder: `${src}/commands`,
    may: [`${src}/pipeline`, `${src}/config`, `${src}/telemetry`, ...nouns],
    faces: ['store', 'api', 'match', 'simulate'].map((stage) => `${src}/${stage}`),
  },
  { folder: `${src}/main.ts`, may: [`${src}/commands`] },
  { folder: `${plugin}/layout`, may: [`${plugin}/model`] },
  { folder: `${plugin}/frames`, may: [`${plugin}/model`] },
  { folder: `${plugin}/model`, may: [] },
  { folder: `${plugin}/view`, may: [`${plugin}/layout`, `${plugin}/model`] },
  {
    folder: `${plugin}/panel`,
    may: [`${plugin}/view`, `${plugin}/frames`, `${plugin}/layout`, `${plugin}/model`],
  },
  {
    folder: `${plugin}/page`,
    may: [`${plugin}/view`, `${plugin}/frames`, `${plugin}/layout`, `${plugin}/model`],
  },
  { folder: `${plugin}/module.ts`, may: [`${plugin}/panel`] },
  { folder: 'dashboards/src', may: [] },
];
