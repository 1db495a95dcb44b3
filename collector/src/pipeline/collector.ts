import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { createApi, isLoopback } from '../api/index.ts';
import type { Config } from '../config/schema.ts';
import { createAddressPrivacy, createIdentityQuery, createPrivacy } from '../model/privacy.ts';
import type { Trace } from '../model/span.ts';
import { createCorrelator, loadKnowledge } from '../correlate/index.ts';
import { createExporter } from '../export/index.ts';
import { createMatcher, loadMappings } from '../match/index.ts';
import { createFramer } from '../parse/index.ts';
import { openStore } from '../store/index.ts';
import { createFollower } from '../tail/index.ts';
import { createTelemetry } from '../telemetry/index.ts';
import { startSelfTracing } from '../telemetry/self-tracing.ts';
import { optionalFolder, shippedFolder } from './assets.ts';
import { destinationsOf } from './destinations.ts';
import { createInFlight } from './in-flight.ts';
import { correlatorOptions } from './correlator-options.ts';
import { loadDiagnosisTexts } from './diagnosis-texts.ts';
import { hostSettings, inputsOf } from './read-options.ts';
import { createPatientWriter } from './patient-writer.ts';
import { createProgressKeeper, rereadUs } from './progress-keeper.ts';
import { createRecogniser } from './recognise.ts';
import { createSteadyClock } from './steady-clock.ts';

export interface CollectorOptions {
  readonly config: Config;
  /** What to follow besides the configured sources. */
  readonly paths: readonly string[];
  readonly version: string;
  /** For the standard OTEL_EXPORTER_OTLP_* variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The program's own log, line by line. */
  readonly write: (line: string) => void;
  /** Called with finished traces once they are durable. */
  readonly onTraces: (traces: readonly Trace[]) => void;
  readonly clock?: Clock;
}

/** A running pipeline: logs in; store, exporters, page and API out. */
export interface Collector {
  /** Address of the page, with a slash at its end. */
  readonly url: string;
  /** Resolves when everything that was in the logs at the start is read and its traces are durable. */
  readonly caughtUp: Promise<void>;
  /** Rejects when the pipeline breaks; never resolves before `stop`. */
  readonly ended: Promise<void>;
  /** Stops reading, makes durable what is whole, lets go of everything. Safe twice. */
  stop(): Promise<void>;
}

/** Records come this much after their time at the latest, where a file is read as it grows. */
const writerDelayUs = 2_000_000;

