import type { Command } from 'commander';
import type { Trace } from '../model/span.ts';
import { shippedFolder } from '../pipeline/assets.ts';
import { type DiagnosisText, loadDiagnosisTexts } from '../pipeline/diagnosis-texts.ts';
import { summaryOf } from '../pipeline/summary-of.ts';
import { type CommonOptions, collect, configOf, parsePort } from './options.ts';
import type { Surroundings } from './surroundings.ts';
import { createStyle } from './terminal/style.ts';
import { drawTraceList } from './terminal/trace-list.ts';
import { drawWaterfall } from './terminal/waterfall.ts';

interface RunOptions extends CommonOptions {
  readonly port?: number;
}

export function addRun(program: Command, surroundings: Surroundings): void {
  program
    .command('run')
    .description(
      'Follows the logs, keeps the traces, exports them and serves page, API and /metrics until stopped.',
    )
    .argument(
      '[path...]',
      'files, folders, globs or .zip archives; without any (and none configured) a bundled sample',
    )
    .option('--config <file>', 'configuration file')
    .option('--store <folder>', 'folder of the embedded store (default: .ccmtrace)')
    .option('--port <number>', 'port of page and API (default: 4319; 0 takes a free one)', parsePort)
    .option('--mappings <folder>', 'folder of mappings laid over the shipped ones; repeatable', collect)
    .action((paths: string[], options: RunOptions) => run(paths, options, surroundings));
}

async function run(paths: readonly string[], options: RunOptions, surroundings: Surroundings): Promise<void> {
  const { errors, output, stop } = surroundings;
  const config = await configOf(options, surroundings);
  const sample = paths.length === 0 && config.sources.length === 0;
  const screen = createScreen(surroundings, await loadDiagnosisTexts(config.mappings));
  if (sample)
    errors.write('No path was given: following the bundled sample (ccmtrace run PATH… follows your logs).\n');
  const { startCollector } = await import('../pipeline/collector.ts');
  const collector = await startCollector({
    config: {
      ...config,
      http: { ...config.http, port: options.port ?? config.http.port },
      // The sample's days are long past: by age it would be gone at once.
      store: sample ? { ...config.store, maxAgeDays: 0 } : config.store,
    },
    paths: sample ? [shippedFolder('sample')] : paths,
    version: surroundings.version,
    environment: surroundings.environment,
    write: (line) => errors.write(`${line}\n`),
    onTraces: (traces) => screen.traces(traces),
  });
  try {
    await Promise.race([collector.caughtUp, collector.ended, aborted(stop)]);
    screen.caughtUp();
    output.write(
      `\nPage  ${collector.url}\nAPI   ${collector.url}api/v1/traces   Metrics  ${collector.url}metrics\n`,
    );
    errors.write('Following; Ctrl-C stops.\n');
    await Promise.race([collector.ended, aborted(stop)]);
  } finally {
    await collector.stop();
  }
  errors.write('Stopped; everything read is kept.\n');
}

interface Screen {
  traces(traces: readonly Trace[]): void;
  caughtUp(): void;
}

/** What is shown of finished traces: all at once when the logs at hand are read, then a line each. */
function createScreen({ output }: Surroundings, texts: ReadonlyMap<string, DiagnosisText>): Screen {
  const style = createStyle(output.isTerminal);
  const listed = 20;
  let waiting: Trace[] | undefined = [];
  let seen = 0;
  return {
    traces(traces) {
      seen += traces.length;
      if (waiting !== undefined) {
        waiting = [...waiting, ...traces]
          .sort((a, b) => b.spans[0].startUs - a.spans[0].startUs)
          .slice(0, listed * 10);
        return;
      }
      for (const trace of traces)
        output.write(
          `${drawTraceList([summaryOf(trace)], output)
            .slice(1)
            .join('\n')}\n`,
        );
    },
    caughtUp() {
      const traces = waiting ?? [];
      waiting = undefined;
      if (traces.length === 0) {
        output.write(
          'No trace yet: no story of a token request, renewal, registration or install was found so far.\n',
        );
        return;
      }
      output.write(`${drawTraceList(traces.slice(0, listed).map(summaryOf), output).join('\n')}\n`);
      if (seen > listed) output.write(style.dim(`… and ${seen - listed} more\n`));
      const chosen = traces.find((trace) => trace.spans[0].status.code === 'error') ?? traces[0];
      if (chosen === undefined) return;
      const drawn = drawWaterfall(chosen, {
        columns: output.columns(),
        style,
        diagnosisOf: (id) => texts.get(id),
      });
      output.write(`\n${drawn.map(safeEnd).join('\n')}\n`);
    },
  };
}

function safeEnd(line: string): string {
  return line.trimEnd();
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
