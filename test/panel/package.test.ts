import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../grafana-plugin/.config/webpack/constants.ts';
import { checkBundle } from '../../grafana-plugin/scripts/check-bundle.ts';

const plugin = join(import.meta.dirname, '..', '..', 'grafana-plugin');
const bundle = join(plugin, 'dist', 'panel');
const archive = join(plugin, 'dist', `ccmtrace-trace-panel-${version}.zip`);

describe('the release of the panel', () => {
  let scratch: string;

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'panel-release-'));
    execFileSync(process.execPath, [join(plugin, 'scripts', 'package.ts')], {
      env: { ...process.env, SOURCE_DATE_EPOCH: '1772323200' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('meets the published rules', () => {
    expect(checkBundle(bundle)).toEqual([]);
  });

  it('holds one folder with everything that Grafana asks for, and the same bytes each time', () => {
    const bytes = readFileSync(archive);
    const names = entriesOf(bytes).map(({ name }) => name);
    expect(names.every((name) => name.startsWith('ccmtrace-trace-panel/'))).toBe(true);
    for (const file of [
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'plugin.json',
      'module.js',
      'img/logo.svg',
      'img/waterfall.png',
    ]) {
      expect(names).toContain(`ccmtrace-trace-panel/${file}`);
    }
    for (const { name, content } of entriesOf(bytes)) {
      expect(content.equals(readFileSync(join(bundle, name.slice('ccmtrace-trace-panel/'.length))))).toBe(
        true,
      );
    }
  });

  it('names no folder of the machine that built it', () => {
    for (const { content } of entriesOf(readFileSync(archive)))
      expect(content.includes(join(plugin, '..'))).toBe(false);
  });

  it('does not carry what Grafana shares', () => {
    const script = readFileSync(join(bundle, 'module.js'), 'utf8');
    expect(script).not.toContain('react.production');
    expect(script.length).toBeLessThan(400_000);
  });

  it.each([
    ['the id is odd', { id: 'Trace Panel' }, 'not of the form'],
    ['no version was filled in', { info: { version: '%VERSION%' } }, 'is no version'],
    [
      'a screenshot is missing',
      { info: { screenshots: [{ path: 'img/none.png' }] } },
      'img/none.png is missing',
    ],
  ] as const)('is refused where %s', (_, change, complaint) => {
    const copy = join(scratch, 'copy');
    cpSync(bundle, copy, { recursive: true });
    const json = JSON.parse(readFileSync(join(copy, 'plugin.json'), 'utf8')) as { info: object };
    const info = { ...json.info, ...('info' in change ? change.info : {}) };
    writeFileSync(join(copy, 'plugin.json'), JSON.stringify({ ...json, ...change, info }));
    expect(checkBundle(copy).join('\n')).toContain(complaint);
  });

  it('is refused where a logo holds a script', () => {
    const copy = join(scratch, 'logo');
    cpSync(bundle, copy, { recursive: true });
    writeFileSync(join(copy, 'img', 'logo.svg'), '<svg onload="alert(1)"></svg>');
    expect(checkBundle(copy).join('\n')).toContain('img/logo.svg holds a script');
  });

  it('is refused where the script or the licence is missing', () => {
    const copy = join(scratch, 'bare');
    cpSync(bundle, copy, { recursive: true });
    rmSync(join(copy, 'LICENSE'));
    rmSync(join(copy, 'module.js'));
    expect(checkBundle(copy)).toEqual(['module.js is missing.', 'LICENSE is missing.']);
  });
});

/** The files of a zip archive, read by its local headers. */
function entriesOf(bytes: Buffer): { name: string; content: Buffer }[] {
  const entries: { name: string; content: Buffer }[] = [];
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50; ) {
    const packed = bytes.readUInt32LE(at + 18);
    const length = bytes.readUInt16LE(at + 26);
    const start = at + 30 + length + bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 30, at + 30 + length);
    entries.push({ name, content: inflateRawSync(bytes.subarray(start, start + packed)) });
    at = start + packed;
  }
  return entries;
}
