import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from '../../support/run-cli.ts';

/** Whether the real program is here; tests that need it say that they were skipped. */
export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

/** One series of an answer: its labels and its values as numbers, in order of time. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** A Prometheus of its own that scrapes one address every three seconds: an answer that is late by a pause of the machine still counts. */
export class Prometheus {
  /** Without a slash at the end. */
  readonly url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(url: string, folder: string, process: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#process = process;
  }

  /** @param target host:port whose `/metrics` is scraped */
  static async start(target: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-prometheus-'));
    const config = {
      global: { scrape_interval: '3s', evaluation_interval: '3s' },
      rule_files: [join(repository, 'deploy/prometheus/recording.rules.yml')],
      scrape_configs: [{ job_name: 'ccmtrace', static_configs: [{ targets: [target] }] }],
    };
    // JSON is YAML.
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const port = await freePort();
    const options = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
      '--log.level=error',
    ];
    const child = spawn('prometheus', options, { stdio: ['ignore', 'ignore', 'inherit'] });
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, folder, child);
    await prometheus.#ready();
    return prometheus;
  }

  async #ready(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const answer = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (answer?.ok === true) return;
      await sleep(100);
    }
    throw new Error('Prometheus was not ready within ten seconds.');
  }

  /**
   * @param atS Unix seconds; now where it is not given
   * @throws when Prometheus refuses the expression, with its words
   */
  async instant(expression: string, atS?: number): Promise<readonly Series[]> {
    const rows = await this.#ask<{ metric: Record<string, string>; value: [number, string] }[]>('query', {
      query: expression,
      ...(atS === undefined ? {} : { time: String(atS) }),
    });
    return rows.map(({ metric, value }) => ({ labels: metric, values: [Number(value[1])] }));
  }

  /** Over the last `seconds`, every two seconds. */
  async range(expression: string, seconds: number): Promise<readonly Series[]> {
    const end = Date.now() / 1000;
    const parameters = { query: expression, start: String(end - seconds), end: String(end), step: '2' };
    const rows = await this.#ask<{ metric: Record<string, string>; values: [number, string][] }[]>(
      'query_range',
      parameters,
    );
    return rows.map(({ metric, values }) => ({
      labels: metric,
      values: values.map(([, value]) => Number(value)),
    }));
  }

  /** Trace ids of the exemplars behind an expression. */
  async exemplars(expression: string): Promise<readonly string[]> {
    const end = Date.now() / 1000;
    const parameters = { query: expression, start: String(end - 600), end: String(end) };
    const rows = await this.#ask<{ exemplars: { labels: Record<string, string> }[] }[]>(
      'query_exemplars',
      parameters,
    );
    return rows.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id'] ?? ''));
  }

  async #ask<T>(endpoint: string, parameters: Record<string, string>): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${endpoint}`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
    });
    const body = (await answer.json()) as { status: string; error?: string; data: unknown };
    if (body.status !== 'success') throw new Error(`${parameters['query']}: ${body.error}`);
    return (Array.isArray(body.data) ? body.data : (body.data as { result: unknown }).result) as T;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