/** Starts downstream first: nothing is read before everything that it goes to is ready. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { config, clock = systemClock } = options;
  const telemetry = createTelemetry({
    clock,
    version: options.version,
    log: { ...config.log, write: options.write },
  });
  const folders = [shippedFolder('mappings'), ...config.mappings];
  const [mappings, knowledge, texts] = await Promise.all([
    loadMappings(folders),
    loadKnowledge(folders),
    loadDiagnosisTexts(config.mappings),
  ]);
  const closing = new AsyncDisposableStack();
  try {
    const self = await startSelfTracing(options.environment, options.version);
    closing.defer(() => self.stop());
    const store = await openStore(config.store.folder, {
      keysOf: createIdentityQuery(config.privacy),
      clock,
      memoryMebibytes: config.store.memoryMebibytes,
      retention: {
        maxAgeUs: config.store.maxAgeDays * 86_400e6,
        maxBytes: config.store.maxMebibytes * 2 ** 20,
        failed: (cause) => telemetry.log('error', `Old traces could not be removed: ${String(cause)}`),
      },
    });
    closing.defer(() => store.close());
    const exporter = await createExporter({
      destinations: destinationsOf(config, options.environment),
      metrics: {
        snapshot: () => telemetry.snapshot(),
        resource: { 'service.name': 'ccmtrace', 'service.version': options.version, 'host.name': hostname() },
      },
      outbox: store.outbox,
      report: telemetry,
      clock,
      around: (name, attributes, work) => self.around(name, attributes, work),
    });
    closing.defer(() => exporter.stop(2000));
    const stopping = new AbortController();
    const writer = createPatientWriter(store, {
      folder: config.store.folder,
      report: telemetry,
      signal: stopping.signal,
    });
    let ready = 'the logs at hand are still being read';
    telemetry.attach({
      backlog: () => store.outbox.backlog(),
      tokenOverdue: () => store.tokensOverdue(clock.nowUs()),
      notReady: () => writer.waiting || ready,
    });
    // Who asks from elsewhere is said aloud; one's own page would only fill the terminal.
    const hideInAddress = createAddressPrivacy(config.privacy);
    const auditLevel = isLoopback(config.http.listen) ? 'debug' : 'info';
    const api = await createApi({
      reader: store,
      listen: config.http.listen,
      port: config.http.port,
      token: config.http.token,
      tls: config.http.tls,
      allowedHosts: config.http.allowedHosts,
      page: optionalFolder('page'),
      diagnoses: [...texts.values()],
      metrics: (accept, scraper) => telemetry.metrics(accept, scraper),
      healthz: () => telemetry.healthz(),
      readyz: () => telemetry.readyz(),
      audit: ({ address, method, url, status, durationMs }) =>
        telemetry.log(auditLevel, 'access', {
          address,
          method,
          url: hideInAddress(url),
          status,
          durationMs: Math.round(durationMs),
        }),
      failed: (cause) => telemetry.log('error', `An answer of the API failed: ${String(cause)}`),
      clock,
    });
    closing.defer(() => api.close());
    const steady = createSteadyClock(clock, (byUs) =>
      telemetry.log(
        'warn',
        `The clock of this machine was set back by ${Math.round(byUs / 1e6)} s. Reading goes on and nothing is lost; stories with records from before and after may be told apart.`,
      ),
    );
    const follower = await createFollower(inputsOf(config, options.paths), {
      report: telemetry,
      clock: steady,
      pollMs: config.tail.pollMs,
      checkpointFile: join(config.store.folder, 'checkpoints.json'),
      ownFolder: config.store.folder,
      heldFolder: join(config.store.folder, 'held'),
      maxHeldBytes: config.tail.heldMebibytes * 2 ** 20,
    });
    closing.defer(() => follower.close());
    const progress = createProgressKeeper(follower);
    const correlator = createCorrelator({
      ...correlatorOptions(config, knowledge, telemetry),
      checked: telemetry.joinChecked,
      isTold: (opening) => progress.wasTold(opening),
    });
    const framer = createFramer({
      maxRecordBytes: config.tail.maxRecordBytes,
      zoneOf: hostSettings(config).zoneOf,
      report: telemetry,
    });
    const recognise = createRecogniser(framer, createMatcher(mappings), telemetry);
    const hide = createPrivacy(config.privacy);
    const keep = async (told: readonly Trace[]): Promise<void> => {
      if (told.length === 0) return;
      const traces = told.map(hide);
      const write = () => writer.write(traces);
      const { added } = await self.around('store write', { 'ccmtrace.traces': traces.length }, write);
      telemetry.observe(traces, added);
      api.announce(traces.map((trace) => trace.traceId));
      options.onTraces(traces);
    };
    exporter.start();
    const caughtUp = Promise.withResolvers<void>();
    const inFlight = createInFlight({
      teller: correlator,
      mark: (neededFromUs) => progress.mark(neededFromUs),
      keep,
      maxBytes: config.tail.inFlightMebibytes * 2 ** 20,
      settleUs: config.joins.settleMs * 1000,
      report: telemetry,
    });
    telemetry.attach({
      lag: () => follower.lag(),
      openStories: () => correlator.openCount,
      oldestUs: () => inFlight.oldestUs,
    });
    let latestUs = Number.NEGATIVE_INFINITY;
    const ended = (async () => {
      for await (const followed of follower) {
        if (followed.kind === 'chunk') {
          const { chunk } = followed;
          const recognised = recognise(chunk);
          telemetry.observeEvents(recognised.events);
          correlator.push(recognised.events);
          progress.read(chunk.source, recognised);
          // Not behind the chunk: a record whose beginning it holds must be read again after a crash.
          progress.framed(framer.takeFramed());
          const { reachedUs } = recognised;
          if (reachedUs === undefined) continue;
          follower.reached(chunk.source, reachedUs);
          latestUs = Math.max(latestUs, reachedUs);
          await inFlight.room(latestUs);
          continue;
        }
        if (followed.kind === 'behind') {
          // Of a long outage only as much is held as clocks may differ; what came late all along waits for `quiet`.
          if (followed.fromUs - rereadUs > inFlight.advancedUs)
            await inFlight.advance(followed.fromUs - rereadUs);
          continue;
        }
        await inFlight.advance(followed.atUs - writerDelayUs);
        if (ready === '') continue;
        await inFlight.stored();
        ready = '';
        caughtUp.resolve();
      }
      await inFlight.stored();
    })();
    ended.catch(caughtUp.reject);
    caughtUp.promise.catch(() => {});
    let stopped: Promise<void> | undefined;
    return {
      url: api.url,
      caughtUp: caughtUp.promise,
      ended,
      stop: () => {
        stopped ??= (async () => {
          stopping.abort();
          await follower.close();
          await ended.catch(() => {});
          await closing.disposeAsync();
        })();
        return stopped;
      },
    };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}
