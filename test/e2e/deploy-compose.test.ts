import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { allDashboards } from '../../dashboards/src/all.ts';
import { deployedFiles, deployFolder, readDeployed } from '../support/deploy-files.ts';

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface Service {
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly ports?: readonly string[];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

describe('the compose set-up', () => {
  const compose = parse(readDeployed('compose/compose.yaml')) as Compose;
  const services = Object.values(compose.services);
  const mounts = services
    .flatMap(({ volumes }) => volumes ?? [])
    .map((volume) => volume.replace(/\$\{\w+:-(.*?)\}/, '$1'));

  it('mounts only what is there, or what the build of plugin and sample makes', () => {
    const built = ['../../grafana/ccmtrace-trace-panel', '../../sample', '../prometheus', '../grafana'];
    const folders = mounts.map((mount) => mount.split(':')[0] ?? '').filter((path) => path.startsWith('.'));
    expect(folders.length).toBeGreaterThan(6);
    expect(
      folders.filter((path) => !built.includes(path) && !existsSync(resolve(deployFolder, 'compose', path))),
    ).toEqual([]);
  });

  it('names only volumes and services that it declares', () => {
    const volumes = mounts.map((mount) => mount.split(':')[0] ?? '').filter((path) => !path.startsWith('.'));
    const needed = services.flatMap(({ depends_on: on }) => (Array.isArray(on) ? on : Object.keys(on ?? {})));
    expect(volumes.filter((volume) => !(volume in compose.volumes))).toEqual([]);
    expect(needed.filter((service) => !(service in compose.services))).toEqual([]);
  });

  it('publishes on loopback only', () => {
    const ports = services.flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(2);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('provisions the data sources that the dashboards choose at first', () => {
    const { datasources } = parse(readDeployed('compose/grafana/provisioning/datasources/ccmtrace.yaml')) as {
      datasources: readonly { uid: string; type: string }[];
    };
    const provisioned = datasources.map(({ uid, type }) => `${type} ${uid}`).sort();
    const variables = Object.values(allDashboards()).flatMap(({ templating }) => templating.list ?? []);
    const chosen = variables
      .filter(({ type }) => type.toString() === 'datasource')
      .map(({ query, current }) => `${textOf(query)} ${textOf(current?.value)}`);
    expect([...new Set(chosen)].sort()).toEqual(provisioned);
  });

  it.each(deployedFiles('compose', /\.ya?ml$/))('is YAML without errors or repeated keys: %s', (file) => {
    expect(parseAllDocuments(readDeployed(file)).flatMap((document) => document.errors)).toEqual([]);
  });
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

describe.skipIf(!hasPromtool)('the Prometheus configuration (promtool must be installed)', () => {
  it('is accepted', () => {
    const { status, stderr } = spawnSync(
      'promtool',
      ['check', 'config', '--syntax-only', join(deployFolder, 'compose/prometheus.yml')],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
