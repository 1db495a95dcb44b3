import type { Config } from '../config/schema.ts';
import type { LossReason, Trouble } from '../contract/loss.ts';
import { createCorrelator, loadKnowledge } from '../correlate/index.ts';
import { writeOtlpFile } from '../export/index.ts';
import { createMatcher, loadMappings } from '../match/index.ts';
import { createPrivacy } from '../model/privacy.ts';
import type { Trace } from '../model/span.ts';
import { createFramer } from '../parse/index.ts';
import { openStore } from '../store/index.ts';
import { readLogs } from '../tail/index.ts';
import { createTally, type Tally } from '../telemetry/tally.ts';
import { shippedFolder } from './assets.ts';
import { destinationsOf } from './destinations.ts';
import { correlatorOptions } from './correlator-options.ts';
import { hostSettings, readOptions } from './read-options.ts';
import { createRecogniser } from './recognise.ts';
import { sendOnce } from './send.ts';

export interface IngestOptions {
  readonly config: Config;
  readonly paths: readonly string[];
  /** Writes the traces to the store that the configuration names, and from there to the destinations configured. */
  readonly keep: boolean;
  readonly otlpFile: string | undefined;
  readonly onProgress: (progress: IngestProgress) => void;
  /** For the standard OTEL_EXPORTER_OTLP_* variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stop: AbortSignal;
}

export interface IngestProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly traces: number;
}

export interface IngestSummary {
  readonly files: number;
  readonly bytes: number;
  readonly records: number;
  readonly events: number;
  /** Recognised records that were met before, in a copy or a rolled piece. */
  readonly duplicates: number;
  readonly traces: number;
  readonly spans: number;
  readonly failed: number;
  /** By number of traces, most first. */
  readonly stories: readonly { readonly story: string; readonly traces: number; readonly failed: number }[];
  readonly errors: readonly { readonly errorType: string; readonly traces: number }[];
  readonly lost: Readonly<Partial<Record<LossReason, number>>>;
  /** The first of them. */
  readonly troubles: readonly Trouble[];
  readonly troubleCount: number;
  /** Folder of the store, where the traces were kept. */
  readonly kept: string | undefined;
  readonly elapsedMs: number;
  readonly stopped: boolean;
}

/** One pass over files, folders and archives: bytes to traces, to the store, a file or OTLP. */
export async function ingest(options: IngestOptions): Promise<IngestSummary> {
  const { config, stop } = options;
  const startedMs = performance.now();
  const tally = createTally();
  const folders = [shippedFolder('mappings'), ...config.mappings];
  const [mappings, knowledge] = await Promise.all([loadMappings(folders), loadKnowledge(folders)]);
  // Opened before anything is read: a store that another process holds must not cost a long pass.
  const store = options.keep ? await openStore(config.store.folder) : undefined;
  try {
    const correlator = createCorrelator(correlatorOptions(config, knowledge, tally));
    const framer = createFramer({
      maxRecordBytes: config.tail.maxRecordBytes,
      zoneOf: hostSettings(config).zoneOf,
      report: tally,
    });
    const recognise = createRecogniser(framer, createMatcher(mappings), tally);
    const inputs = readOptions(config, options.paths, tally);
    for await (const chunk of readLogs(inputs.inputs, inputs.options)) {
      if (stop.aborted) break;
      correlator.push(recognise(chunk).events);
      options.onProgress({ bytes: tally.counts.bytes, totalBytes: inputs.totalBytes(), traces: 0 });
    }
    framer.finish();
    const traces = stop.aborted ? [] : correlator.finish().map(createPrivacy(config.privacy));
    await store?.write(traces);
    if (options.otlpFile !== undefined && !stop.aborted) await writeOtlpFile(options.otlpFile, traces);
    const destinations = destinationsOf(config, options.environment);
    if (store !== undefined && destinations.length > 0 && !stop.aborted) {
      await sendOnce(store, destinations, tally, stop);
    }
    const kept = store === undefined ? undefined : config.store.folder;
    return summarise(tally, traces, {
      kept,
      stopped: stop.aborted,
      elapsedMs: performance.now() - startedMs,
    });
  } finally {
    await store?.close();
  }
}

function summarise(
  tally: Tally,
  traces: readonly Trace[],
  rest: Pick<IngestSummary, 'kept' | 'stopped' | 'elapsedMs'>,
): IngestSummary {
  const failed = traces.filter((trace) => trace.spans[0].status.code === 'error');
  const byStory = Map.groupBy(traces, (trace) => trace.spans[0].name);
  const byError = Map.groupBy(failed, (trace) =>
    String(trace.spans[0].attributes['error.type'] ?? 'unknown'),
  );
  const { files, bytes, records, events, duplicates } = tally.counts;
  return {
    files,
    bytes,
    records,
    events,
    duplicates,
    traces: traces.length,
    spans: traces.reduce((sum, trace) => sum + trace.spans.length, 0),
    failed: failed.length,
    stories: [...byStory]
      .map(([story, all]) => ({
        story,
        traces: all.length,
        failed: all.filter((trace) => trace.spans[0].status.code === 'error').length,
      }))
      .sort((a, b) => b.traces - a.traces || (a.story < b.story ? -1 : 1)),
    errors: [...byError]
      .map(([errorType, all]) => ({ errorType, traces: all.length }))
      .sort((a, b) => b.traces - a.traces || (a.errorType < b.errorType ? -1 : 1)),
    lost: tally.losses,
    troubles: tally.troubles,
    troubleCount: tally.troubleCount(),
    ...rest,
  };
}
