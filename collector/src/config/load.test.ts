import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, parseConfig } from './load.ts';

describe('parseConfig()', () => {
  it('fills every default where the file is empty', () => {
    const config = parseConfig('', 'ccmtrace.yaml', {});
    expect(config.http).toEqual({ listen: '127.0.0.1', port: 4319, allowedHosts: [] });
    expect(config.joins.parentThreshold).toBe(0.8);
    expect(config.export).toEqual([]);
  });

  it('names an unknown key with its line and the nearest known one', () => {
    expect(() => parseConfig('site: MEM\nstore:\n  foldr: x\n', 'ccmtrace.yaml', {})).toThrow(
      'ccmtrace.yaml:3: unknown key store.foldr. Did you mean folder?',
    );
  });

  it('lists the known keys where none is near', () => {
    expect(() => parseConfig('zzzzzzzz: 1\n', 'c.yaml', {})).toThrow(
      /unknown key zzzzzzzz\. Known here: sources, site,/,
    );
  });

  it('names a wrong value inside a list with its line', () => {
    const text = 'export:\n  - url: http://127.0.0.1:4318\n  - url: nonsense\n';
    expect(() => parseConfig(text, 'c.yaml', {})).toThrow(/^c\.yaml:3: export\.1\.url: Invalid URL\.$/);
  });

  it('says where a file is not YAML', () => {
    expect(() => parseConfig('a: [1\nb: 2', 'c.yaml', {})).toThrow(/^c\.yaml:\d+: not YAML: /);
  });

  it('lays the environment over the file', () => {
    const config = parseConfig('http: { port: 1 }', 'c.yaml', {
      CCMTRACE_PORT: '2',
      CCMTRACE_TOKEN: 'x'.repeat(16),
    });
    expect(config.http).toMatchObject({ port: 2, token: 'x'.repeat(16) });
  });
});

describe('loadConfig()', () => {
  it('rejects a file that is not there in one sentence', async () => {
    await expect(loadConfig('no/such.yaml', {})).rejects.toThrow(ConfigError);
  });
});
