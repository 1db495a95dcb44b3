import type { Outbox, OutboxBatch, OutboxLimits } from '../contract/outbox.ts';
import { backoffMs } from './backoff.ts';
import { deliver, type Refusal, type Route, type Stops, type Surroundings } from './deliver.ts';

/** Looks into the outbox again after this long even if nobody said that something came. */
const idleMs = 5000;

/** Empties the outbox for one route: reads, sends, moves the cursor, over and over until stopped. */
export class Worker {
  readonly #route: Route;
  readonly #outbox: Outbox;
  readonly #limits: OutboxLimits;
  readonly #surroundings: Surroundings;
  readonly #waits = new AbortController();
  readonly #sends = new AbortController();
  #nudge = new AbortController();
  #whenEmpty: (() => void)[] = [];
  #running: Promise<void> | undefined;

  constructor(route: Route, outbox: Outbox, limits: OutboxLimits, surroundings: Surroundings) {
    this.#route = route;
    this.#outbox = outbox;
    this.#limits = limits;
    this.#surroundings = surroundings;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when everything that is in the outbox now was sent; never while the destination is down. */
  async drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenEmpty.push(resolve);
    this.#nudge.abort();
    return promise;
  }

  /** Starts no further request; one that is under way may end within `deadlineMs`, then it is broken off and sent again next time. */
  async stop(deadlineMs: number): Promise<void> {
    this.#waits.abort();
    const timer = setTimeout(() => this.#sends.abort(), deadlineMs);
    await this.#running;
    clearTimeout(timer);
    this.#route.sender.close();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#waits.signal.aborted; ) {
      try {
        await this.#step();
        failures = 0;
      } catch (error) {
        if (this.#waits.signal.aborted) return;
        failures += 1;
        this.#saySick(error);
        await this.#pause(failures);
      }
    }
  }

  async #step(): Promise<void> {
    const { name } = this.#route;
    const waiting = this.#whenEmpty;
    const batch = await this.#outbox.read(name, this.#limits);
    if (batch === undefined) {
      this.#whenEmpty = this.#whenEmpty.filter((resolve) => !waiting.includes(resolve));
      for (const resolve of waiting) resolve();
      if (this.#whenEmpty.length === 0) await this.#change();
      return;
    }
    const stops: Stops = { wait: this.#waits.signal, send: this.#sends.signal };
    const refusals = await deliver(batch.traces, this.#route, this.#surroundings, stops);
    await this.#settle(batch, refusals);
  }

  /** Something was written, somebody waits for the outbox to be empty, or it is time to look again. */
  async #change(): Promise<void> {
    this.#nudge = new AbortController();
    const signals = [this.#waits.signal, this.#nudge.signal, AbortSignal.timeout(idleMs)];
    await this.#outbox.changed(AbortSignal.any(signals));
  }

  /** Moves the cursor over the batch in order; each run of traces refused alike becomes one dead letter. */
  async #settle({ traces, positions }: OutboxBatch, refusals: readonly Refusal[]): Promise<void> {
    const { name } = this.#route;
    const byTrace = Map.groupBy(refusals, (refusal) => refusal.traceId);
    for (let i = 0; i < traces.length; ) {
      const reason = reasonOf(byTrace, traces[i]?.traceId);
      let end = i + 1;
      while (end < traces.length && reasonOf(byTrace, traces[end]?.traceId) === reason) end++;
      const position = positions[end - 1] ?? 0;
      if (reason === undefined) await this.#outbox.delivered(name, position);
      else
        await this.#bury(
          position,
          reason,
          traces.slice(i, end).map((trace) => trace.traceId),
          byTrace,
        );
      i = end;
    }
  }

  async #bury(
    position: number,
    reason: string,
    traceIds: readonly string[],
    refusals: ReadonlyMap<string, readonly Refusal[]>,
  ): Promise<void> {
    const { name } = this.#route;
    const refused = traceIds.flatMap((traceId) => refusals.get(traceId) ?? []);
    const spans = refused.reduce((sum, refusal) => sum + refusal.spans, 0);
    const { clock, report } = this.#surroundings;
    await this.#outbox.dead(name, position, { atUs: clock.nowUs(), reason, traceIds, spans });
    report.lost('export_rejected', spans);
    const sentence = `${name} refused ${traceIds.length} traces for good: ${reason}. They are kept as dead letters; mend the destination's settings.`;
    report.trouble({ reason: 'export_rejected', sentence, subject: `${name} ${reason.slice(0, 40)}` });
  }

  #saySick(error: unknown): void {
    const found = error instanceof Error ? error.message : String(error);
    this.#surroundings.report.trouble({
      reason: 'export_delayed',
      sentence: `Could not use the outbox for ${this.#route.name}: ${found}. It is tried again; look at the store's disk.`,
      subject: `${this.#route.name} outbox`,
    });
  }

  async #pause(failures: number): Promise<void> {
    const { wait, random, backoff } = this.#surroundings;
    try {
      await wait(backoffMs(failures, -1, random(), backoff), this.#waits.signal);
    } catch {
      // Stopped while waiting: the loop sees it.
    }
  }
}

function reasonOf(
  refusals: ReadonlyMap<string, readonly Refusal[]>,
  traceId: string | undefined,
): string | undefined {
  return refusals.get(traceId ?? '')?.[0]?.reason;
}
