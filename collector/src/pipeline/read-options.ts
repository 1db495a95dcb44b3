import type { Config } from '../config/schema.ts';
import type { Report } from '../contract/loss.ts';
import type { readLogs } from '../tail/index.ts';

/** What to read: the paths of the command line, then the configured sources. */
export function inputsOf(config: Config, paths: readonly string[]): Parameters<typeof readLogs>[0] {
  return [
    ...paths.map((path) => ({ path })),
    ...config.sources.map(({ path, host, encoding }) => ({ path, host, encoding })),
  ];
}

/** Arguments of `readLogs` for one pass, and the sum of the sizes once the files are found. */
export function readOptions(
  config: Config,
  paths: readonly string[],
  report: Report,
): {
  inputs: Parameters<typeof readLogs>[0];
  options: Parameters<typeof readLogs>[1];
  totalBytes: () => number;
} {
  let total = 0;
  return {
    inputs: inputsOf(config, paths),
    options: {
      report,
      onFound: (bytes) => {
        total = bytes;
      },
    },
    totalBytes: () => total,
  };
}

/** What a configured source says of its host. */
export function hostSettings(config: Config): {
  siteOf: (host: string) => string;
  zoneOf: (source: { readonly host: string; readonly path: string }) => string | undefined;
} {
  const sites = new Map<string, string>();
  for (const { host, site } of config.sources)
    if (host !== undefined && site !== undefined) sites.set(host.toLowerCase(), site);
  return {
    siteOf: (host) => sites.get(host.toLowerCase()) ?? config.site,
    zoneOf: ({ host, path }) =>
      config.sources.find(
        (source) =>
          source.timezone !== undefined &&
          (source.host?.toLowerCase() === host.toLowerCase() || path.startsWith(source.path)),
      )?.timezone,
  };
}
