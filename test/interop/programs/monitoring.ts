import { cp, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { Telemetry } from '../../../collector/src/telemetry/index.ts';
import { freePorts, inFolder, run } from './run.ts';

const rules = fileURLToPath(new URL('../../../deploy/prometheus/', import.meta.url));

/** Seconds between scrapes and between evaluations of the rules; the shipped rules say 30 for the latter. */
export const scrapeSeconds = 1;
export const evaluationSeconds = 4;

export interface Alert {
  readonly name: string;
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Unix milliseconds. */
  readonly activeAtMs: number;
}

/** What Alertmanager sent to a receiver. */
export interface Notification {
  readonly receiver: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

/** Prometheus with the shipped rules and Alertmanager with the shipped example, around one collector's telemetry. */
export interface Monitoring {
  /** Number of scrapes that are stored. */
  scrapes(): Promise<number>;
  alerts(): Promise<readonly Alert[]>;
  /** Values and trace ids of the exemplars of a metric. */
  exemplars(query: string): Promise<readonly { readonly value: number; readonly traceId: string }[]>;
  /** As Alertmanager has them. */
  delivered(): Promise<readonly string[]>;
  readonly notifications: readonly Notification[];
}

/** Around telemetry alone, served here. */
export async function withMonitoring(
  telemetry: Telemetry,
  work: (monitoring: Monitoring) => Promise<void>,
): Promise<void> {
  const metrics = await listen((request, answer) => {
    void telemetry.metrics(request.headers.accept).then(({ contentType, body }) => answer(body, contentType));
  });
  try {
    await withMonitoringOf(portOf(metrics), work);
  } finally {
    await close(metrics);
  }
}

/** Around whatever serves `/metrics` at that local port. */
export async function withMonitoringOf(
  port: number,
  work: (monitoring: Monitoring) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const [prometheus, alertmanager] = await freePorts(2);
    const notifications: Notification[] = [];
    const receiver = await listen((request, answer) => {
      void readJson(request).then((body) => {
        notifications.push(body as Notification);
        answer('', 'text/plain');
      });
    });
    const closers: (() => Promise<void>)[] = [async () => close(receiver)];
    try {
      await writeConfigs(folder, port, portOf(receiver), alertmanager ?? 0);
      const manager = await startAlertmanager(folder, alertmanager ?? 0);
      closers.push(async () => manager.stop());
      const server = await startPrometheus(folder, prometheus ?? 0);
      closers.push(async () => server.stop());
      await work(
        monitoring(`http://127.0.0.1:${prometheus}`, `http://127.0.0.1:${alertmanager}`, notifications),
      );
    } finally {
      for (const closer of closers.reverse()) await closer();
    }
  });
}

function monitoring(
  prometheus: string,
  alertmanager: string,
  notifications: readonly Notification[],
): Monitoring {
  return {
    notifications,
    scrapes: async () => {
      const query = encodeURIComponent('count_over_time(up{job="ccmtrace"}[10m])');
      const { data } = await ask<{ data: { result: { value: [number, string] }[] } }>(
        `${prometheus}/api/v1/query?query=${query}`,
      );
      return Number(data.result[0]?.value[1] ?? 0);
    },
    alerts: async () => {
      const { data } = await ask<{ data: { alerts: RawAlert[] } }>(`${prometheus}/api/v1/alerts`);
      return data.alerts.map(({ labels, annotations, state: phase, activeAt }) => {
        const name = labels['alertname'] ?? '';
        return { name, state: phase, labels, annotations, activeAtMs: Date.parse(activeAt) };
      });
    },
    exemplars: async (query) => {
      const now = Date.now() / 1000;
      const parameters = new URLSearchParams({ query, start: String(now - 600), end: String(now + 60) });
      const { data } = await ask<{ data: RawExemplars[] }>(
        `${prometheus}/api/v1/query_exemplars?${parameters.toString()}`,
      );
      return data.flatMap(({ exemplars }) =>
        exemplars.map(({ labels, value }) => ({ value: Number(value), traceId: labels['trace_id'] ?? '' })),
      );
    },
    delivered: async () => {
      const alerts = await ask<{ labels: Record<string, string> }[]>(
        `${alertmanager}/api/v2/alerts?inhibited=false`,
      );
      return alerts.map(({ labels }) => labels['alertname'] ?? '');
    },
  };
}

interface RawAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly activeAt: string;
}

interface RawExemplars {
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
  }[];
}

/** The shipped files with other addresses and a shorter interval; everything else is as shipped. */
async function writeConfigs(
  folder: string,
  metrics: number,
  receiver: number,
  alertmanager: number,
): Promise<void> {
  for (const file of ['recording.rules.yml', 'alerts.rules.yml']) {
    await cp(join(rules, file), join(folder, file));
    const text = await readFile(join(folder, file), 'utf8');
    await writeFile(join(folder, file), text.replaceAll('interval: 30s', `interval: ${evaluationSeconds}s`));
  }
  const prometheus = parse(await readFile(join(rules, 'prometheus.yml'), 'utf8')) as Record<string, unknown>;
  prometheus['global'] = {
    scrape_interval: `${scrapeSeconds}s`,
    evaluation_interval: `${evaluationSeconds}s`,
  };
  const text = stringify(prometheus).replace('127.0.0.1:4319', `127.0.0.1:${metrics}`);
  await writeFile(
    join(folder, 'prometheus.yml'),
    text.replace('127.0.0.1:9093', `127.0.0.1:${alertmanager}`),
  );
  const manager = await readFile(join(rules, 'alertmanager.yml'), 'utf8');
  await writeFile(
    join(folder, 'alertmanager.yml'),
    manager.replaceAll('127.0.0.1:9095', `127.0.0.1:${receiver}`),
  );
}

async function startAlertmanager(folder: string, port: number) {
  const parameters = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  return run('prometheus-alertmanager', parameters, `http://127.0.0.1:${port}/-/ready`);
}

async function startPrometheus(folder: string, port: number) {
  const parameters = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ];
  return run('prometheus', parameters, `http://127.0.0.1:${port}/-/ready`, folder);
}

type Answer = (body: string, contentType: string) => void;

async function listen(work: (request: IncomingMessage, answer: Answer) => void): Promise<Server> {
  const server = createServer((request, response) =>
    work(request, (body, contentType) => response.writeHead(200, { 'content-type': contentType }).end(body)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function readJson(request: AsyncIterable<Buffer>): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

async function ask<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  return (await answer.json()) as T;
}
