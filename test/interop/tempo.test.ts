import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../support/run-cli.ts';
import { startCollector } from '../support/run-collector.ts';
import { given, otelCollector, skipNote } from './programs/find.ts';
import { freePorts, inFolder, run, until } from './programs/run.ts';

const shipped = join(repository, 'deploy', 'compose');
const [collector, tempo] = [await otelCollector(), await given('CCMTRACE_TEMPO', 'tempo')];

describe.skipIf(collector.missing !== '')(
  `the OpenTelemetry Collector's shipped configuration${skipNote(collector)}`,
  () => {
    it('is accepted by it', () => {
      const file = join(shipped, 'otel-collector.yaml');
      const { status, stderr } = spawnSync(collector.path, ['validate', '--config', file], {
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    });

    it('would be refused with a misspelt key', async () => {
      await inFolder(async (folder) => {
        const file = join(folder, 'config.yaml');
        const text = await readFile(join(shipped, 'otel-collector.yaml'), 'utf8');
        await writeFile(file, text.replace('limit_mib', 'limit_mibs'));
        const { status, stderr } = spawnSync(collector.path, ['validate', '--config', file], {
          encoding: 'utf8',
        });
        expect(status).not.toBe(0);
        expect(stderr).toContain('limit_mibs');
      });
    });
  },
);

interface TempoTrace {
  readonly batches: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly { readonly spanId: string; readonly name: string }[];
    }[];
  }[];
}

describe.skipIf([collector, tempo].some(({ missing }) => missing !== ''))(
  `the sample on its way through the shipped set-up into Tempo${skipNote(collector, tempo)}`,
  () => {
    it('is found there by trace id, span for span', async () => {
      await inFolder(async (folder) => {
        const [tempoHttp = 0, tempoOtlp = 0, tempoGrpc = 0, otlp = 0] = await freePorts(4);
        const tempoConfig = (await readFile(join(shipped, 'tempo.yaml'), 'utf8'))
          .replaceAll('/var/tempo', join(folder, 'tempo'))
          .replace('0.0.0.0:4318', `127.0.0.1:${tempoOtlp}`)
          .replace(
            'http_listen_port: 3200',
            `http_listen_address: 127.0.0.1\n  http_listen_port: ${tempoHttp}\n  grpc_listen_address: 127.0.0.1\n  grpc_listen_port: ${tempoGrpc}`,
          );
        await writeFile(join(folder, 'tempo.yaml'), tempoConfig);
        const between = (await readFile(join(shipped, 'otel-collector.yaml'), 'utf8'))
          .replace('0.0.0.0:4318', `127.0.0.1:${otlp}`)
          .replace('http://tempo:4318', `http://127.0.0.1:${tempoOtlp}`)
          .replace('service:\n', 'service:\n  telemetry: { metrics: { level: none } }\n');
        await writeFile(join(folder, 'otel.yaml'), between);
        const url = `http://127.0.0.1:${tempoHttp}`;
        const store = await run(tempo.path, [`-config.file=${join(folder, 'tempo.yaml')}`], `${url}/ready`);
        const passing = await run(collector.path, ['--config', join(folder, 'otel.yaml')], `${url}/ready`);
        const source = await startCollector(join(folder, 'collector'), {
          export: [{ name: 'otel-collector', url: `http://127.0.0.1:${otlp}` }],
        });
        try {
          const traces = await source.traces();
          expect(traces.length).toBeGreaterThan(2);
          for (const { traceId } of traces) {
            const own = await spansAtSource(source.url, traceId);
            await until(
              `trace ${traceId} in Tempo: ${store.output().slice(-500)}${passing.output()}`,
              async () => {
                return (await spansInTempo(url, traceId)).length >= own.length;
              },
            );
            expect(await spansInTempo(url, traceId)).toEqual(own);
          }
        } finally {
          await source.stop();
          await passing.stop();
          await store.stop();
        }
      });
    });
  },
);

/** Span id and name of each span of a trace, in order of the ids. */
async function spansAtSource(url: string, traceId: string): Promise<string[]> {
  const answer = await fetch(new URL(`api/traces/${traceId}`, url));
  const { data } = (await answer.json()) as {
    data: { spans: { spanID: string; operationName: string }[] }[];
  };
  return data.flatMap(({ spans }) => spans.map((span) => `${span.spanID} ${span.operationName}`)).sort();
}

async function spansInTempo(url: string, traceId: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/traces/${traceId}`, { headers: { accept: 'application/json' } });
  if (!answer.ok) return [];
  const { batches } = (await answer.json()) as TempoTrace;
  return batches
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map(({ spanId, name }) => `${Buffer.from(spanId, 'base64').toString('hex')} ${name}`)
    .sort();
}
