import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GenericContainer, Network, TestContainers, Wait, type StartedTestContainer } from 'testcontainers';
import { allDashboards } from '../../dashboards/src/all.ts';
import { grafanaEnvironment, writeProvisioning, type GrafanaSetup } from '../support/grafana.ts';
import { dashboardOf, pluginBundle, pluginId, tracePanelOf } from '../support/panel-dashboard.ts';
import { startCollector, type RunningCollector } from '../support/run-collector.ts';
import { freePorts } from '../interop/programs/run.ts';
import type { Images } from './engine.ts';

/** Containers reach the machine that tests run on under this name. */
const machine = 'host.testcontainers.internal';

export interface Stack {
  readonly grafana: string;
  readonly collector: RunningCollector;
  stop(): Promise<void>;
}

/** The collector over the bundled sample, sending to Tempo and scraped by Prometheus, and Grafana over all three. */
export async function startStack(images: Images, folder: string): Promise<Stack> {
  const started: { stop(): Promise<unknown> }[] = [];
  const stop = async (): Promise<void> => {
    for (const one of started.toReversed()) await one.stop();
  };
  try {
    const [port] = await freePorts(1);
    await TestContainers.exposeHostPorts(port!);
    const network = await new Network().start();
    started.push(network);
    const add = async (container: GenericContainer, alias: string): Promise<StartedTestContainer> => {
      const running = await container.withNetwork(network).withNetworkAliases(alias).start();
      started.push(running);
      return running;
    };
    const tempo = await add(tempoOf(images), 'tempo');
    const collector = await startCollector(folder, {
      http: { port, allowedHosts: [machine] },
      export: [{ name: 'tempo', url: `http://${tempo.getHost()}:${tempo.getMappedPort(4318)}` }],
    });
    started.push(collector);
    await add(prometheusOf(images, port!), 'prometheus');
    const grafana = await add(await grafanaOf(images, folder, port!), 'grafana');
    return { grafana: `http://${grafana.getHost()}:${grafana.getMappedPort(3000)}/`, collector, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function tempoOf({ tempo }: Images): GenericContainer {
  const config = readFileSync(new URL('../../deploy/compose/tempo.yaml', import.meta.url), 'utf8');
  return new GenericContainer(tempo)
    .withCommand(['-config.file=/etc/tempo.yaml'])
    .withCopyContentToContainer([{ content: config, target: '/etc/tempo.yaml' }])
    .withExposedPorts(3200, 4318)
    .withWaitStrategy(Wait.forHttp('/ready', 3200))
    .withStartupTimeout(180_000);
}

function prometheusOf({ prometheus }: Images, port: number): GenericContainer {
  const config = {
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: 'ccmtrace', static_configs: [{ targets: [`${machine}:${port}`] }] }],
  };
  return new GenericContainer(prometheus)
    .withCommand(['--config.file=/etc/prometheus/tests.yml', '--enable-feature=exemplar-storage'])
    .withCopyContentToContainer([{ content: JSON.stringify(config), target: '/etc/prometheus/tests.yml' }])
    .withExposedPorts(9090)
    .withWaitStrategy(Wait.forHttp('/-/ready', 9090));
}

async function grafanaOf({ grafana }: Images, folder: string, port: number): Promise<GenericContainer> {
  const collector = { type: 'jaeger', uid: 'ccmtrace' };
  const tempo = { type: 'tempo', uid: 'ccmtrace-tempo' };
  const setup: GrafanaSetup = {
    plugins: { [pluginId]: pluginBundle },
    datasources: [
      { name: 'ccmtrace', ...collector, access: 'proxy', url: `http://${machine}:${port}` },
      { name: 'Tempo', ...tempo, access: 'proxy', url: 'http://tempo:3200' },
      {
        name: 'metrics',
        type: 'prometheus',
        uid: 'ccmtrace-prometheus',
        access: 'proxy',
        url: 'http://prometheus:9090',
      },
    ],
    dashboards: {
      ...allDashboards(),
      collector: dashboardOf('from-collector', 'From the collector', [tracePanelOf(1, collector, whole)]),
      tempo: dashboardOf('from-tempo', 'From Tempo', [tracePanelOf(1, tempo, whole)]),
    },
  };
  await writeProvisioning(join(folder, 'provisioning'), setup, '/var/lib/dashboards');
  return new GenericContainer(grafana)
    .withEnvironment(grafanaEnvironment([pluginId]))
    .withCopyDirectoriesToContainer([
      { source: join(folder, 'provisioning'), target: '/etc/grafana/provisioning' },
      { source: join(folder, 'dashboards'), target: '/var/lib/dashboards' },
      { source: pluginBundle, target: `/var/lib/grafana/plugins/${pluginId}` },
    ])
    .withExposedPorts(3000)
    .withWaitStrategy(Wait.forHttp('/api/health', 3000))
    .withStartupTimeout(180_000);
}

const whole = { x: 0, y: 0, w: 24, h: 22 };
