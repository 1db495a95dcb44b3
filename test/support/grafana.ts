import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Program } from '../interop/programs/find.ts';
import { freePorts, run } from '../interop/programs/run.ts';

/** What a Grafana is to start with, in the form of its file provisioning. */
export interface GrafanaSetup {
  /** Plugin folders by id; each is allowed without a signature. */
  readonly plugins: Readonly<Record<string, string>>;
  /** As in a file of provisioning/datasources. */
  readonly datasources: readonly object[];
  /** Dashboards by file name without ending. */
  readonly dashboards: Readonly<Record<string, object>>;
  /** Further files below provisioning, by path, such as `alerting/rules.yaml`. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Grafana {
  /** With a slash at the end. */
  readonly url: string;
  /** What it wrote last, for a failing test to show. */
  output(): string;
  stop(): Promise<void>;
}

const places = ['bin/grafana', 'bin/linux-amd64/grafana', 'bin/linux-arm64/grafana'];

/** The Grafana that CCMTRACE_GRAFANA_HOME names: an unpacked or built one, with `bin`, `conf` and `public`. */
export function grafanaProgram(): Program {
  const home = process.env['CCMTRACE_GRAFANA_HOME'] ?? '';
  if (home === '') return { path: '', missing: 'CCMTRACE_GRAFANA_HOME names no Grafana' };
  const path = places.map((place) => join(home, place)).find((candidate) => existsSync(candidate));
  return path === undefined
    ? { path: '', missing: `there is no bin/grafana in CCMTRACE_GRAFANA_HOME (${home})` }
    : { path, missing: '' };
}

/** A data source of Grafana's that is built apart from it: a Grafana built from source need not have it. */
export function builtDataSource({ path }: Program, id: string): Program {
  if (path === '') return { path, missing: '' };
  const home = homeOf(path);
  const folders = [
    `public/app/plugins/datasource/${id}/dist`,
    `data/plugins-bundled/${id}`,
    `plugins-bundled/${id}`,
  ];
  return folders.some((folder) => existsSync(join(home, folder, 'module.js')))
    ? { path, missing: '' }
    : { path: '', missing: `the Grafana in ${home} was built without its ${id} data source` };
}

function homeOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/bin/'));
}

/** Settings for a Grafana that anybody at this machine may look at and edit, and that calls nobody. */
export function grafanaEnvironment(plugins: readonly string[]): Record<string, string> {
  return {
    GF_AUTH_ANONYMOUS_ENABLED: 'true',
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Admin',
    GF_AUTH_DISABLE_LOGIN_FORM: 'true',
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: plugins.join(','),
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_LOG_LEVEL: 'warn',
  };
}

/** Writes a provisioning folder; `dashboards` is where Grafana will find the dashboards, here or in a container. */
export async function writeProvisioning(
  folder: string,
  setup: GrafanaSetup,
  dashboards = join(folder, '..', 'dashboards'),
): Promise<void> {
  const provider = { name: 'tests', folder: '', type: 'file', options: { path: dashboards } };
  const files: Record<string, string> = {
    'datasources/tests.yaml': JSON.stringify({ apiVersion: 1, datasources: setup.datasources }),
    'dashboards/tests.yaml': JSON.stringify({ apiVersion: 1, providers: [provider] }),
    ...Object.fromEntries(
      Object.entries(setup.dashboards).map(([name, dashboard]) => [
        `../dashboards/${name}.json`,
        JSON.stringify(dashboard),
      ]),
    ),
    ...setup.files,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Starts Grafana on a port of its own with everything that it writes below `folder`, and waits until its database answers. */
export async function startGrafana(
  program: Program,
  folder: string,
  setup: GrafanaSetup,
  environment: Readonly<Record<string, string>> = {},
): Promise<Grafana> {
  const home = homeOf(program.path);
  const [port] = await freePorts(1);
  const provisioning = join(folder, 'provisioning');
  await writeProvisioning(provisioning, setup);
  const ids = Object.keys(setup.plugins);
  const plugins = join(folder, 'plugins');
  await mkdir(plugins, { recursive: true });
  for (const id of ids) await cp(setup.plugins[id]!, join(plugins, id), { recursive: true });
  const url = `http://127.0.0.1:${port}/`;
  const running = await run(program.path, ['server', '--homepath', home], `${url}api/health`, folder, {
    ...grafanaEnvironment(ids),
    GF_SERVER_HTTP_ADDR: '127.0.0.1',
    GF_SERVER_HTTP_PORT: String(port),
    GF_PATHS_DATA: join(folder, 'data'),
    GF_PATHS_LOGS: join(folder, 'logs'),
    GF_PATHS_PLUGINS: plugins,
    GF_PATHS_PROVISIONING: provisioning,
    ...environment,
  });
  return { url, output: () => running.output(), stop: async () => running.stop() };
}
