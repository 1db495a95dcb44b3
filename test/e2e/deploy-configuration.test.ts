import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../collector/src/config/load.ts';
import { deployedFiles, readDeployed } from '../support/deploy-files.ts';

describe('a shipped configuration', () => {
  const files = [
    ...deployedFiles('windows/config', /\.yaml$/),
    'systemd/ccmtrace.yaml',
    'compose/ccmtrace.yaml',
  ];

  it.each(files)('fits the schema: %s', (file) => {
    const config = parseConfig(readDeployed(file), file, {});
    expect(config.sources.length).toBeGreaterThan(0);
  });

  it.each(files)('listens beyond loopback only with TLS: %s', (file) => {
    const { http } = parseConfig(readDeployed(file), file, {});
    expect(http.listen === '127.0.0.1' || http.tls !== undefined).toBe(true);
  });
});
