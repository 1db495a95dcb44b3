import type { MetricSnapshot } from '../contract/metrics.ts';
import type { Attributes } from '../model/attributes.ts';
import type { Surroundings } from './deliver.ts';
import type { HttpSender } from './http-sender.ts';
import { encodeMetrics } from './metrics.ts';
import type { Encoding } from './signals.ts';
import { judge, statusOf } from './verdict.ts';

/** Where metrics come from. */
export interface MetricsSource {
  readonly snapshot: () => Promise<MetricSnapshot>;
  /** Resource attributes: `service.name`, `service.instance.id`, … */
  readonly resource: Attributes;
  /** Default 60,000. */
  readonly intervalMs?: number;
}

export interface MetricsRoute {
  readonly name: string;
  readonly url: URL;
  readonly encoding: Encoding;
  readonly sender: HttpSender;
}

/** Sends a snapshot at regular times until stopped, and a last one then; counts are cumulative, so nothing is sent twice. */
export class MetricsSender {
  readonly #route: MetricsRoute;
  readonly #source: MetricsSource;
  readonly #surroundings: Surroundings;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(route: MetricsRoute, source: MetricsSource, surroundings: Surroundings) {
    this.#route = route;
    this.#source = source;
    this.#surroundings = surroundings;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    if (this.#running !== undefined) await this.#send(AbortSignal.timeout(deadlineMs));
    this.#route.sender.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#surroundings.wait(this.#source.intervalMs ?? 60_000, signal);
      } catch {
        return; // Stopped while waiting.
      }
      await this.#send(signal);
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    const { name, url, encoding, sender } = this.#route;
    const { clock, report } = this.#surroundings;
    try {
      const snapshot = await this.#source.snapshot();
      const body = encodeMetrics(encoding, snapshot, this.#source.resource, clock.nowUs());
      const reply = await sender.post(url, body, signal);
      report.requested(name, statusOf(reply));
      const verdict = judge(reply, clock.nowUs());
      if (verdict.kind !== 'taken') this.#say(verdict.message);
    } catch (error) {
      if (!signal.aborted) this.#say(String(error));
    }
  }

  #say(found: string): void {
    const { name, url } = this.#route;
    const sentence = `Could not send metrics to ${name} (${url.href}): ${found}. The next ones make them good.`;
    this.#surroundings.report.trouble({ reason: 'export_delayed', sentence, subject: name });
  }
}
