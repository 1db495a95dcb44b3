import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pluginFolder, pluginId, version } from '../../grafana-plugin/.config/webpack/constants.ts';
import { zip } from '../../grafana-plugin/scripts/zip.ts';
import { skipNote, type Program } from './programs/find.ts';

/** Grafana's plugin validator: the program that CCMTRACE_PLUGIN_VALIDATOR names, or plugincheck2 of the machine. */
const path = process.env['CCMTRACE_PLUGIN_VALIDATOR'] ?? 'plugincheck2';
const validator: Program = {
  path,
  missing: spawnSync(path, ['-help']).error === undefined ? '' : `there is no ${path}`,
};

/** What it looks at, each alone: one that cannot reach its page on the network ends the whole run. */
const passes = (
  'archive archivename backendbinary backenddebug binarypermissions brokenlinks buildtools changelog circulardependencies ' +
  'code-rules discoverability go-manifest grafanadependency includesnested jargon jsMap legacybuilder legacyplatform license ' +
  'logos metadata metadatapaths metadatavalid modulejs nestedmetadata org packagejson plugindocs pluginname provenance ' +
  'published-plugin readme restrictivedep safelinks screenshots sdkusage sourcecode templatereadme trackingscripts typesuffix ' +
  'unsafesvg version'
).split(' ');

interface Finding {
  readonly Severity: 'error' | 'warning' | 'ok' | 'recommendation';
  readonly Title: string;
  readonly Detail: string;
}

describe.skipIf(validator.missing !== '')(`Grafana's plugin validator${skipNote(validator)}`, () => {
  let folder: string;
  let archive: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plugin-validator-'));
    execFileSync(process.execPath, [join(pluginFolder, 'scripts', 'package.ts'), '--out', folder]);
    archive = join(folder, `${pluginId}-${version}.zip`);
    await writeFile(
      join(folder, 'config.yaml'),
      'global:\n  enabled: true\n  jsonOutput: true\n  reportAll: true\n',
    );
    await cp(pluginFolder, join(folder, 'source'), {
      recursive: true,
      filter: (from) => !/node_modules|\/dist(\/|$)/.test(from.slice(pluginFolder.length)),
    });
  });
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  /** `pass: title` of everything that it has against an archive, and the passes that could not be made here. */
  function against(
    file: string,
    which = passes,
  ): { complaints: string[]; passed: string[]; unreachable: string[] } {
    const source = `file://${join(folder, 'source')}`;
    const report = join(folder, 'report.json');
    const [complaints, passed, unreachable]: [string[], string[], string[]] = [[], [], []];
    for (const pass of which) {
      const { stdout, stderr } = spawnSync(
        validator.path,
        [
          '-config',
          join(folder, 'config.yaml'),
          '-analyzer',
          pass,
          '-output-to-file',
          report,
          '-sourceCodeUri',
          source,
          file,
        ],
        { encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, DEBUG: '1' } },
      );
      if (/check failed: .*(?:dial|lookup|timeout)/.test(stdout + stderr)) {
        unreachable.push(pass);
        continue;
      }
      const found = (
        JSON.parse(readFileSync(report, 'utf8')) as { 'plugin-validator': Record<string, readonly Finding[]> }
      )['plugin-validator'];
      for (const { Severity, Title, Detail } of Object.values(found).flat()) {
        if (Severity === 'ok') passed.push(pass);
        else complaints.push(`${pass}: ${Title} ${Detail}`);
      }
    }
    return { complaints, passed, unreachable };
  }

  it('has nothing against the release', () => {
    const { complaints, passed, unreachable } = against(archive);
    if (unreachable.length > 0)
      process.stderr.write(`Not asked, for they need the network: ${unreachable.join(', ')}\n`);
    expect(complaints).toEqual([]);
    expect(passed).toEqual(
      expect.arrayContaining(['license', 'jsMap', 'discoverability', 'trackingscripts']),
    );
  });

  it.each([
    ['no licence', (name: string) => (name === 'LICENSE' ? undefined : name), /license/i],
    ['no list of changes', (name: string) => (name === 'CHANGELOG.md' ? undefined : name), /changelog/i],
    ['its files in no folder of their own', (name: string) => `../${name}`, /archive|plugin\.json|invalid/i],
  ] as const)('has something against an archive with %s', async (_, change, about) => {
    const bundle = join(folder, 'panel');
    const names = execFileSync('find', ['.', '-type', 'f'], { cwd: bundle, encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((name) => name.slice(2));
    const files = await Promise.all(
      names
        .filter((name) => change(name) !== undefined)
        .map(async (name) => ({
          name: join(pluginId, change(name)!),
          content: await readFile(join(bundle, name)),
        })),
    );
    const broken = join(folder, 'broken.zip');
    await writeFile(broken, zip(files, new Date(0)));
    expect(against(broken, ['archive', 'metadata', 'license', 'changelog']).complaints.join('\n')).toMatch(
      about,
    );
  });
});
